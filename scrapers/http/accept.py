"""Whether an answer is what the source should give. A failure is never "nothing new"."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scrapers.publication import FetchError, ReadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.source_blocks import Accept

# Said by the gates that stand before sites: AWS WAF ("challenge", "captcha"), Cloudflare, Sucuri, DataDome.
_gates = {
    "x-amzn-waf-action": None,
    "cf-mitigated": None,
    "x-sucuri-block": None,
    "x-datadome": "protected",
}
# Titles of challenge and error pages that are served with status 200.
_gate_title = re.compile(
    rb"<title>[^<]{0,40}(just a moment|attention required|access denied|request rejected|are you a robot|captcha|"
    rb"(?:error )?40[34]\b|page not found|not found|service unavailable|site maintenance|under maintenance)",
    re.IGNORECASE,
)
_looked_at = 20_000
_errors = 400


def check(status: int, headers: Mapping[str, str], body: bytes, accept: Accept) -> None:
    """Say why an answer is no answer.

    `headers` are in lower case.

    Raises:
        FetchError: status, challenge, empty or small body, error page.
        ReadError: another type than expected.
    """
    _check_headers(status, headers, accept)
    if status not in accept.status:
        raise FetchError(f"status {status}{_said(body)}")
    if body:
        _check_body(headers, body, accept)
        # Where a source takes 404 for an answer, an error page is no surprise.
        if status < _errors:
            _check_words(status, body[:_looked_at], accept)
    elif accept.min_bytes > 0:
        raise FetchError(f"an empty body (status {status})")


def _check_headers(status: int, headers: Mapping[str, str], accept: Accept) -> None:
    for name, value in _gates.items():
        if name in headers and (value is None or headers[name] == value):
            raise FetchError(f"a challenge instead of the page (status {status}, {name}: {headers[name][:60]})")
    for name in accept.fail_headers:
        if name.lower() in headers:
            raise FetchError(f"the answer carries {name}: {headers[name.lower()][:60]} (status {status})")


def _check_body(headers: Mapping[str, str], body: bytes, accept: Accept) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if accept.magic is not None and accept.magic.encode() not in body[:1024]:
        raise ReadError(f"not what was expected: no {accept.magic!r} at the beginning{_instead(media_type, body)}")
    if len(body) < accept.min_bytes:
        raise FetchError(f"only {len(body):,} bytes, at least {accept.min_bytes:,} were expected")
    if accept.types and media_type not in accept.types:
        raise ReadError(f"{media_type or 'no media type'} came, expected was {' or '.join(accept.types)}")


def _check_words(status: int, head: bytes, accept: Accept) -> None:
    if found := _gate_title.search(head):
        raise FetchError(f"an error page with status {status}: {_words(found.group(0).removeprefix(b'<title>'))!r}")
    text = head.decode("utf-8", errors="replace").casefold()
    for words in accept.fail_words:
        if words.casefold() in text:
            raise FetchError(f"the page says {words!r} (status {status})")


def _said(body: bytes) -> str:
    """What an error body says for people, from a JSON envelope or a title."""
    if not body:
        return ", empty body"
    if body.lstrip()[:1] == b"{":
        try:
            envelope = json.loads(body[:_looked_at])
        except (ValueError, RecursionError):
            return ""
        message = _message(envelope)
        return f": {_words(message.encode())}" if message else ""
    title = re.search(rb"<title>([^<]{1,200})", body[:_looked_at], re.IGNORECASE)
    return f": {_words(title.group(1))}" if title else ""


def _message(envelope: object) -> str | None:
    for _ in range(3):
        if not isinstance(envelope, dict):
            break
        for key in ("message", "detail", "error_description", "title"):
            if isinstance(envelope.get(key), str):
                return str(envelope[key])
        envelope = envelope.get("error")
    return envelope if isinstance(envelope, str) else None


def _instead(media_type: str, body: bytes) -> str:
    if media_type.startswith("text/html") or body.lstrip()[:1] == b"<":
        return ", but HTML"
    return f", but {media_type}" if media_type else ""


def _words(raw: bytes) -> str:
    """Words from a stranger, cut and on one line."""
    return " ".join(re.sub(r"[^\x20-\x7e\xa0-\uffff]+", " ", raw.decode("utf-8", errors="replace")).split())[:160]
