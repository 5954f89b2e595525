"""Which resolution renews which, and which draft was adopted as what, kept up to date as documents arrive.

An act renews the latest one that it can renew (`series`). Candidates are those with the same matter in their title and
those that its preamble recalls, found both ways round by joins on numbers; what a new document cannot have changed is
not judged again. A link that a document arriving late takes over is replaced.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from warehouse.links.acts import acts_where, keep_acts
from warehouse.links.duplicates import most_candidates
from warehouse.links.series import STRONG, draft, renewal
from warehouse.load.arrivals import among, as_rows_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.links.series import Act, Judged
    from warehouse.load.loading import Loaded

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
_MOVED = "UPDATE acts SET renews = rows_in.renews FROM rows_in WHERE acts.document_id = rows_in.document_id"
# What a document states itself has a score of one and stays.
_NO_LONGER = """
DELETE FROM relations USING rows_in
WHERE relations.relation = rows_in.relation AND relations.from_document = rows_in.from_document
    AND relations.to_document = rows_in.to_document AND relations.score < 1"""
_CLAUSES_NO_LONGER = """
DELETE FROM clause_links USING rows_in
WHERE clause_links.relation = rows_in.relation
    AND clause_links.later_document IN (rows_in.from_document, rows_in.to_document)
    AND clause_links.earlier_document IN (rows_in.from_document, rows_in.to_document)"""
_ALIKE = """
SELECT one.document_id, list(DISTINCT other.document_id)
FROM rows_in JOIN versions AS one USING (version_id) JOIN versions AS other ON other.rowid = rows_in.place
WHERE one.document_id <> other.document_id GROUP BY one.document_id"""
_DRAFTS_OF = """
SELECT from_document, to_document FROM relations
WHERE relation = 'draft_of' AND score < 1
    AND (from_document IN (SELECT unnest($documents)) OR to_document IN (SELECT unnest($documents)))"""
_INSERT = """
INSERT INTO relations
SELECT sha256(concat_ws(chr(10), from_document, relation, to_document)), from_document, to_document, NULL, NULL,
    relation, score, evidence, first_seen
FROM rows_in
ON CONFLICT (relation_id) DO NOTHING
RETURNING relation_id"""
_STATED = "SELECT from_document, to_document, relation FROM relations WHERE {condition}"


class _Link(NamedTuple):
    from_document: str
    to_document: str
    relation: str


def link_acts(connection: duckdb.DuckDBPyConnection, loaded: Loaded, alike: Sequence[tuple[str, int]]) -> list[str]:
    """Bring `renews` and `draft_of` up to date with a load; the ids of the relations that came to be.

    `alike` are the recorded texts that are like those of the load, as `alike_texts` finds them.
    """
    touched = keep_acts(connection, loaded)
    moments = loaded.entries["finished_at"].to_pylist()
    return link_touched(connection, touched, touched - {*loaded.documents}, alike, max(moments)) if touched else []


def link_touched(
    connection: duckdb.DuckDBPyConnection,
    touched: Collection[str],
    changed: Collection[str],
    alike: Sequence[tuple[str, int]],
    now: datetime,
) -> list[str]:
    """Link the acts that are new or not as they were; `changed` are those that were known."""
    arrived = acts_where(connection, "document_id", touched)
    known = _Known([*arrived, *_around(connection, arrived, changed)])
    renewing = _to_judge(arrived, known)
    known.add(_candidates(connection, [act for act in renewing if act.document_id not in touched]))
    found, moved, gone = _renewals(renewing, known)
    like = _alike(connection, alike)
    known.add(act for those in like.values() for act in those)
    drafts = _drafts(arrived, known, like)
    gone += _drafts_gone(connection, changed)
    if moved:
        renews = pa.array(moved.values(), pa.string())
        with as_rows_in(connection, pa.table({"document_id": list(moved), "renews": renews})):
            connection.execute(_MOVED)
    if gone:
        with as_rows_in(connection, pa.Table.from_pylist([link._asdict() for link in gone])):
            connection.execute(_NO_LONGER)
            connection.execute(_CLAUSES_NO_LONGER)
    return _write(connection, found | drafts, known, now)


class _Known:
    """Acts, to be asked for those that may have to do with one."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._acts: dict[str, Act] = {}
        self._of_matter: dict[int, list[Act]] = {}
        self._of_symbol: dict[int, list[Act]] = {}
        self._recalling: dict[int, list[Act]] = {}
        self._near: dict[int, list[Act]] = {}
        self.add(acts)

    def add(self, acts: Iterable[Act]) -> None:
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


def _around(connection: duckdb.DuckDBPyConnection, arrived: Sequence[Act], changed: Collection[str]) -> Iterator[Act]:
    """The acts that may have to do with these, either way."""
    yield from _candidates(connection, arrived)
    keys = sorted({act.symbol_key for act in arrived if act.symbol_key is not None})
    recalling = connection.execute(_RECALLING, {"keys": keys}).fetchall() if keys else []
    yield from acts_where(connection, "document_id", {row[0] for row in recalling})
    yield from acts_where(connection, "renews", changed)


