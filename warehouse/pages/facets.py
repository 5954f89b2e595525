"""The counts beside a list: how many rows each value of a field would leave, by which people narrow what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.query.filters import condition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from warehouse.query.filters import Filters
    from warehouse.query.search import Ranking

VALUES_SHOWN = 10
# Fields whose values are years: people look for one by its place, and not by how many rows it has.
_YEARS = frozenset({"due", "year"})

_COUNTED = """(
    SELECT '{field}', value::VARCHAR, count(*), mode(label)
    FROM (SELECT {value} AS value, {label} AS label FROM {place} WHERE {condition})
    WHERE value IS NOT NULL GROUP BY value ORDER BY 3 DESC, 2 LIMIT {most}
)"""
_HITS = """{place} JOIN (
    SELECT {hit} AS hit, place
    FROM (SELECT unnest($hits::VARCHAR[]) AS id, unnest(range(len($hits::VARCHAR[]))) AS place)
) AS ranked ON ranked.hit = {table}.{key}"""
# Joined once for all counts.
_ONCE = "WITH hits AS MATERIALIZED (SELECT {table}.* FROM {place}) "


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows are counted: what stands after FROM, the name of the table there and of its key.

    `hit` is what is compared with the key, made of the `id` of a hit.

    `fields` are the filters that it knows, `facets` those with counts and the expression of each; `addressee` is the
    expression for the name that goes with an addressee's id.
    """

    source: str
    table: str
    key: str
    fields: frozenset[str]
    facets: Mapping[str, str]
    addressee: str = "NULL"
    hit: str = "id"

    def among(self, ranked: Ranking | None) -> tuple[str, dict[str, Any]]:
        """What stands after FROM for the hits of a search, with the value that it names; all rows where there is none.

        The hits are called `ranked`, with their `place`.
        """
        if ranked is None:
            return self.source, {}
        return _HITS.format(place=self.source, table=self.table, key=self.key, hit=self.hit), {"hits": list(ranked.ids)}

    def condition(self, filters: Filters) -> tuple[str, dict[str, Any]]:
        """What the wanted rows fulfil, with the values that it names; filters that it does not know do not count."""
        wanted = condition(filters, ledger=self.table, documents=self.table, only=self.fields)
        return wanted.sql, wanted.values


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a field and how many rows have it; `label` is the name that most of them have for it."""

    value: str
    rows: int
    label: str | None


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of a field, by its name among the filters; years are in their order."""

    field: str
    values: tuple[Counted, ...]


def facets_of(
    ask: Callable[[str, dict[str, Any]], list[tuple[Any, ...]]], place: Place, filters: Filters, ranked: Ranking | None
) -> tuple[Facet, ...]:
    """The counts of each field among the rows that all filters but its own let through, so that others can be added."""
    source, values = place.among(ranked)
    once = ""
    if ranked is not None:
        once, source = _ONCE.format(table=place.table, place=source), f"hits AS {place.table}"
    parts: list[str] = []
    for field, value in place.facets.items():
        wanted, named = place.condition(filters.without(field))
        label = place.addressee if field == "addressee" else "NULL::VARCHAR"
        parts.append(
            _COUNTED.format(field=field, value=value, label=label, place=source, condition=wanted, most=VALUES_SHOWN)
        )
        values |= named
    found: dict[str, list[Counted]] = {field: [] for field in place.facets}
    for field, *counted in ask(once + " UNION ALL ".join(parts), values):
        found[field].append(Counted(*counted))
    for field in _YEARS & found.keys():
        found[field].sort(key=lambda counted: int(counted.value), reverse=True)
    return tuple(Facet(field, tuple(each)) for field, each in found.items() if each)
