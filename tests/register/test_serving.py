"""How the register listens."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import pytest

from register.serving import PortError, listening_at

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter


async def _accepted_at_once(listening: socket.socket) -> bool:
    """Whether the socket of a reader, as asyncio takes it, sends what is written at once."""
    answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    async def accepted(_reader: StreamReader, writer: StreamWriter) -> None:
        own = writer.get_extra_info("socket")
        answer.set_result(bool(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(accepted, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
        at_once = await answer
        writer.close()
        await writer.wait_closed()
    return at_once


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_what_is_written_is_sent_at_once(host: str) -> None:
    """An answer's body does not wait for its headers to be acknowledged, which takes 40 ms on this machine alone."""
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with listening_at(host, 0) as listening:
            assert asyncio.run(_accepted_at_once(listening))
    except PortError as error:
        if ":" in host:
            pytest.skip(f"this machine has no IPv6: {error}")
        raise


def test_an_address_that_another_program_has_is_named() -> None:
    """Two cannot listen at the same address; the second is told which one."""
    with listening_at("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(PortError, match=f"127.0.0.1:{port}: "), listening_at("127.0.0.1", port):
            pass
