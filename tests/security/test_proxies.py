"""Behind a proxy and with a company's own certificates: publishers are reached, and the guard still holds."""

from __future__ import annotations

import ssl
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from scrapers.http.client import Fetched, Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import FetchError, RefusedError, ScraperError
from tests.security.test_guard import Names, loopback, open_policy, strict
from tests.sites.authority import authority
from tests.sites.proxy import ForwardProxy
from tests.sites.publisher import Publisher

if TYPE_CHECKING:
    from pathlib import Path

    from config.source_blocks import Policy

pytestmark = pytest.mark.slow

host = "publisher.example.org"
variables = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxies and certificates of the machine that tests play no part."""
    for name in variables:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def ask(url: str, names: Names, policy: Policy = strict) -> Fetched:
    """One request with the test's own names."""
    async with Fetcher("mailto:operator@example.org", resolver=names, sleep=no_wait) as fetcher:
        found = await fetcher.get(url, policy=policy)
        assert isinstance(found, Fetched)
        return found


async def test_a_publisher_is_reached_through_a_proxy(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY leads to a host that this machine cannot resolve; robots.txt is asked for there too."""
    publisher.says("/page?a=1", "hello")
    async with ForwardProxy({host: publisher.port}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        found = await ask(f"http://{host}/page?a=1", Names())
    assert found.body == b"hello"
    assert proxy.asked == [f"GET http://{host}/robots.txt HTTP/1.1", f"GET http://{host}/page?a=1 HTTP/1.1"]


async def test_https_through_a_proxy_with_a_company_s_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a tunnel the server's certificate is checked against SSL_CERT_FILE; without it the server is refused."""
    own = authority(tmp_path, host)
    async with Publisher(tls=own.server) as publisher, ForwardProxy({host: publisher.port}) as proxy:
        publisher.says("/page", "hello")
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED"):
            await ask(f"https://{host}/page", Names())
        monkeypatch.setenv("SSL_CERT_FILE", str(own.file))
        assert (await ask(f"https://{host}/page", Names())).body == b"hello"
    assert set(proxy.asked) == {f"CONNECT {host}:443 HTTP/1.1"}


async def test_a_folder_of_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_DIR works without a proxy, with names as OpenSSL makes them."""
    own = authority(tmp_path, host)
    folder = tmp_path / "authorities"
    folder.mkdir()
    subject = ssl.create_default_context(cafile=own.file)
    assert subject.cert_store_stats()["x509_ca"] == 1
    from scrapers.http import guard

    monkeypatch.setattr(guard, "is_allowed", lambda address, *, private: private or address == "127.0.0.1")
    (folder / f"{_subject_hash(own.file)}.0").write_bytes(own.file.read_bytes())
    async with Publisher(tls=own.server) as publisher:
        publisher.says("/page", "hello")
        monkeypatch.setenv("SSL_CERT_DIR", str(folder))
        names = Names(publisher__example__org=[["127.0.0.1"]])
        assert (await ask(f"https://{host}:{publisher.port}/page", names)).body == b"hello"


def _subject_hash(file: Path) -> str:
    """The name under which OpenSSL looks for a certificate: the first bytes of a hash of its subject."""
    import hashlib

    from cryptography import x509

    subject = x509.load_pem_x509_certificate(file.read_bytes()).subject
    # The canonical encoding has the words in lower case and as UTF-8, without the outer SEQUENCE.
    words = subject.rfc4514_string().removeprefix("CN=").lower().encode()
    attribute = b"\x06\x03\x55\x04\x03" + b"\x0c" + bytes([len(words)]) + words
    sequence = b"\x30" + bytes([len(attribute)]) + attribute
    encoded = b"\x31" + bytes([len(sequence)]) + sequence
    return hashlib.sha1(encoded).digest()[:4][::-1].hex()  # noqa: S324 - OpenSSL's own choice


async def test_no_proxy_and_loopback_are_asked_directly(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts in NO_PROXY, and this machine itself, do not go through the proxy."""
    publisher.says("/page", "hello")
    async with ForwardProxy({}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "intranet.example.org,.example.com")
        assert (await ask(publisher.url + "/page", Names(**loopback), open_policy)).body == b"hello"
        names = Names(intranet__example__org=[["127.0.0.1"]])
        found = await ask(f"http://intranet.example.org:{publisher.port}/page", names, open_policy)
    assert found.body == b"hello"
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("url", "answers", "reason"),
    [
        ("http://10.1.2.3/", {"10.1.2.3": [["10.1.2.3"]]}, "10.1.2.3 is not a public address"),
        ("http://169.254.169.254/latest/", {"169.254.169.254": [["169.254.169.254"]]}, "no source may reach it"),
        ("http://inside.example.org/", {"inside.example.org": [["192.168.1.1"]]}, "leads to 192.168.1.1"),
        ("http://mixed.example.org/", {"mixed.example.org": [["93.184.215.14", "10.0.0.1"]]}, "leads to 10.0.0.1"),
        ("http://metadata.google.internal/", {}, "a name inside a network"),
        ("http://printer/", {}, "a name inside a network"),
        ("http://printer.local./", {}, "a name inside a network"),
    ],
)
async def test_a_proxy_is_no_way_round_the_guard(
    monkeypatch: pytest.MonkeyPatch, url: str, answers: dict[str, list[list[str]]], reason: str
) -> None:
    """What is refused without a proxy is not asked for from one: addresses, names that lead to them, inner names."""
    async with ForwardProxy({}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(RefusedError, match=reason):
            await ask(url, Names(**answers))
    assert proxy.asked == []


async def test_a_redirect_behind_a_proxy_is_checked_too(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A publisher cannot lead us into the network through the proxy."""
    from tests.sites.publisher import Answer

    publisher.says("/start", Answer(b"", 302, headers={"Location": "http://10.0.0.7/secret"}))
    async with ForwardProxy({host: publisher.port}) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(RefusedError, match=r"10\.0\.0\.7"):
            await ask(f"http://{host}/start", Names(**{"10.0.0.7": [["10.0.0.7"]]}))
    assert not any("10.0.0.7" in line for line in proxy.asked)


async def test_a_proxy_with_a_password(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """User and password of the proxy's URL are sent to it; a wrong one shows as 407, and is never repeated."""
    publisher.says("/page", "hello")
    token = "Basic " + b64encode("desk:s3crét p@ss".encode()).decode()
    async with ForwardProxy({host: publisher.port}, auth=token) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://desk:s3cr%C3%A9t%20p%40ss@127.0.0.1:{proxy.port}")
        assert (await ask(f"http://{host}/page", Names())).body == b"hello"
        monkeypatch.setenv("HTTP_PROXY", f"http://desk:wrongword@127.0.0.1:{proxy.port}")
        with pytest.raises(FetchError, match="407") as refusal:
            await ask(f"http://{host}/page", Names())
    assert "wrongword" not in str(refusal.value)


async def test_a_proxy_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error blames the proxy and its variable, not the publisher."""
    async with ForwardProxy({}) as proxy:
        gone = proxy.port
    monkeypatch.setenv("HTTP_PROXY", f"http://desk:s3cr3t@127.0.0.1:{gone}")
    with pytest.raises(
        FetchError, match=rf"the proxy http://127\.0\.0\.1:{gone} \(HTTP_PROXY\) cannot be reached"
    ) as e:
        await ask(f"http://{host}/page", Names())
    assert "s3cr3t" not in str(e.value)


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("HTTPS_PROXY", "socks5://127.0.0.1:1080", "must be the http:// or https:// URL of a proxy, not socks5://"),
        ("HTTP_PROXY", "http://127.0.0.1:port", "is not a valid URL of a proxy"),
        ("SSL_CERT_FILE", "/nonexistent/ca.pem", "cannot be read: No such file"),
        ("SSL_CERT_FILE", __file__, "holds no certificates in PEM format"),
        ("SSL_CERT_DIR", "/nonexistent", "is not a folder"),
    ],
)
async def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, problem: str
) -> None:
    """A mistake in the environment is said before anything is asked, not as the fault of each publisher."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ScraperError, match=f"{variable}: .*{problem}"):
        await ask("http://127.0.0.1:1/", Names(**loopback), open_policy)
