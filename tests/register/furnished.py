"""A home in which every kind of page has something to show: the chronicle, and what it lacks.

That is a series with gaps, a hostile title, a text that was reworded, a mandate that is gone, a preamble and an annex
that fold, and more past sessions than a page has room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from tests.register.test_coverage_page import notes
from tests.register.test_document import LIT, OIL, REPORT
from tests.register.test_pages import HOSTILE
from tests.warehouse.asking import paper, resolution
from tests.warehouse.chronicle import SESSIONS, lived
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import KnownSession
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.model import Entry

_PAST = range(1946, 1971)
_HARBOURS = "Requests the Secretariat to publish a list of harbours by 1 June 2028"
_BEACONS = f"""Seventy-ninth session
Agenda item 71

Beacons

The General Assembly,

Recalling its resolution 70/1 of 25 September 2015,

Convinced that a beacon is of no use where nobody sees it,

1. {REPORT};

2. {OIL.replace("lamps", "beacons")}.

Annex

Model terms for keepers

1. Keepers shall have a day of rest each week.
"""


@dataclass(frozen=True, slots=True)
class Furnished:
    """The home, and where its documents and mandates are, by symbol."""

    home: Path
    documents: dict[str, str]
    gone: str

    def clause(self, symbol: str, number: str) -> str:
        """The key of a clause as its document reads now."""
        return self._only(
            "SELECT clause_key FROM clauses JOIN documents USING (document_id) "
            "WHERE symbol = $symbol AND number = $number",
            symbol=symbol,
            number=number,
        )

    def task(self, symbol: str, words: str) -> str:
        """The mandate of a document whose quote has these words."""
        return self._only(
            "SELECT DISTINCT task_key FROM mandates JOIN documents USING (document_id) "
            "WHERE symbol = $symbol AND contains(quote, $words)",
            symbol=symbol,
            words=words,
        )

    def texts(self, symbol: str) -> list[str]:
        """The versions of a document, the earliest first."""
        sql = "SELECT version_id FROM versions WHERE document_id = $document ORDER BY first_seen"
        return [str(row[0]) for row in query(self.home, sql, {"document": self.documents[symbol]}).rows]

    def _only(self, sql: str, **asked: str) -> str:
        ((found,),) = query(self.home, sql, asked).rows
        return str(found)

    def pages(self) -> tuple[str, ...]:
        """The address of a page of each kind, and of those that look otherwise where a reader erred."""
        cost, beacons = self.task("A/RES/78/901", "cost of lamps"), self.documents["A/RES/79/905"]
        earlier, later = self.texts("A/RES/80/903")
        reworded = self.documents["A/RES/80/903"]
        return (
            "/", "/search?words=keepers", "/search?words=unheard", "/search?state=foo&year=x&due=soon",
            "/search?words=keepers&show=documents", "/bodies", "/bodies/UNGA", "/bodies/UNGA?page=2", "/addressees",
            "/addressees/un:secretary-general", "/addressees/un:secretary-general?show=answered", "/timeline",
            "/timeline?body=UNGA", "/coverage", "/health", "/api", "/about", "/nowhere",
            f"/documents/{self.documents['A/RES/80/902']}", f"/documents/{beacons}", f"/documents/{reworded}",
            f"/documents/{reworded}?version={earlier}", f"/documents/{reworded}/versions/{earlier}/{later}",
            f"/documents/{self.documents['A/RES/80/901']}/beside/{self.documents['A/RES/79/901']}",
            f"/mandates/{cost}", f"/mandates/{self.task('A/RES/80/901', 'fog horns')}", f"/mandates/{self.gone}",
        )  # fmt: skip


def furnished(home: Path) -> Furnished:
    """Record it all in an empty home and publish its snapshot."""
    lived(home)
    reworded = partial(resolution, LIT, symbol="A/RES/80/903", title="Horns")
    cleared = partial(resolution, LIT, symbol="A/RES/80/904", title="Piers")
    beacons = paper(_BEACONS, symbol="A/RES/79/905", title="Beacons", on=date(2024, 12, 19), stage="adopted")
    hostile = resolution(REPORT, symbol="A/RES/80/902", title=HOSTILE)
    _recorded(home, 0, hostile, beacons, reworded(REPORT), cleared(REPORT))
    with session(home) as connection:
        ((gone,),) = connection.execute("SELECT task_key FROM ledger WHERE symbol = 'A/RES/80/904'").fetchall()
    _recorded(home, 1, reworded(REPORT.replace("fog horns", "bells")), cleared(_HARBOURS))
    publish(home)
    documents = dict(query(home, "SELECT symbol, document_id FROM documents").rows)
    return Furnished(home, documents, gone)


def _recorded(home: Path, number: int, *entries: Entry) -> None:
    days = [(year - 1945, date(year, 9, 15), date(year + 1, 9, 14)) for year in _PAST]
    days += [(each.number, each.start, each.end) for each in SESSIONS]
    known = [KnownSession("UNGA", *each, "checked", "made") for each in days]
    land(home, batch(number, *entries, source="furniture", state=notes(940, {906: 5, 907: 200})))
    record(home, nobody, sessions=lambda: known)
