"""Which resolution renews which, and which draft was adopted as what, kept up to date as documents arrive.

Of the acts that may have to do with it (`near_acts`), an act renews the latest one that it can renew (`series`). What a
new document cannot have changed is not judged again; a link that a document arriving late takes over is replaced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.links.act_links import Link, remove, write
from warehouse.links.acts import acts_where, keep_acts
from warehouse.links.cuts import Cut, keep_cuts
from warehouse.links.known_acts import Known
from warehouse.links.near_acts import alike_acts, around, candidates
from warehouse.links.series import STRONG, draft, renewal
from warehouse.load.arrivals import as_rows_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.links.cuts import What
    from warehouse.links.series import Act, Judged
    from warehouse.load.loading import Loaded

_MOVED = "UPDATE acts SET renews = rows_in.renews FROM rows_in WHERE acts.document_id = rows_in.document_id"
_DRAFTS_OF = """
SELECT from_document, to_document FROM relations
WHERE relation = 'draft_of' AND score < 1
    AND (from_document IN (SELECT unnest($documents)) OR to_document IN (SELECT unnest($documents)))"""


def link_acts(connection: duckdb.DuckDBPyConnection, loaded: Loaded, alike: Sequence[tuple[str, str]]) -> list[str]:
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
    alike: Sequence[tuple[str, str]],
    now: datetime,
) -> list[str]:
    """Link the acts that are new or not as they were; `changed` are those that were known."""
    arrived = acts_where(connection, "document_id", touched)
    known = Known(arrived)
    known.add(*around(connection, arrived, changed))
    renewing = _to_judge(arrived, known)
    known.add(*candidates(connection, [act for act in renewing if act.document_id not in touched]))
    found, moved, gone, cuts = _renewals(renewing, known)
    like = alike_acts(connection, alike)
    known.add(act for those in like.values() for act in those)
    drafts, more = _drafts(arrived, known, like)
    again: list[tuple[str, What]] = [(each, "drafts") for each in changed]
    again += [(each.document_id, "series") for each in renewing if each.document_id not in {*touched} - {*changed}]
    keep_cuts(connection, [*cuts, *more], now, again=again)
    gone += _drafts_gone(connection, changed)
    if moved:
        renews = pa.array(moved.values(), pa.string())
        with as_rows_in(connection, pa.table({"document_id": list(moved), "renews": renews})):
            connection.execute(_MOVED)
    remove(connection, gone)
    return write(connection, found | drafts, known.symbol_key, now)


def _to_judge(arrived: Sequence[Act], known: Known) -> list[Act]:
    """The acts whose predecessor may be another one since these arrived."""
    touched = {act.document_id for act in arrived}
    judged = {act.document_id: act for act in (*arrived, *known.renewing(touched))}
    for act in arrived:
        for later in known.after(act):
            if later.document_id not in judged and renewal(later, act):
                judged[later.document_id] = later
    return list(judged.values())


def _renewals(
    acts: Sequence[Act], known: Known
) -> tuple[dict[Link, Judged], dict[str, str | None], list[Link], list[Cut]]:
    """The renewals of these acts; those of them that renew another one than was known; the links that fall away.

    The last says which of them were compared with a part only of what they may renew.
    """
    found: dict[Link, Judged] = {}
    moved: dict[str, str | None] = {}
    gone: list[Link] = []
    cuts: list[Cut] = []
    for act in acts:
        near = known.before(act)
        renews = None
        best = _predecessor(act, near.acts)
        if best:
            renews = best[0].document_id
            found[Link(act.document_id, renews, "renews")] = best[1]
        if renews != act.renews:
            moved[act.document_id] = renews
            if act.renews is not None:
                gone.append(Link(act.document_id, act.renews, "renews"))
        # Where it renews one of the latest, earlier ones do not matter.
        if near.left_out and not (best and act.is_titled and best[1].score >= STRONG):
            cuts.append(Cut(act.document_id, "series", len(near.acts), near.left_out))
    return found, moved, gone, cuts


def _predecessor(act: Act, latest: Iterable[Act]) -> tuple[Act, Judged] | None:
    """The act that it renews, among some in the order of `latest` first: the latest for which the evidence is strong.

    Where it is strong for none, the latest. A text without a title may recall many that are like it; of those it
    renews the likest.
    """
    found = ((earlier, judged) for earlier in latest if (judged := renewal(act, earlier)))
    if not act.is_titled:
        return max(found, key=lambda pair: (pair[1].score >= STRONG, pair[1].share, pair[0].place), default=None)
    weak = None
    for earlier, judged in found:
        if judged.score >= STRONG:
            return earlier, judged
        weak = weak or (earlier, judged)
    return weak


def _drafts(
    arrived: Sequence[Act], known: Known, alike: Mapping[str, Sequence[Act]]
) -> tuple[dict[Link, Judged], list[Cut]]:
    """Which of these acts are drafts of others, or were adopted from them; and which have too many to compare."""
    found: dict[Link, Judged] = {}
    cuts: list[Cut] = []
    for act in arrived:
        near = known.drafts(act)
        if near.left_out:
            cuts.append(Cut(act.document_id, "drafts", len(near.acts), near.left_out))
        for other in (*near.acts, *alike.get(act.document_id, ())):
            for adopted, former in ((act, other), (other, act)):
                if judged := draft(adopted, former):
                    found[Link(former.document_id, adopted.document_id, "draft_of")] = judged
    return found, cuts


def _drafts_gone(connection: duckdb.DuckDBPyConnection, changed: Collection[str]) -> list[Link]:
    """What was taken for drafts among acts that were known and have changed, and is not any more."""
    if not changed:
        return []
    links = [
        Link(*(*row, "draft_of")) for row in connection.execute(_DRAFTS_OF, {"documents": sorted(changed)}).fetchall()
    ]
    ends = {end for link in links for end in (link.from_document, link.to_document)}
    acts = {act.document_id: act for act in acts_where(connection, "document_id", ends)}
    return [link for link in links if draft(acts[link.to_document], acts[link.from_document]) is None]
