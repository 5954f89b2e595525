"""Which addresses may be asked: checked when the connection is made, for the very address that is connected to.

A check of the name before the request can be undone by a redirect, by mixed DNS records, or by a second answer of the
resolver (rebinding). So the network backend under httpx resolves, checks and connects in one step.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
from httpcore._backends.auto import AutoBackend

from scrapers.publication import RefusedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# Key in a request's extensions: its source may reach private addresses.
private_extension = "private_addresses"

_nat64 = ipaddress.ip_network("64:ff9b::/96")
_nat64_local = ipaddress.ip_network("64:ff9b:1::/48")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet. THE one place where this is decided.

    Forms that carry an IPv4 address inside an IPv6 one (mapped, 6to4, NAT64, Teredo) count as what they carry.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        carried = found.ipv4_mapped or found.sixtofour
        if found in _nat64 or found in _nat64_local:
            carried = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if carried is not None:
            return is_public(str(carried))
        if found.teredo is not None or found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only. One address of a host that is not public refuses the host."""

    def __init__(self, resolver: Resolver, *, private: bool) -> None:
        self._resolver = resolver
        self._private = private
        self._network = AutoBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve, check and connect, in one step."""
        try:
            addresses = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from error
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        if not self._private:
            for address in addresses:
                if not is_public(address):
                    raise RefusedError(f"{host} leads to {address}, which is not a public address")
        problem: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    address, port, timeout=timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem or httpcore.ConnectError(f"{host} cannot be reached")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's own signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: no publisher lives in a socket file."""
        raise RefusedError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for."""
        await self._network.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """Two pools behind one client: connections that may be private never serve a source that may not."""

    def __init__(self, resolver: Resolver, *, max_connections: int) -> None:
        # Reading the certificates takes 30 ms: once for both.
        trusted = httpx.create_ssl_context(trust_env=False)
        self._public = _transport(resolver, trusted, max_connections, private=False)
        self._private = _transport(resolver, trusted, max_connections, private=True)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request through the pool that its source is allowed."""
        pool = self._private if request.extensions.get(private_extension) is True else self._public
        return await pool.handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._public.aclose()
        await self._private.aclose()


def _transport(
    resolver: Resolver, trusted: ssl.SSLContext, max_connections: int, *, private: bool
) -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False)
    # httpx 0.28 has no public way to set the network backend of its pool; everything else of it stays as it is.
    transport._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001
        ssl_context=trusted,
        max_connections=max_connections,
        max_keepalive_connections=max_connections,
        keepalive_expiry=30.0,
        network_backend=GuardedBackend(resolver, private=private),
    )
    return transport
