"""The proxies that the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as other programs read them.

Behind a proxy it is the proxy that resolves a name and connects to it, so the address that is connected to is not ours
to check. What we can check is the name that we ask it for: a literal address, the addresses that our own resolver knows
for a name, and names that only exist inside a network. Names that only the proxy can resolve have to pass; keeping
these out of the inner network is the proxy's task (docs/operating.md says so).
"""

from __future__ import annotations

import ipaddress
import urllib.request
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

import httpcore

from scrapers.publication import RefusedError, ScraperError

# A heartbeat has the key too, without `policy`.
ALLOWED_BY = "`private_addresses: true` allows it; in a source, under `policy`"

# Names that no public resolver answers for (RFC 6761, RFC 6762, RFC 8375, ICANN's .internal).
_INNER = (".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp")
_SCHEMES = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the variable that names it. Its user and password are kept out of its repr."""

    url: str
    variable: str
    auth: tuple[str, str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"the proxy {self.url} ({self.variable})"


class Proxies:
    """Which proxy a request goes through; read from the environment once, when a client is made.

    Raises:
        ScraperError: a variable holds no address of an HTTP proxy.
    """

    def __init__(self) -> None:
        self._named = urllib.request.getproxies_environment()
        self._proxies = {scheme: self._proxy(scheme) for scheme in _SCHEMES}

    def _proxy(self, scheme: str) -> Proxy | None:
        named = next((name for name in (scheme, "all") if self._named.get(name)), None)
        if named is None:
            return None
        written, variable = self._named[named], f"{named.upper()}_PROXY"
        try:
            parts = urlsplit(written if "://" in written else f"http://{written}")
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ScraperError(f"{variable}: is not a valid URL of a proxy") from error
        if parts.scheme not in _SCHEMES or not host:
            raise ScraperError(f"{variable}: must be the http:// or https:// URL of a proxy, not {parts.scheme}://")
        place = f"[{host}]" if ":" in host else host
        url = urlunsplit((parts.scheme, f"{place}:{port or (443 if parts.scheme == 'https' else 80)}", "", "", ""))
        auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        return Proxy(url, variable, auth)

    def of(self, scheme: str, host: str, port: int | None) -> Proxy | None:
        """The proxy for a host; None where it is asked directly. No proxy reaches this machine's own loopback."""
        proxy = self._proxies.get(scheme)
        if proxy is None or is_loopback(host):
            return None
        place = f"{host}:{port}" if port else host
        is_direct = urllib.request.proxy_bypass_environment(place, self._named)  # type: ignore[attr-defined]
        return None if is_direct else proxy


def is_loopback(host: str) -> bool:
    """Whether a host, as it is written, is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_name(host: str) -> None:
    """See that a name which our resolver does not know may be asked for from a proxy.

    Raises:
        RefusedError: such a name exists inside a network only.
    """
    name = host.rstrip(".").lower()
    if "." not in name or name.endswith(_INNER):
        raise RefusedError(f"{host} is a name inside a network ({ALLOWED_BY})")


class ProxyBackend(httpcore.AsyncNetworkBackend):
    """Connects to one proxy, which the operator chose and which may be anywhere, and to nothing else."""

    def __init__(self, proxy: Proxy, network: httpcore.AsyncNetworkBackend) -> None:
        self._proxy = proxy
        self._network = network

    async def connect_tcp(self, host: str, port: int, **options: object) -> httpcore.AsyncNetworkStream:  # type: ignore[override]
        """Connect to the proxy."""
        try:
            return await self._network.connect_tcp(host, port, **options)  # type: ignore[arg-type]
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise type(error)(f"{self._proxy} cannot be reached: {error}") from error

    async def connect_unix_socket(self, path: str, **_options: object) -> httpcore.AsyncNetworkStream:  # type: ignore[override]
        """Never: no proxy of ours lives in a socket file."""
        raise RefusedError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks for."""
        await self._network.sleep(seconds)
