"""What a server gives to ask again with, kept only where it can be sent back.

An ETag beyond ASCII is allowed (RFC 9110, 8.8.3: obs-text) and cannot be put in a request; sent as it is, it failed its
source from the second crawl on.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapers.publication import Validators

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

# Apache and nginx refuse a request with a header of 8 kB; honest validators have under 100 characters.
LONGEST = 1_000


def given(headers: Mapping[str, str], body: bytes) -> Validators:
    """The validators of an answer that came now; `headers` are in lower case."""
    etag, modified = _visible(headers.get("etag")), _visible(headers.get("last-modified"))
    return Validators(etag, modified, datetime.now(UTC), hashlib.sha256(body).hexdigest())


def sendable(stored: Validators | None, longest: timedelta) -> Validators | None:
    """What may be asked with; None where nothing is left of it, or it is `longest` old and all is to be sent again."""
    if stored is None or datetime.now(UTC) - stored.fetched_at >= longest:
        return None
    # A home may be older than the check of what is stored in it.
    sound = replace(stored, etag=_visible(stored.etag), last_modified=_visible(stored.last_modified))
    return sound if sound.etag or sound.last_modified else None


def conditions(validators: Validators | None) -> dict[str, str]:
    """The headers of a conditional request."""
    if validators is None:
        return {}
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def _visible(validator: str | None) -> str | None:
    sound = validator and validator.isascii() and validator.isprintable() and len(validator) <= LONGEST
    return validator if sound else None
