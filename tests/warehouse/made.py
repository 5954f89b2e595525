"""Documents made for the tests: small resolutions with an analysis that fits their text exactly."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mandates.model import Analysis, Citation, Clause, Due, Heading, Mandate
from scrapers.publication import DocumentText, FetchRecord, Harvest, Publication, PublishedOn, Validators
from warehouse.model import Batch, Entry

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from mandates.model import Kind, Stage
    from scrapers.publication import ItemState, Outcome, Related
    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow

start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
clause_line = re.compile(r"^(\d+)\. (\w+) .*?[;.]$", re.MULTILINE)
symbol_in_text = re.compile(r"\b[AES]/[A-Z0-9./]+\d")

# Reckoned from today, for what is open or over depends on the day of the query.
today = datetime.now(UTC).date()
deadlines = (
    ("at the next session", today + timedelta(days=100), today + timedelta(days=200)),
    ("at a session long ago", today - timedelta(days=200), today - timedelta(days=100)),
)

text = """Care of travellers at sea

The Assembly,
Recalling resolution A/RES/70/1,
1. Welcomes the work that has been done;
2. Requests the Secretary-General to report on it at the next session;
3. Decides to include an item on travellers in the provisional agenda.
"""


def nobody(_findings: Sequence[Finding]) -> tuple[AlertRow, ...]:
    """The matcher of an installation without subscriptions."""
    return ()


def analysis_of(words: str, *, answers: Sequence[str] = (), session: int | None = 80) -> Analysis:
    """An analysis of a text whose clauses stand one a line: "Requests" and "Decides" carry a mandate."""
    clauses = tuple(_clause(words, place, match) for place, match in enumerate(clause_line.finditer(words), 1))
    citations = tuple(Citation(m.start(), m.end(), m[0], m[0]) for m in symbol_in_text.finditer(words))
    heading = Heading(None, None, None, "resolution", None, session, None, None, None, tuple(answers))
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    preamble = words.find("Recalling")
    spans = ((preamble, preamble + 9),) if preamble >= 0 else ()
    return Analysis(sha256, len(words), "en", heading, spans, clauses, citations, ())


def entry(
    symbol: str | None = "A/RES/80/1",
    *,
    title: str = "Care of travellers at sea",
    words: str | None = text,
    stage: Stage | None = "adopted",
    body: str | None = "UNGA",
    kind: Kind = "resolution",
    session: int | None = 80,
    answers: Sequence[str] = (),
    related: Sequence[Related] = (),
    published: PublishedOn | None = PublishedOn(date(2025, 12, 18), "day", "document"),  # noqa: B008 - it is frozen
    language: str | None = "en",
    topics: Sequence[str] = (),
    url: str | None = None,
    relevance: str | None = None,
) -> Entry:
    """A publication with its analysis; without `words` it has no text."""
    identity = f"{symbol} {language}" if symbol else (url or title)
    address = url or f"https://example.org/{(symbol or title).replace(' ', '-')}"
    document_text = None
    if words is not None:
        raw = words.encode()
        document_text = DocumentText(words, raw, hashlib.sha256(raw).hexdigest(), "text/plain", (0, words.find("1. ")))
    publication = Publication(
        source_id="made",
        document_id=hashlib.sha256(identity.encode()).hexdigest(),
        identity=identity,
        url=address,
        seen_url=address,
        title=title,
        symbol=symbol,
        body=body,
        kind=kind,
        stage=stage,
        language=language,
        published=published,
        topics=tuple(topics),
        text=document_text,
        related=tuple(related),
        relevance=relevance,
    )
    return Entry(publication, analysis_of(words, answers=answers, session=session) if words is not None else None)


def report(symbol: str, of: str, *, title: str = "Care of travellers at sea", **more: Any) -> Entry:
    """A report of the Secretary-General on what `entry` asks for, issued after it; its opening says so."""
    words = f"{title}\n\nReport of the Secretary-General\n\n1. The present report is submitted pursuant to {of}.\n"
    issued = PublishedOn(date(2026, 2, 20), "day", "document")
    known = {"kind": "report", "stage": None, "published": issued, "session": 81, "answers": [of]} | more
    return entry(symbol, title=title, words=words, **known)


def due(made: Entry, *days: date) -> Entry:
    """The entry with a deadline on each of these days for each of its mandates."""
    assert made.analysis is not None
    clauses = []
    for clause in made.analysis.clauses:
        dated = tuple(
            replace(m, dues=tuple(Due(m.start, m.end, m.quote, day, day, "stated date", "made") for day in days))
            for m in clause.mandates
        )
        clauses.append(replace(clause, mandates=dated))
    return replace(made, analysis=replace(made.analysis, clauses=tuple(clauses)))


def batch(
    number: int,
    *entries: Entry,
    source: str = "made",
    outcome: Outcome = "ok",
    error: str | None = None,
    state: dict[str, str] | None = None,
) -> Batch:
    """What the `number`th crawl of a source gave, an hour after the one before."""
    began = start + timedelta(hours=number)
    done = began + timedelta(minutes=1)
    address = f"https://example.org/{source}"
    harvest = Harvest(
        source,
        began,
        done,
        outcome,
        tuple(entry.publication for entry in entries),
        len(entries),
        fetches=(FetchRecord(address, began, 0.2, 200 if outcome == "ok" else 503, 512, outcome, error),),
        validators={address: Validators(f'"{number}"', None, began, "0" * 64)} if outcome == "ok" else {},
        state=state or {},
        error=error,
    )
    return Batch(f"{source}-{number}", harvest, entries)


def with_items(made: Batch, *states: ItemState, **more: Any) -> Batch:
    """A batch whose crawl changed these states."""
    return replace(made, harvest=replace(made.harvest, items=states, **more))


def _clause(words: str, place: int, match: re.Match[str]) -> Clause:
    type_ = {"Requests": "reporting_request", "Decides": "agenda_placement"}.get(match[2])
    addressee = "the Secretary-General" if match[2] == "Requests" else None
    mandates = ()
    if type_:
        mandates = (_mandate(match, type_, addressee),)
    return Clause(
        position=place,
        number=match[1],
        start=match.start(),
        end=match.end(),
        quote=match[0],
        display=match[0].split(". ", 1)[1],
        verb=match[2],
        type=type_ or ("exhortation" if match[2] == "Calls" else "statement"),
        addressee=addressee,
        addressee_id="un:secretary-general" if addressee else None,
        dues=mandates[0].dues if mandates else (),
        agenda_item=None,
        rule="made",
        evidence=(),
        mandates=mandates,
    )


def _mandate(match: re.Match[str], type_: str, addressee: str | None) -> Mandate:
    dues = tuple(
        Due(match.start() + place, match.start() + place + len(words), words, opens, closes, "inferred", "made")
        for words, opens, closes in deadlines
        if (place := match[0].find(words)) >= 0
    )
    return Mandate(
        start=match.start(),
        end=match.end(),
        quote=match[0],
        verb=match[2],
        type=type_,
        addressee=addressee,
        addressee_id="un:secretary-general" if addressee else None,
        dues=dues,
        agenda_item="travellers" if type_ == "agenda_placement" else None,
        agenda_title=None,
        action="report" if type_ == "reporting_request" else None,
        deliverable=None,
        rule="made",
    )
