"""The counts beside a list: how many rows each value of a field would leave, by which people narrow what they see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.query.filters import condition
from warehouse.query.ledger_counts import are_counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.query.filters import Filters
    from warehouse.query.ledger_today import Ask
    from warehouse.query.search import Ranking

VALUES_SHOWN = 10
# Fields whose values are years: people look for one by its place, and not by how many rows it has.
_YEARS = frozenset({"due", "year"})
# Of each value of a field, how many rows have which label.
Counts = dict[str, Counter[str | None]]

# No hit is older than $since, which spares DuckDB the older rows where the newest come first.
_HITS = """{place} JOIN (
    SELECT {hit} AS hit, place
    FROM (SELECT unnest(hits) AS id, generate_subscripts(hits, 1) AS place FROM (SELECT $hits::VARCHAR[] AS hits))
) AS ranked ON ranked.hit = {table}.{key} AND ({table}.published_on >= $since::DATE OR {table}.published_on IS NULL)"""
# One pass over the rows for all fields that have the same condition; a statement for each took four times as long to
# plan, and twice as long to run. Of each row one field is given, or two where it has a label.
_COUNTED = """
SELECT grouping({numbers}), coalesce({texts}), {shown}, sum(rows)::BIGINT
FROM (SELECT {values}, {label} AS label, {rows} AS rows FROM {place} WHERE {condition})
GROUP BY GROUPING SETS ({sets})"""
_LISTED = """
SELECT 0, value, NULL, sum(rows)::BIGINT
FROM (SELECT {value} AS value, {rows} AS rows FROM {place} WHERE {condition}) GROUP BY value"""
_TOTAL = "SELECT coalesce(sum({rows}), 0)::BIGINT FROM {place} WHERE {condition}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows are counted: what stands after FROM, the name of the table there and of its key.

    `hit` is what is compared with the key, made of the `id` of a hit.

    `fields` are the filters that it knows, `facets` those with counts and the expression of each, `lists` those of them
    that are lists; `addressee` is the expression for the name that goes with an addressee's id. `alike` has rows that
    are alike once, with their number; what has to be known of each of them can only be asked of the `source`.
    """

    source: str
    table: str
    key: str
    fields: frozenset[str]
    facets: Mapping[str, str]
    lists: frozenset[str]
    addressee: str = "NULL::VARCHAR"
    hit: str = "id"
    alike: str | None = None

    def among(self, ranked: Ranking) -> tuple[str, dict[str, Any]]:
        """What comes after FROM for the hits of a search, `ranked`, with their `place`; and the values it names."""
        source = _HITS.format(place=self.source, table=self.table, key=self.key, hit=self.hit)
        return source, {"hits": list(ranked.ids), "since": ranked.since}

    def counted(self, filters: Filters) -> tuple[str, str]:
        """From where the rows that fulfil these filters are counted, and the expression for how many a row is."""
        if self.alike is not None and are_counted(filters):
            return f"{self.alike} AS {self.table}", f"{self.table}.rows"
        return self.source, "1"

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


def total_of(ask: Ask, place: Place, filters: Filters) -> int:
    """How many rows fulfil the filters."""
    wanted, values = place.condition(filters)
    source, rows = place.counted(filters)
    return int(ask(_TOTAL.format(rows=rows, place=source, condition=wanted), values)[0][0])


def facets_of(ask: Ask, place: Place, filters: Filters) -> tuple[Facet, ...]:
    """The counts of each field among the rows that all filters but its own let through, so that others can be added."""
    return counts_shown(place, _of_all(ask, place, filters))


def counts_shown(place: Place, counts: Mapping[str, Counts]) -> tuple[Facet, ...]:
    """The most frequent values of each field that has any."""
    found = []
    for field in place.facets:
        values = sorted(counts[field].items(), key=lambda each: (-each[1].total(), each[0]))[:VALUES_SHOWN]
        if field in _YEARS:
            values.sort(key=lambda each: int(each[0]), reverse=True)
        if values:
            found.append(Facet(field, tuple(Counted(value, each.total(), _most(each)) for value, each in values)))
    return tuple(found)


def _of_all(ask: Ask, place: Place, filters: Filters) -> dict[str, Counts]:
    """Fields without a filter of their own are counted together."""
    counts: dict[str, Counts] = {field: {} for field in place.facets}
    together = [field for field in place.facets if field not in filters.given and field not in place.lists]
    alone = [[field] for field in place.facets if field not in together]
    for fields in [together, *alone] if together else alone:
        fulfilled = filters.without(fields[0]) if fields[0] in filters.given else filters
        wanted, values = place.condition(fulfilled)
        # A bit for each field, the last one's first, says that it is not given: of all but one.
        every = (1 << len(fields)) - 1
        given = {every ^ 1 << bit: field for bit, field in enumerate(reversed(fields))}
        for missing, value, label, rows in ask(_counted(place, fields, fulfilled, wanted), values):
            if value is not None:
                counts[given[missing]].setdefault(value, Counter())[label] += rows
    return counts


def _counted(place: Place, fields: Sequence[str], filters: Filters, wanted: str) -> str:
    source, rows = place.counted(filters)
    if fields[0] in place.lists:
        value = f"unnest({place.facets[fields[0]]})"
        return _LISTED.format(value=value, rows=rows, place=source, condition=wanted)
    names = [f"of_{field}" for field in fields]
    return _COUNTED.format(
        numbers=", ".join(names),
        texts=", ".join(f"{name}::VARCHAR" for name in names),
        values=", ".join(f"{place.facets[field]} AS of_{field}" for field in fields),
        sets=", ".join(f"(of_{field}, label)" if field == "addressee" else f"(of_{field})" for field in fields),
        label=place.addressee,
        shown="label" if "addressee" in fields else "NULL",
        rows=rows,
        place=source,
        condition=wanted,
    )


def _most(labels: Counter[str | None]) -> str | None:
    """The label that most rows have."""
    named = [(-rows, label) for label, rows in labels.items() if label is not None]
    return min(named)[1] if named else None
