"""What goes between the run and a worker: frames of a length and a pickle.

A worker may have been taken over by what it read, so its answers are not trusted: they are bounded, and may hold plain
values, dates, our own dataclasses and our own errors, nothing that is called.
"""

from __future__ import annotations

import dataclasses
import io
import pickle
import struct
from typing import TYPE_CHECKING, Any

from scrapers.publication import ScraperError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

HEAD = struct.Struct(">Q")
_OURS = ("scrapers.", "mandates.", "config.", "flows.")
_DATES = frozenset(("date", "datetime", "timedelta", "timezone"))


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """An error that nobody foresaw: its kind and words, and where it happened, without the values."""

    words: str
    place: str


def request(function: Callable[..., Any], arguments: tuple[object, ...]) -> bytes:
    """A call, as bytes; the function is named, not sent."""
    return pickle.dumps((function, arguments), protocol=pickle.HIGHEST_PROTOCOL)


def called(payload: bytes) -> tuple[Callable[..., Any], tuple[object, ...]]:
    """The call in a request: the run is trusted."""
    function, arguments = pickle.loads(payload)  # noqa: S301 - it comes from the process that started this one
    return function, arguments


def answer(value: object) -> bytes:
    """A result, an error of ours or a `Fault`, as bytes."""
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


class _Careful(pickle.Unpickler):
    """Makes nothing but values: dates, our dataclasses, our errors."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _DATES:
            return super().find_class(module, name)
        if module.startswith(_OURS):
            found = super().find_class(module, name)
            if isinstance(found, type) and (dataclasses.is_dataclass(found) or issubclass(found, ScraperError)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} has no place in an answer")


def answered(payload: bytes) -> Any:
    """The value in an answer.

    Raises:
        pickle.UnpicklingError: it holds what it must not.
    """
    return _Careful(io.BytesIO(payload)).load()


def receive(connection: socket.socket) -> bytes | None:
    """The next frame's payload; None where the other end is closed."""
    head = _exactly(connection, HEAD.size)
    return None if head is None else _exactly(connection, HEAD.unpack(head)[0])


def send(connection: socket.socket, payload: bytes) -> None:
    """Send one frame."""
    connection.sendall(HEAD.pack(len(payload)))
    connection.sendall(payload)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = connection.recv_into(view, min(len(view), 1 << 20))
        if not count:
            return None
        view = view[count:]
    return bytes(buffer)
