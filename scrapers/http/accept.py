"""Whether an answer is what the source should give. A failure is never "nothing new"."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scrapers.http import gates
from scrapers.publication import FetchError, ReadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.source_answers import Accept, Missing

# A page with a longer text than this does not only show a document by a script.
LONGEST_VIEWER = 2_000
_LOOKED_AT = 20_000
_MAGIC_WITHIN = 1024
# What a page of each kind is called for people; "a challenge" also tells `crawl.health` that a publisher turns us away.
_INSTEAD: dict[gates.Kind, str] = {
    "gate": "a challenge instead of the page",
    "login": "a log-in page instead of the page",
    "not-found": "an error page",
    "error": "an error page",
    "viewer": "a viewer instead of the document",
    "maintenance": "a maintenance page instead of the page",
    "parked": "a parked domain instead of the page",
}
# These say nothing of the document, whatever the status is.
_TURNS_AWAY: frozenset[gates.Kind] = frozenset(("gate", "login"))
# A shell that shows documents by a script is what some sites send for one that they do not have.
_NOT_THERE: frozenset[gates.Kind] = frozenset(("not-found", "viewer"))
_ERRORS = 400
_SERVER_ERRORS = 500


def check(
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    accept: Accept,
    *,
    missing: Missing | None = None,
    asked: str = "",
    led_to: str = "",
) -> bool:
    """Whether what was asked for came (True), or the source's words for "there is no such document" (False).

    `headers` are in lower case; `asked` is the address that was asked for, `led_to` where redirects led.

    Raises:
        FetchError: status, challenge, log-in page, error page, empty or small body.
        ReadError: another type than expected.
    """
    for name in accept.fail_headers:
        if name.lower() in headers:
            raise FetchError(f"the response has the header {name}: {headers[name.lower()][:60]} (status {status})")
    found = gates.recognised(headers, body, led_to)
    if found is not None and found.kind in _TURNS_AWAY:
        raise FetchError(_instead_of_it(found, status, headers, body))
    if missing is not None and _is_missing(status, body, accept, missing, asked=asked, led_to=led_to, found=found):
        return False
    if status not in accept.status:
        raise FetchError(f"status {status}{_said(body)}")
    # Where a source takes 404 for an answer, an error page is no surprise. A page that shows the document by a script
    # may still link to it: only who reads its text can tell.
    if found is not None and found.kind != "viewer" and status < _ERRORS:
        raise FetchError(_instead_of_it(found, status, headers, body))
    if body:
        _check_body(headers, body, accept)
        if status < _ERRORS:
            _check_words(status, body[:_LOOKED_AT], accept)
    elif accept.min_bytes > 0:
        raise FetchError(f"an empty body (status {status})")
    return True


def check_document(body: bytes) -> None:
    """Say that a page, whose text is to be read, only shows a document by a script.

    Raises:
        ReadError: it does.
    """
    found = gates.recognised({}, body)
    if found is not None and found.kind == "viewer":
        raise ReadError(f"{_INSTEAD['viewer']} ({found.name}): give the file's URL in `detail: {{file: …}}`")


def _is_missing(
    status: int,
    body: bytes,
    accept: Accept,
    missing: Missing,
    *,
    asked: str,
    led_to: str,
    found: gates.Signature | None,
) -> bool:
    """Whether the answer is one of those by which the source says that there is no such document."""
    text = _words_of(body[:_LOOKED_AT]) if missing.words else ""
    if status in missing.status or any(" ".join(words.split()).casefold() in text for words in missing.words):
        return True
    # The rest is vague: an outage sends small and empty answers too.
    if status >= _SERVER_ERRORS or (found is not None and found.kind not in _NOT_THERE):
        return False
    if missing.redirect is not None and led_to != asked and re.search(missing.redirect, led_to):
        return True
    if status not in accept.status:
        return False
    if not body:
        return missing.empty
    is_document = accept.magic is not None and accept.magic.encode() in body[:_MAGIC_WITHIN]
    return missing.max_bytes is not None and len(body) <= missing.max_bytes and not is_document


def _instead_of_it(found: gates.Signature, status: int, headers: Mapping[str, str], body: bytes) -> str:
    said = ", ".join(f"{name}: {headers[name][:60]}" for name, _ in found.headers) or found.name
    if found.kind in {"error", "not-found"} and (title := gates.title_of(body)):
        said += f", {_words(title.encode())!r}"
    return f"{_INSTEAD[found.kind]} (status {status}, {said})"


def _check_body(headers: Mapping[str, str], body: bytes, accept: Accept) -> None:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if accept.magic is not None and accept.magic.encode() not in body[:_MAGIC_WITHIN]:
        raise ReadError(f"not what was expected: no {accept.magic!r} at the beginning{_instead(media_type, body)}")
    if len(body) < accept.min_bytes:
        raise FetchError(f"only {len(body):,} bytes, at least {accept.min_bytes:,} were expected")
    if accept.types and media_type not in accept.types:
        raise ReadError(f"the response is {media_type or 'without a media type'}, expected {' or '.join(accept.types)}")


def _check_words(status: int, head: bytes, accept: Accept) -> None:
    text = _words_of(head) if accept.fail_words else ""
    for words in accept.fail_words:
        if " ".join(words.split()).casefold() in text:
            raise FetchError(f"the page says {words!r} (status {status})")


def _words_of(head: bytes) -> str:
    return " ".join(head.decode("utf-8", errors="replace").casefold().split())


def _said(body: bytes) -> str:
    """What an error body says for people, from a JSON envelope or a title."""
    if not body:
        return ", empty body"
    if body.lstrip()[:1] == b"{":
        try:
            envelope = json.loads(body[:_LOOKED_AT])
        except (ValueError, RecursionError):
            return ""
        message = _message(envelope)
        return f": {_words(message.encode())}" if message else ""
    title = gates.title_of(body)
    return f": {_words(title.encode())}" if title else ""


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
