"""Which addresses may be asked: checked when the connection is made, for the very address that is connected to.

A check of the name before the request can be undone by a redirect, by mixed DNS records, or by a second answer of the
resolver (rebinding). So the network backend under httpx resolves, checks and connects in one step. Behind a proxy only
the name can be checked (`proxy`).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
from httpcore._backends.auto import AutoBackend

from scrapers.http.proxy import ALLOWED_BY, Proxies, ProxyBackend, check_name
from scrapers.http.trust import trust_company
from scrapers.publication import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from scrapers.http.proxy import Proxy

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# Key in a request's extensions: its source may reach private addresses.
private_extension = "private_addresses"

_nat64 = ipaddress.ip_network("64:ff9b::/96")
_nat64_local = ipaddress.ip_network("64:ff9b:1::/48")
_intranets = tuple(map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
# The metadata service of a large cloud, in the range that else belongs to intranets.
_cloud = ipaddress.ip_network("fd00:ec2::/32")


def is_allowed(address: str, *, private: bool) -> bool:
    """Whether an IP address may be connected to. THE one place where this is decided.

    The public internet may; with `private` also loopback and the networks of an intranet, but never link-local
    addresses, where clouds hand out the keys of a machine. Forms that carry an IPv4 address inside an IPv6 one (mapped,
    6to4, NAT64) count as what they carry.
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
            return is_allowed(str(carried), private=private)
        if found.teredo is not None or found.is_site_local or found in _cloud:
            return False
    if found.is_multicast or found.is_unspecified or found.is_link_local:
        return False
    if private and (found.is_loopback or any(found in network for network in _intranets)):
        return True
    return found.is_global and not found.is_reserved


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_addresses(host: str, addresses: Sequence[str], *, private: bool) -> None:
    """See that a host may be asked: one address that is not public refuses it.

    Raises:
        RefusedError: with the address, and whether a policy would allow it.
    """
    for address in addresses:
        if not is_allowed(address, private=private):
            if is_allowed(address, private=True):
                reason = f"not a public address ({ALLOWED_BY})"
            else:
                reason = "not a public address, and no source may reach it"
            named = f"{host} is" if host == address else f"{host} leads to {address}, which is"
            raise RefusedError(f"{named} {reason}")


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
            raise httpcore.ConnectError(f"{host} could not be resolved: {error}") from error
        if not addresses:
            raise httpcore.ConnectError(f"{host} could not be resolved")
        check_addresses(host, addresses, private=self._private)
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
    """A small pool for each host, behind one client.

    Connections that may be private never serve a source that may not. And httpcore looks at every connection of a pool,
    with a system call each, for every request: one pool for fifty hosts takes twice the time.
    """

    def __init__(self, resolver: Resolver, *, a_host: int = 8, hosts: int = 200) -> None:
        self._resolver = resolver
        self._a_host = a_host
        self._hosts = hosts
        self._pools: dict[tuple[str, bool, Proxy | None], _Pool] = {}
        self._proxies = Proxies()
        # Reading the certificates takes 30 ms: once for all.
        self._trusted = trust_company(httpx.create_ssl_context(trust_env=False))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request through the pool of its host and of what its source is allowed."""
        private = request.extensions.get(private_extension) is True
        proxy = self._proxies.of(request.url.scheme, request.url.host, request.url.port)
        if proxy is not None:
            await self._check_behind_proxy(request.url, private=private)
        key = (request.url.host, private, proxy)
        pool = self._pools.pop(key, None)
        if pool is None:
            await self._make_room()
            pool = _Pool(self._transport(proxy, private=private))
        self._pools[key] = pool  # the last used comes last
        pool.busy += 1
        try:
            response = await pool.transport.handle_async_request(request)
        except BaseException:
            pool.busy -= 1
            raise
        response.stream = _Held(response.stream, pool)  # type: ignore[arg-type]
        return response

    async def _check_behind_proxy(self, url: httpx.URL, *, private: bool) -> None:
        """Check what the proxy is asked for; a name that only it can resolve passes, unless it is an inner one."""
        try:
            addresses = await self._resolver(url.host, url.port or (443 if url.scheme == "https" else 80))
        except (OSError, UnicodeError):
            addresses = ()
        check_addresses(url.host, addresses, private=private)
        if not addresses and not private:
            check_name(url.host)

    async def _make_room(self) -> None:
        """Close the pool that was not used for longest, where there are too many: each holds open sockets."""
        if len(self._pools) >= self._hosts:
            key = next((key for key, pool in self._pools.items() if not pool.busy), None)
            if key is not None:
                await self._pools.pop(key).transport.aclose()

    def _transport(self, proxy: Proxy | None, *, private: bool) -> httpx.AsyncHTTPTransport:
        transport = httpx.AsyncHTTPTransport(verify=self._trusted, trust_env=False)
        limits: dict[str, Any] = {
            "max_connections": self._a_host,
            "max_keepalive_connections": self._a_host,
            "keepalive_expiry": 30.0,
            "ssl_context": self._trusted,
        }
        # httpx 0.28 has no public way to set the network backend of its pool; everything else of it stays as it is.
        if proxy is None:
            backend = GuardedBackend(self._resolver, private=private)
            transport._pool = httpcore.AsyncConnectionPool(network_backend=backend, **limits)  # noqa: SLF001
        else:
            transport._pool = httpcore.AsyncHTTPProxy(  # noqa: SLF001
                proxy.url,
                # httpcore takes words of ASCII only, and bytes as they are.
                proxy_auth=proxy.auth and (proxy.auth[0].encode(), proxy.auth[1].encode()),
                proxy_ssl_context=self._trusted if proxy.url.startswith("https:") else None,
                network_backend=ProxyBackend(proxy, AutoBackend()),
                **limits,
            )
        return transport

    async def aclose(self) -> None:
        """Close all connections."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.transport.aclose()


@dataclass(slots=True)
class _Pool:
    """The connections to one host; `busy` counts the requests whose answer is not read to its end."""

    transport: httpx.AsyncHTTPTransport
    busy: int = 0


class _Held(httpx.AsyncByteStream):
    """A body under way: its pool is busy until it is closed."""

    def __init__(self, stream: httpx.AsyncByteStream, pool: _Pool) -> None:
        self._stream = stream
        self._pool: _Pool | None = pool

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield chunk

    async def aclose(self) -> None:
        """Close the body and let go of the pool."""
        await self._stream.aclose()
        if self._pool is not None:
            self._pool.busy -= 1
            self._pool = None
