"""Ports for servers of the tests that must know theirs before they start."""

from __future__ import annotations

import random
import socket

# Below those that systems give to whoever connects somewhere, so that no connection takes one meanwhile.
_FIRST, _LAST = 15_000, 30_000
# Not the random numbers of the tests, which are the same in all processes that run them.
_chance = random.SystemRandom()


def free_port() -> int:
    """A port of loopback that nobody uses now."""
    while True:
        port = _chance.randint(_FIRST, _LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
