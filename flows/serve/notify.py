"""Reports to systemd for a service of `Type=notify`: see sd_notify(3)."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(words: str) -> None:
    """Send `READY=1`, `STOPPING=1` or `STATUS=…` to the service manager, if there is one."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    # A name that begins with @ is in Linux's abstract namespace.
    place = "\0" + address[1:] if address.startswith("@") else address
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel,
        contextlib.suppress(OSError),
    ):
        channel.sendto(words.encode(), place)
