"""The acts that may have to do with one: those that it could renew or be renewed by, adopt or be adopted as.

They are found by joins on numbers: the same matter in the title, much of the same title, a symbol in the preamble
(either way round), or nearly the same text. `series` judges them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.links.acts import acts_where
from warehouse.links.duplicates import most_candidates
from warehouse.load.arrivals import as_rows_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    import duckdb

    from warehouse.links.series import Act

_RECALLING = "SELECT DISTINCT document_id FROM recalls WHERE symbol_key IN (SELECT unnest($keys))"
# Of the acts of an organ that have three words of the title in common, or all of them, the latest are compared: an act
# renews the latest that it can, and one act a year since 1946 makes eighty. Without a limit, a source that gives all
# its acts one title would make recording slower with each of them. "Latest" goes by session and day, not by arrival.
MOST_ALIKE = 300
# Only an act of the same organ can be renewed; a draft may be another organ's.
_NEAR = """
SELECT document_id FROM title_keys JOIN acts USING (document_id)
WHERE title_key IN (SELECT unnest($keys)) AND organ IN (SELECT unnest($organs))
QUALIFY row_number() OVER (
    PARTITION BY title_key, organ ORDER BY session DESC NULLS LAST, "day" DESC NULLS LAST, document_id DESC
) <= $most"""
_SAME = """
SELECT document_id FROM acts WHERE matter_key IN (SELECT unnest($keys))
QUALIFY row_number() OVER (
    PARTITION BY matter_key, organ ORDER BY session DESC NULLS LAST, "day" DESC NULLS LAST, document_id DESC
) <= $most"""
_ALIKE = """
SELECT one.document_id, list(DISTINCT other.document_id)
FROM rows_in JOIN versions AS one USING (version_id) JOIN versions AS other ON other.rowid = rows_in.place
WHERE one.document_id <> other.document_id GROUP BY one.document_id"""


class Known:
    """Acts by what others are found by."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._acts: dict[str, Act] = {}
        self._of_matter: dict[int, list[Act]] = {}
        self._of_symbol: dict[int, list[Act]] = {}
        self._recalling: dict[int, list[Act]] = {}
        self._near: dict[int, list[Act]] = {}
        self.add(acts)

    def add(self, acts: Iterable[Act]) -> None:
        """Put in acts that are not there yet."""
        for act in acts:
            if act.document_id in self._acts:
                continue
            self._acts[act.document_id] = act
            if act.matter_key is not None:
                self._of_matter.setdefault(act.matter_key, []).append(act)
            if act.symbol_key is not None:
                self._of_symbol.setdefault(act.symbol_key, []).append(act)
            for key in act.recalls:
                self._recalling.setdefault(key, []).append(act)
            for key in act.near_keys:
                self._near.setdefault(key, []).append(act)

    def before(self, act: Act) -> set[Act]:
        """What it may renew: acts about the same or nearly so, and those that it recalls."""
        recalled = (other for key in act.recalls for other in self._of_symbol.get(key, ()))
        return {*self.about(act), *self._near_to(act), *recalled}

    def after(self, act: Act) -> set[Act]:
        """What may renew it: acts about the same or nearly so, and those that recall it."""
        recalling = () if act.symbol_key is None else self._recalling.get(act.symbol_key, ())
        return {*self.about(act), *self._near_to(act), *recalling}

    def _near_to(self, act: Act) -> Iterator[Act]:
        return (other for key in act.near_keys for other in self._near.get(key, ()))

    def symbol_key(self, document_id: str) -> int | None:
        """The key of a document's symbol."""
        act = self._acts.get(document_id)
        return act.symbol_key if act else None

    def about(self, act: Act) -> list[Act]:
        """Acts about the same by their titles."""
        return [] if act.matter_key is None else self._of_matter.get(act.matter_key, [])

    def renewing(self, documents: Collection[str]) -> Iterator[Act]:
        """The acts that renew one of these as far as was known."""
        return (act for act in self._acts.values() if act.renews in documents)


def around(connection: duckdb.DuckDBPyConnection, arrived: Sequence[Act], changed: Collection[str]) -> Iterator[Act]:
    """The acts that may have to do with these, either way."""
    yield from candidates(connection, arrived)
    keys = sorted({act.symbol_key for act in arrived if act.symbol_key is not None})
    recalling = connection.execute(_RECALLING, {"keys": keys}).fetchall() if keys else []
    yield from acts_where(connection, "document_id", {row[0] for row in recalling})
    yield from acts_where(connection, "renews", changed)


def candidates(connection: duckdb.DuckDBPyConnection, acts: Sequence[Act]) -> Iterator[Act]:
    """What these may renew or adopt."""
    keys = sorted({key for act in acts for key in act.near_keys})
    wanted = {"keys": keys, "organs": sorted({act.organ for act in acts}), "most": MOST_ALIKE}
    found = connection.execute(_NEAR, wanted).fetchall() if keys else []
    if same := sorted({act.matter_key for act in acts if act.matter_key is not None}):
        found += connection.execute(_SAME, {"keys": same, "most": MOST_ALIKE}).fetchall()
    yield from acts_where(connection, "document_id", {row[0] for row in found})
    yield from acts_where(connection, "symbol_key", {key for act in acts for key in act.recalls})


def alike_acts(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, int]]) -> dict[str, list[Act]]:
    """The acts whose texts are like those of each document."""
    if not hits:
        return {}
    newest = list(dict.fromkeys(place for _, place in hits))[:most_candidates]
    versions, places = zip(*((version, place) for version, place in hits if place in set(newest)), strict=True)
    with as_rows_in(connection, pa.table({"version_id": versions, "place": places})):
        rows = connection.execute(_ALIKE).fetchall()
    acts = {
        act.document_id: act
        for act in acts_where(connection, "document_id", {other for _, those in rows for other in those})
    }
    return {document: [acts[other] for other in those if other in acts] for document, those in rows}
