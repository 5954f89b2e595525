"""URLs made of an item's fields: `https://docs.un.org/en/{symbol}`."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator

from config.suggestions import or_known

PLACE = re.compile(r"\{(\w+)(:quoted)?\}")
# `date` is 2026-11-21, `year` its first four digits; `record` the number in the publisher's own catalogue.
PLACES = ("symbol", "record", "title", "language", "date", "year", "url")


def _is_template(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https URL")
    if "{" in parts.netloc:
        raise ValueError("has a field in its host, which must be fixed")
    if set("{}") & set(PLACE.sub("", value)):
        raise ValueError("has a brace that belongs to no field: write {symbol} or {symbol:quoted}")
    names = [found[1] for found in PLACE.finditer(value)]
    if not names:
        raise ValueError(f"has no field in it, e.g. {{symbol}}; known: {', '.join(PLACES)}")
    for name in names:
        if name not in PLACES:
            raise ValueError(f"{{{name}}} is not a field{or_known(name, PLACES)}")
    return value


Template = Annotated[str, AfterValidator(_is_template)]


def filled(template: str, values: dict[str, str | None]) -> str | None:
    """The URL with an item's values in it, percent-encoded; None where one of them is missing.

    Slashes stay as they are, except in `{name:quoted}`.
    """
    names = {found[1] for found in PLACE.finditer(template)}
    if not template or not all(values.get(name) for name in names):
        return None
    return PLACE.sub(
        lambda found: quote(values[found[1]] or "", safe="" if found[2] else "/", errors="replace"), template
    )
