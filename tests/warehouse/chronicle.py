"""Three sessions of the General Assembly, written for the tests: what was asked, and what became of it.

All days are reckoned from today, since the ledger is asked as of today: the eightieth session is running, the
eighty-first begins in forty days.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from config.sessions import SessionDates
from tests.warehouse.asking import paper
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import KnownSession
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from mandates.model import Stage
    from warehouse.model import Batch, Entry

TODAY = datetime.now(UTC).date()
TITLE = "Keepers of lighthouses"
MISSED = TODAY - timedelta(days=20)
_NUMBERS = {78: "seventy-eighth", 79: "seventy-ninth", 80: "eightieth", 81: "eighty-first"}
_ASKED = "Requests the Secretary-General to submit to the General Assembly"
# How many days ago the source was asked: in its usual rhythm, so that an answer would have been seen.
_CRAWLS = (60, 40, 20, 0)


def _start(number: int) -> date:
    return TODAY + timedelta(days=40 + 365 * (number - 81))


SESSIONS = tuple(
    SessionDates("UNGA", number, _start(number), _start(number) + timedelta(days=340), "checked", "the chronicle")
    for number in _NUMBERS
)
_paper = partial(paper, title=TITLE, sessions=SESSIONS)


def _adopted(number: int) -> date:
    return _start(number) + timedelta(days=90)


def resolution(session: int, *clauses: str, stage: Stage = "adopted", symbol: str | None = None) -> Entry:
    """The resolution on lighthouses of a session, which recalls that of the session before."""
    recalled = _adopted(session - 1)
    said = "\n\n".join(f"{n}. {clause}{';' if n < len(clauses) else '.'}" for n, clause in enumerate(clauses, 1))
    recalling = f"Recalling its resolution {session - 1}/901 of {_written(recalled)},"
    words = f"{TITLE}\n\nThe General Assembly,\n\n{recalling}\n\n{said}\n"
    adopted = _adopted(session) - timedelta(days=0 if stage == "adopted" else 30)
    return _paper(words, symbol=symbol or f"A/RES/{session}/901", on=adopted, stage=stage)


def entries() -> tuple[Entry, ...]:
    """All documents: three resolutions of a series, a draft, a corrigendum, and a report that answers one paragraph."""
    lit = "Calls upon Member States to keep their lighthouses lit"
    listed = (
        f"Requests the International Maritime Organization to publish a list of lighthouses by {_written(_start(79))}"
    )
    missed = f"{_ASKED}, by {_written(MISSED)}, a report on fog horns"
    lamps = f"{_ASKED}, at its seventy-ninth session, a report on the cost of lamps"
    draft = resolution(80, _training(81), _lamps(81), _item(81), stage="draft", symbol="A/C.3/80/L.90")
    report = (
        f"Seventy-ninth session\nAgenda item 70\n{TITLE}\n\n{TITLE}\n\nReport of the Secretary-General\n\n"
        "1. The present report is submitted pursuant to paragraph 3 of "
        "General Assembly resolution 78/901, in which the Assembly requested the Secretary-General to submit to it, at "
        "its seventy-ninth session, a report on the cost of lamps.\n\n2. Lamps cost more each year.\n"
    )
    corrigendum = f"{TITLE}\n\nCorrigendum\n\nParagraph 4\n\nFor fog horns read fog horns and bells\n"
    return (
        resolution(78, lit, _training(79), lamps, listed, _item(79)),
        resolution(79, lit, _training(80), _lamps(80), _item(80)),
        resolution(80, lit, _training(81), _lamps(81), missed, _item(81)),
        draft,
        _paper(corrigendum, symbol="A/RES/80/901/Corr.1", on=_adopted(80) + timedelta(days=9), stage="adopted"),
        _paper(report, symbol="A/79/801", on=_start(79) + timedelta(days=20), kind="report"),
    )


def lived(home: Path) -> Path:
    """Record the chronicle in an empty home and publish its snapshot; the home."""
    for number, ago in enumerate(_CRAWLS):
        land(home, _crawled(number, ago, *(entries() if number == 0 else ())))
    known = [
        KnownSession(each.body, each.number, each.start, each.end, each.confidence, each.source) for each in SESSIONS
    ]
    record(home, nobody, sessions=lambda: known)
    publish(home)
    return home


def _crawled(number: int, days_ago: int, *shown: Entry) -> Batch:
    made = batch(number, *shown)
    done = datetime.now(UTC) - timedelta(days=days_ago)
    harvest = replace(made.harvest, started_at=done - timedelta(minutes=1), finished_at=done, fetches=(), validators={})
    return replace(made, harvest=harvest)


def _training(session: int) -> str:
    return f"{_ASKED}, at its {_NUMBERS[session]} session, a report on the training of the keepers of lighthouses"


def _lamps(session: int) -> str:
    matter = "a report on the cost of lamps and on who pays for the oil that they burn"
    return f"{_ASKED}, at its {_NUMBERS[session]} session, {matter}"


def _item(session: int) -> str:
    return (
        f"Decides to include in the provisional agenda of its {_NUMBERS[session]} session the item entitled “{TITLE}”"
    )


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
