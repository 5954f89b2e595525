"""The acts that may have to do with one: those that it could renew or be renewed by, adopt or be adopted as.

They are found by joins on numbers: the same matter in the title, much of the same title, a symbol in the preamble
(either way round), or nearly the same text. `series` judges them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from warehouse.links.acts import acts_where
from warehouse.links.known_acts import MOST_ALIKE
from warehouse.links.series import ADOPTED
from warehouse.load.arrivals import as_rows_in

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
_ALIKE = """
SELECT one.document_id, list(DISTINCT other.document_id)
FROM rows_in JOIN versions AS one USING (version_id) JOIN versions AS other ON other.rowid = rows_in.place
WHERE one.document_id <> other.document_id GROUP BY one.document_id"""


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


def alike_acts(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, int]]) -> dict[str, list[Act]]:
    """The acts whose texts are like those of each document."""
    if not hits:
        return {}
    versions, places = zip(*hits, strict=True)
    with as_rows_in(connection, pa.table({"version_id": versions, "place": places})):
        rows = connection.execute(_ALIKE).fetchall()
    acts = {
        act.document_id: act
        for act in acts_where(connection, "document_id", {other for _, those in rows for other in those})
    }
    return {document: [acts[other] for other in those if other in acts] for document, those in rows}
