"""Addresses: what makes two of them one, and what of them may be shown."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from config import redaction
from config.redaction import without_secrets
from scrapers.http.encodings import decode

if TYPE_CHECKING:
    from config.source_fields import Canonical

_schemes = frozenset(("http", "https"))
_ports = {"http": 80, "https": 443}
# Parameters that say where a reader came from, or which session he has.
_tracking = re.compile(
    r"(utm_\w+|fbclid|gclid|mc_[ce]id|_ga|phpsessid|jsessionid|sid|ref_src|from_feed)", re.IGNORECASE
)
# An address as it may be shown.
public = redaction.public
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def veiled(url: str) -> str:
    """An address to know a document by: like `public`, but two keys stay two, by a hash of each."""
    return without_secrets(url, lambda key: f"…{hashlib.sha256(key.encode(errors='surrogatepass')).hexdigest()[:12]}")


def joined(base: str, link: str) -> str | None:
    """The absolute address of a link on a page; None where it leads to no web page (mailto:, javascript:, garbage)."""
    try:
        url = urljoin(base, _as_browsers_read_it(link))
        parts = urlsplit(url)
        if parts.scheme not in _schemes or not parts.hostname:
            return None
        _ = parts.port
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path or "/", parts.query, ""))


def from_bytes(raw: bytes) -> str:
    """An address as a header has it: bytes beyond ASCII stay the bytes that they are, percent-encoded."""
    return quote_from_bytes(raw, safe=_VISIBLE + " ")


def _as_browsers_read_it(link: str) -> str:
    r"""A link without line breaks, with "/" for "\" before its query, blanks and controls encoded (WHATWG URL, 4.4)."""
    link = re.sub(r"[\t\r\n]+", "", link).strip("".join(map(chr, range(0x21))))
    path = re.split(r"[?#]", link, maxsplit=1)[0]
    link = path.replace("\\", "/") + link[len(path) :]
    return re.sub(r"[\x00-\x20\x7f]", lambda found: f"%{ord(found[0]):02X}", link)


def canonical(url: str, rules: Canonical | None = None) -> str:
    """The one form of an address: lower-case host, no default port, fragment or tracking; `rules` are the source's."""
    if rules is not None:
        for rewrite in rules.rewrite:
            url = re.sub(rewrite.find, rewrite.put, url)
    parts = urlsplit(url)
    if parts.scheme not in _schemes:
        return url
    scheme, host, port = parts.scheme, (parts.hostname or "").lower(), parts.port
    path = quote(_resolved(parts.path), safe="/%:@!$&'()*+,;=~-._", errors="replace")
    dropped: tuple[str, ...] = ()
    if rules is not None:
        host = rules.hosts.get(host, host)
        path = path.lower() if rules.lower_path else path
        dropped = rules.drop
        if rules.https is not None:
            if port == _ports[scheme]:
                port = None
            scheme = "https" if rules.https else "http"
    netloc = f"[{host}]" if ":" in host else ascii_host(host)
    if port is not None and port != _ports[scheme]:
        netloc += f":{port}"
    query = "&".join(
        quote(pair, safe=_VISIBLE, errors="replace")
        for pair in parts.query.split("&")
        if pair and not _tracking.fullmatch(pair.partition("=")[0]) and pair.partition("=")[0] not in dropped
    )
    # Archives of the nineties serve one page as res-1.htm and RES-1.HTM: that is the source's rule, not ours.
    return urlunsplit((scheme, netloc, path or "/", query, ""))


def same_address(url: str) -> str:
    """What identity is made of: http and https, with and without www, with and without a last slash are one."""
    parts = urlsplit(url)
    if parts.scheme not in _schemes:
        return url
    host = (parts.netloc or "").lower().removeprefix("www.")
    path = parts.path.rstrip("/") or "/"
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")


def is_front_page(url: str) -> bool:
    """Whether an address is that of a whole site."""
    parts = urlsplit(url)
    return parts.scheme in _schemes and parts.path in {"", "/"} and not parts.query


def host_of(url: str) -> str:
    """The host of an address, in lower case and ASCII."""
    return ascii_host(urlsplit(url).hostname or "")


def ascii_host(host: str) -> str:
    """A host's name as it is looked up ("xn--…"); one that cannot be a name stays as it is, and is not found."""
    host = host.lower()
    if host.isascii():
        return host
    import idna  # noqa: PLC0415 - 10 ms that hardly any host needs

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return host


def file_name(name: str) -> str:
    """A name from a server or an address, readable and harmless: no folders, no controls, at most 120 characters."""
    last = re.split(r"[/\\]", decode(unquote_to_bytes(name.encode(errors="replace")))[0])[-1]
    clean = re.sub(r"[^\w.()\- ]+", "_", re.sub(r"[\x00-\x1f\x7f]+", "", last)).strip(" .")
    return clean[-120:] or "document"


def shown_name(name: str | os.PathLike[str]) -> str:
    """A file's name or path that can be shown, logged and stored: what is not UTF-8 becomes a replacement mark."""
    name = os.fspath(name)
    try:
        return name.encode("utf-8", errors="surrogateescape").decode("utf-8", errors="replace")
    except UnicodeEncodeError:
        return name.encode("utf-8", errors="replace").decode("utf-8")


def _resolved(path: str) -> str:
    if not re.search(r"(^|/)\.{1,2}(/|$)|//", path):
        return path
    clean = posixpath.normpath(path).replace("//", "/")
    return clean + "/" if path.endswith("/") and not clean.endswith("/") else clean
