"""Resolutions written for the tests of the ledger, read by the project's own rules."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.sessions import load_sessions
from mandates.analysis import analyse
from scrapers.publication import DocumentText, Publication, PublishedOn
from warehouse.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sessions import SessionDates
    from mandates.model import Kind, Stage

ADOPTED = date(2025, 12, 18)


@cache
def _sessions() -> tuple[SessionDates, ...]:
    return load_sessions(Path("config/sessions.yaml"))


def paper(
    words: str,
    *,
    symbol: str,
    title: str,
    sessions: Sequence[SessionDates] | None = None,
    on: date | None = None,
    stage: Stage | None = None,
    kind: Kind = "resolution",
    body: str = "UNGA",
) -> Entry:
    """A document with these words, as a source shows it and as the project's own rules read it.

    `sessions` are those of config/sessions.yaml where they are not given.
    """
    identity, raw = f"{symbol} en", words.encode()
    publication = Publication(
        source_id="made",
        document_id=hashlib.sha256(identity.encode()).hexdigest(),
        identity=identity,
        url=f"https://example.org/{symbol}",
        seen_url=f"https://example.org/{symbol}",
        title=title,
        symbol=symbol,
        body=body,
        kind=kind,
        stage=stage,
        language="en",
        published=PublishedOn(on, "day", "document") if on else None,
        text=DocumentText(words, raw, hashlib.sha256(raw).hexdigest(), "text/plain", ()),
    )
    known = _sessions() if sessions is None else sessions
    analysis = analyse(words, sessions=known, body=body, symbol=symbol, kind=kind, stage=stage, published_on=on)
    return Entry(publication, analysis)


def resolution(
    *clauses: str,
    symbol: str = "A/RES/80/901",
    title: str = "Keepers of lighthouses",
    on: date | None = ADOPTED,
    stage: Stage = "adopted",
    kind: Kind = "resolution",
    body: str = "UNGA",
    session: int = 80,
    recalling: str = "its resolution 70/1 of 25 September 2015",
) -> Entry:
    """A resolution of the General Assembly with these clauses, as a source shows it and as the analysis reads it."""
    said = "\n\n".join(
        f"{place}. {clause}{';' if place < len(clauses) else '.'}" for place, clause in enumerate(clauses, 1)
    )
    words = f"{title}\n\nThe General Assembly,\n\nRecalling {recalling},\n\n{said}\n"
    return paper(words, symbol=symbol, title=title, on=on, stage=stage, kind=kind, body=body)
