"""The acts that may have to do with one: those that it could renew or be renewed by, adopt or be adopted as.

They are found by joins on numbers: the same matter in the title, much of the same title, a symbol in the preamble
(either way round), or nearly the same text. `series` judges them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.links.acts import acts_where
from warehouse.links.known_acts import MOST_ALIKE
from warehouse.links.series import ADOPTED
from warehouse.load.keyed import asker, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from warehouse.links.known_acts import Key
    from warehouse.links.series import Act

_RECALLING = "SELECT DISTINCT document_id FROM recalls WHERE symbol_key IN (SELECT unnest($keys))"
# Without a limit, a source that gives all its acts one title would make recording slower with each of them. "Latest"
# goes by session and day, not by arrival. Only an adopted act of the same organ can be renewed; a draft may be another
# organ's.
_NEAR = """
SELECT 'words', title_key, organ, document_id, count(*) OVER (PARTITION BY title_key, organ)
FROM title_keys JOIN acts USING (document_id)
WHERE title_key IN (SELECT unnest($keys)) AND organ IN (SELECT unnest($organs))
    AND stage NOT IN ('preliminary_draft', 'draft')
QUALIFY row_number() OVER (
    PARTITION BY title_key, organ ORDER BY session DESC NULLS LAST, "day" DESC NULLS LAST, document_id DESC
) <= $most"""
_SAME = """
SELECT kind, matter_key, organ, document_id, count(*) OVER (PARTITION BY kind, matter_key, organ)
FROM (SELECT *, CASE WHEN stage IN ('preliminary_draft', 'draft') THEN 'drafts' ELSE 'title' END AS kind FROM acts)
WHERE matter_key IN (SELECT unnest($keys))
QUALIFY row_number() OVER (
    PARTITION BY kind, matter_key, organ ORDER BY session DESC NULLS LAST, "day" DESC NULLS LAST, document_id DESC
) <= $most"""
_DOCUMENTS = "SELECT version_id, document_id FROM versions WHERE {condition}"


class Fetched(NamedTuple):
    """Recorded acts, and how many of an organ share a key, whether they were fetched or not."""

    acts: Sequence[Act]
    sharing: Mapping[Key, int]


def around(connection: duckdb.DuckDBPyConnection, arrived: Sequence[Act], changed: Collection[str]) -> Fetched:
    """The acts that may have to do with these, either way."""
    before = candidates(connection, arrived)
    keys = sorted({act.symbol_key for act in arrived if act.symbol_key is not None})
    recalling = connection.execute(_RECALLING, {"keys": keys}).fetchall() if keys else []
    after = acts_where(connection, "document_id", {row[0] for row in recalling})
    return Fetched([*before.acts, *after, *acts_where(connection, "renews", changed)], before.sharing)


def candidates(connection: duckdb.DuckDBPyConnection, acts: Sequence[Act]) -> Fetched:
    """What these may renew or adopt."""
    keys = sorted({key for act in acts if act.rank == ADOPTED for key in act.near_keys})
    wanted = {"keys": keys, "organs": sorted({act.organ for act in acts}), "most": MOST_ALIKE}
    found = connection.execute(_NEAR, wanted).fetchall() if keys else []
    if same := sorted({act.matter_key for act in acts if act.matter_key is not None}):
        found += connection.execute(_SAME, {"keys": same, "most": MOST_ALIKE}).fetchall()
    near = acts_where(connection, "document_id", {row[3] for row in found})
    recalled = acts_where(connection, "symbol_key", {key for act in acts for key in act.recalls})
    return Fetched([*near, *recalled], {(kind, key, organ): sharing for kind, key, organ, _, sharing in found})


def alike_acts(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, str]]) -> dict[str, list[Act]]:
    """The acts whose texts are like those of each document."""
    versions = {version for hit in hits for version in hit}
    document_of = dict(rows_of(asker(connection), _DOCUMENTS, "version_id", versions))
    pairs = {(document_of[version], document_of[other]) for version, other in hits}
    acts = {act.document_id: act for act in acts_where(connection, "document_id", {other for _, other in pairs})}
    alike: dict[str, list[Act]] = {}
    for document, other in sorted(pairs):
        if other != document:
            alike.setdefault(document, [])
            if other in acts:
                alike[document].append(acts[other])
    return alike
