"""The hits of a search in a list: in which order, how many, and the counts beside them; the same for each of its pages.

DuckDB gives each hit once, in order, with its values and with which filters it meets. They are counted here: to plan a
count for each field takes DuckDB longer than the 5,000 hits take in all.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import chain, compress
from typing import TYPE_CHECKING, Any

from warehouse.pages.facets import counts_shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.pages.facets import Counts, Facet, Place
    from warehouse.query.filters import Filters
    from warehouse.query.ledger_today import Ask
    from warehouse.query.search import Ranking

_HITS = "SELECT {table}.rowid, {columns} FROM {place} ORDER BY {order}"


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits that fulfil all filters: the places of their rows, in order, and their counts.

    `but` says how many more there would be without each of the filters; with `more` there are others, which are older
    and were not looked at.
    """

    rows: array[int]
    facets: tuple[Facet, ...]
    but: Mapping[str, int]
    more: bool


def hits_of(ask: Ask, place: Place, filters: Filters, ranked: Ranking, order: str) -> Hits:
    """The hits of a search among the rows of a place, with counts as `facets_of` has them."""
    narrowing = [field for field in filters.given if field in place.fields]
    source, named = place.among(ranked)
    columns = [
        place.addressee,
        *(value if field in place.lists else f"({value})::VARCHAR" for field, value in place.facets.items()),
    ]
    for field in narrowing:
        wanted, values = place.condition(filters.only(field))
        columns.append(f"coalesce({wanted}, false)")
        named |= values
    found = ask(_HITS.format(table=place.table, columns=", ".join(columns), place=source, order=order), named)
    rows, labels, *others = zip(*found, strict=True) if found else [()] * (2 + len(place.facets) + len(narrowing))
    given = dict(zip(place.facets, others, strict=False))
    met = _Met(len(rows), dict(zip(narrowing, others[len(place.facets) :], strict=True)))
    every = met.all_but()
    counts = {field: _counted(place, field, values, labels, met.all_but(field)) for field, values in given.items()}
    but = {field: sum(met.all_but(field)) - sum(every) for field in narrowing}
    return Hits(array("q", compress(rows, every)), counts_shown(place, counts), but, ranked.more)


@dataclass(frozen=True, slots=True)
class _Met:
    """Which filters each of so many hits meets."""

    hits: int
    filters: Mapping[str, Sequence[bool]]

    def all_but(self, apart: str = "") -> list[bool]:
        """Whether each hit meets all filters but that one."""
        wanted = [met for field, met in self.filters.items() if field != apart]
        return [*map(all, zip(*wanted, strict=True))] if wanted else [True] * self.hits


def _counted(place: Place, field: str, values: Sequence[Any], labels: Sequence[Any], wanted: Sequence[bool]) -> Counts:
    """How many of the wanted hits have each value of a field, by its label."""
    chosen = compress(values, wanted)
    if field == "addressee":
        counted = Counter(zip(chosen, compress(labels, wanted), strict=True))
    else:
        each = chain.from_iterable(listed or () for listed in chosen) if field in place.lists else chosen
        counted = Counter({(value, None): rows for value, rows in Counter(each).items()})
    found: Counts = {}
    for (value, label), rows in counted.items():
        if value is not None:
            found.setdefault(value, Counter())[label] += rows
    return found
