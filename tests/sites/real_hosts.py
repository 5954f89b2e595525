"""The hosts of a sample on loopback, under their own names: real HTTP and TLS, led there by a proxy.

What a program sends is the same as to the publishers: the guard, robots.txt, redirects, headers and pace are all at
work. No name is looked up.
"""

from __future__ import annotations

import os
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapers.samples.recorded import name_of
from tests.sites.proxy import ForwardProxy
from tests.sites.publisher import Answer, Publisher

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Sequence

    from scrapers.samples.recorded import RecordedAnswer, RecordedAnswers
    from tests.sites.authority import Authority
    from tests.sites.publisher import Asked


class SampledHosts(Publisher):
    """Answers for each host of a sample as recorded; what is not recorded is 404. `urls` are those asked for."""

    def __init__(self, sample: RecordedAnswers, scheme: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self.urls: list[str] = []
        self._sample, self._scheme = sample, scheme
        # Where a redirect of the sample leads to, by that address.
        self._led: dict[str, tuple[RecordedAnswer, bytes]] = {
            entry[0].to: entry for entry in sample.answers.values() if entry[0].to
        }

    def _answer(self, asked: Asked) -> Answer:
        url = f"{self._scheme}://{asked.headers['host']}{asked.target}"
        self.urls.append(url)
        key = self._sample.key_of(name_of(url, asked.body.decode() if asked.method == "POST" else None))
        answer, body = self._sample.answers[key] if key else self._led.get(url, (None, b""))
        if answer is None:
            return Answer(b"", 404)
        if answer.to and answer.to != url:
            return Answer(b"", 302, headers={"Location": answer.to})
        return Answer(body, answer.status, answer.type, answer.headers)


@dataclass(slots=True)
class Hosts:
    """What was asked of the hosts, whether by http or by https, in each scheme's own order."""

    servers: Sequence[SampledHosts] = field(default_factory=tuple)

    @property
    def urls(self) -> list[str]:
        """All addresses that were asked for."""
        return [url for server in self.servers for url in server.urls]

    def by_origin(self) -> dict[str, list[str]]:
        """The addresses of each scheme and host, in order."""
        found: dict[str, list[str]] = {}
        for url in self.urls:
            parts = urlsplit(url)
            found.setdefault(f"{parts.scheme}://{parts.netloc}", []).append(url)
        return found


def hosts_of(sample: RecordedAnswers) -> set[str]:
    """The hosts that a sample has answers of."""
    urls = [url for answer, _ in sample.answers.values() for url in (answer.url, answer.to) if url]
    return {urlsplit(url).netloc for url in urls}


@asynccontextmanager
async def real_hosts(sample: RecordedAnswers, own: Authority) -> AsyncIterator[Hosts]:
    """The hosts of a sample; the environment leads to them, and trusts `own`, who must have signed their names."""
    async with SampledHosts(sample, "http") as plain, SampledHosts(sample, "https", own.server) as secure:
        names = {f"CONNECT {host}": secure.port for host in hosts_of(sample)}
        names |= dict.fromkeys(hosts_of(sample), plain.port)
        async with ForwardProxy(names) as proxy:
            for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
                os.environ[name] = proxy.url
            os.environ["no_proxy"], os.environ["SSL_CERT_FILE"] = "", str(own.file)
            yield Hosts((plain, secure))


async def nowhere(_host: str, _port: int) -> Sequence[str]:
    """A resolver that knows no name, as behind a company's proxy."""
    raise socket.gaierror(socket.EAI_NONAME, "no such name")
