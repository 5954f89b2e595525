"""When a request reached this machine, by the system's own count: a busy process comes to look at it much later."""

from __future__ import annotations

import socket
import struct
import time
from typing import Protocol

# Where struct tcp_info of Linux has the milliseconds since the last data arrived.
_LAST_DATA = 52
# Of the two looks at the clock between which the system is asked, in seconds.
_SURE = 0.01


class Asked(Protocol):
    """A socket, or the one behind an asyncio transport."""

    def getsockopt(self, level: int, name: int, size: int, /) -> bytes:
        """The bytes of an option."""


def arrived(connection: Asked) -> float:
    """The moment (of the monotonic clock, exact to some milliseconds) at which what was read last was received."""
    while True:
        before = time.monotonic()
        (passed,) = struct.unpack_from("=I", connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 64), _LAST_DATA)
        after = time.monotonic()
        if after - before < _SURE:
            return after - float(passed) / 1000