def _candidates(connection: duckdb.DuckDBPyConnection, acts: Sequence[Act]) -> Iterator[Act]:
    """What these may renew or adopt."""
    keys = sorted({key for act in acts for key in act.near_keys})
    wanted = {"keys": keys, "organs": sorted({act.organ for act in acts}), "most": MOST_ALIKE}
    found = connection.execute(_NEAR, wanted).fetchall() if keys else []
    if same := sorted({act.matter_key for act in acts if act.matter_key is not None}):
        found += connection.execute(_SAME, {"keys": same, "most": MOST_ALIKE}).fetchall()
    yield from acts_where(connection, "document_id", {row[0] for row in found})
    yield from acts_where(connection, "symbol_key", {key for act in acts for key in act.recalls})


def _to_judge(arrived: Sequence[Act], known: _Known) -> list[Act]:
    """The acts whose predecessor may be another one since these arrived."""
    touched = {act.document_id for act in arrived}
    judged = {act.document_id: act for act in (*arrived, *known.renewing(touched))}
    for act in arrived:
        for later in known.after(act):
            if later.document_id not in judged and renewal(later, act):
                judged[later.document_id] = later
    return list(judged.values())


def _renewals(acts: Sequence[Act], known: _Known) -> tuple[dict[_Link, Judged], dict[str, str | None], list[_Link]]:
    """The renewals of these acts; those of them that renew another one than was known; and the links that fall away."""
    found: dict[_Link, Judged] = {}
    moved: dict[str, str | None] = {}
    gone: list[_Link] = []
    for act in acts:
        renews = None
        if best := _predecessor(act, known):
            renews = best[0].document_id
            found[_Link(act.document_id, renews, "renews")] = best[1]
        if renews != act.renews:
            moved[act.document_id] = renews
            if act.renews is not None:
                gone.append(_Link(act.document_id, act.renews, "renews"))
    return found, moved, gone


def _alike(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, int]]) -> dict[str, list[Act]]:
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


def _predecessor(act: Act, known: _Known) -> tuple[Act, Judged] | None:
    """The act that it renews: the latest for which the evidence is strong, else the latest.

    A text without a title may recall many that are like it; of those it renews the likest.
    """
    found = [(earlier, judged) for earlier in known.before(act) if (judged := renewal(act, earlier))]

    def rank(pair: tuple[Act, Judged]) -> tuple[bool, float, tuple[int, int, tuple[int, ...], str]]:
        earlier, judged = pair
        return judged.score >= STRONG, 0.0 if act.is_titled else judged.share, earlier.place

    return max(found, key=rank, default=None)


def _drafts(arrived: Sequence[Act], known: _Known, alike: Mapping[str, Sequence[Act]]) -> dict[_Link, Judged]:
    """Which of these acts are drafts of others, or were adopted from them."""
    found: dict[_Link, Judged] = {}
    for act in arrived:
        for other in (*known.about(act), *alike.get(act.document_id, ())):
            for adopted, former in ((act, other), (other, act)):
                if judged := draft(adopted, former):
                    found[_Link(former.document_id, adopted.document_id, "draft_of")] = judged
    return found


def _drafts_gone(connection: duckdb.DuckDBPyConnection, changed: Collection[str]) -> list[_Link]:
    """What was taken for drafts among acts that were known and have changed, and is not any more."""
    if not changed:
        return []
    links = [
        _Link(*(*row, "draft_of")) for row in connection.execute(_DRAFTS_OF, {"documents": sorted(changed)}).fetchall()
    ]
    ends = {end for link in links for end in (link.from_document, link.to_document)}
    acts = {act.document_id: act for act in acts_where(connection, "document_id", ends)}
    return [link for link in links if draft(acts[link.to_document], acts[link.from_document]) is None]


def _write(
    connection: duckdb.DuckDBPyConnection, found: Mapping[_Link, Judged], known: _Known, now: datetime
) -> list[str]:
    """Write down the links that are not known yet; their ids. What a document states itself comes first."""
    stated = _stated(connection, found, known)
    rows = [
        link._asdict() | {"score": judged.score, "evidence": judged.evidence}
        for link, judged in found.items()
        if link not in stated
    ]
    if not rows:
        return []
    moment = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), len(rows))
    with as_rows_in(connection, pa.Table.from_pylist(rows).append_column("first_seen", moment)):
        return [row[0] for row in connection.execute(_INSERT).fetchall()]


def _stated(connection: duckdb.DuckDBPyConnection, found: Collection[_Link], known: _Known) -> set[_Link]:
    """Those of these links that one of the documents states, by naming the other; they are looked up by their keys."""
    ids = []
    for link in found:
        for naming, named in ((link.from_document, link.to_document), (link.to_document, link.from_document)):
            key = known.symbol_key(named)
            ids.append(hashlib.sha256(f"{naming}\n{link.relation}\n{key}".encode()).hexdigest())
    if not ids:
        return set()
    condition, parameters = among("relation_id", ids)
    return {_Link(*row) for row in connection.execute(_STATED.format(condition=condition), parameters).fetchall()}
