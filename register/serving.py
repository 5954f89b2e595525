"""The register over HTTP, for this machine alone unless an operator says otherwise: a proxy shows it to others."""

from __future__ import annotations

import ctypes
import gc
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

from register.app import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.settings import Settings
    from register.found_file import Sheet
    from register.review.access import Access

# mallopt(3): at most so many arenas, of which each keeps what its threads gave back. Eight connections to a register of
# a million documents then took 640 MB at most instead of 713.
_M_ARENA_MAX, _ARENAS = -8, 2
# What is larger is given back as soon as it is free. Else glibc keeps more and more of it between what is smaller.
_M_MMAP_THRESHOLD, _LARGE_BYTES = -3, 131_072
# Connections beyond these are answered with 503 at once.
CONNECTIONS = 200
KEEP_ALIVE_SECONDS = 15
# A command that is stopped has four seconds in all.
GRACE_SECONDS = 2


class PortError(Exception):
    """The address cannot be listened at: another program does, or it is not one of this machine."""


def serve(
    settings: Settings,
    host: str,
    port: int,
    *,
    names: frozenset[str] = frozenset(),
    ready: Callable[[str], None],
    sheet: Sheet | None = None,
    access: Access | None = None,
) -> None:
    """Answer until the process is stopped; `ready` is called with the address (port 0 takes a free one).

    `names` are those that people use for it, beside the address itself; `sheet` writes what a search found as CSV;
    with `access` there are pages in which people decide.

    Raises:
        PortError: the address cannot be used.
    """
    with suppress(OSError, AttributeError):
        # Where there is glibc.
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    with listening_at(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        ready(f"http://{shown}:{listening.getsockname()[1]}")
        app = create_app(settings, hosts=names | {shown}, sheet=sheet, access=access)
        # What was imported stays. Else the garbage collector goes through it in the middle of a page, for 60 ms.
        gc.freeze()
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=16_384,
        )
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def listening_at(host: str, port: int) -> Iterator[socket.socket]:
    """The socket that is listened at; raises as `serve`.

    asyncio sends what is written at once only where the protocol is named. Otherwise the body of an answer waits until
    its headers are acknowledged, which took 40 ms for every page.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            raise PortError(f"{host}:{port}: {error.strerror or error}") from error
        listening.listen(CONNECTIONS)
        yield listening
