"""One language of filters: whoever asks, the same filters let the same mandates through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.warehouse.chronicle import MISSED, TODAY
from warehouse.feeds.chosen import chosen
from warehouse.matrix.rows import select
from warehouse.model import QueryError, SlowQueryError
from warehouse.pages.search import Question, count, found_documents, found_mandates
from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS, Filters, condition
from warehouse.query.ledger import AsOf, ledger
from warehouse.query.ledger_today import ledger_today
from warehouse.query.opening import reading
from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


# Each narrows the mandates of the chronicle to some of them, and says so in SQL of its own.
NARROWING: list[tuple[dict[str, Any], str]] = [
    ({"body": "unga"}, "true"),
    ({"body": ["IPU", "U*"]}, "true"),
    ({"session": [78, 79]}, "session < 80"),
    ({"symbol": "a/res/80/9 01"}, "session = 80"),
    ({"symbol": "A/RES/7*"}, "session < 80"),
    ({"symbol": "*/R*E*/78/*1"}, "session = 78"),
    ({"addressee": "the *marit* organ*"}, "addressee ILIKE '%the%maritime%organ%'"),
    ({"kind": "resolution"}, "true"),
    ({"stage": "adopted"}, "true"),
    ({"language": ["en", "fr"]}, "true"),
    ({"year": (TODAY - timedelta(days=365)).year}, f"year(published_on) = {(TODAY - timedelta(days=365)).year}"),
    ({"type": "agenda_placement"}, "type = 'agenda_placement'"),
    ({"addressee": "un:secretary-general"}, "addressee_id = 'un:secretary-general'"),
    ({"addressee": "maritime organ"}, "addressee ILIKE '%maritime organ%'"),
    ({"state": ["answered", "overdue"]}, "state IN ('answered', 'overdue')"),
    ({"due": f"{MISSED:%Y-%m}"}, f"strftime(due_end, '%Y-%m') = '{MISSED:%Y-%m}'"),
    ({"due_after": TODAY}, "due_end >= current_date"),
    ({"due_before": TODAY, "type": "reporting_request"}, "due_end <= current_date AND type = 'reporting_request'"),
]
NOTHING: list[dict[str, Any]] = [
    {"body": "UN_A"}, {"body": "UNG"}, {"topic": "migration"}, {"responsible": "Legal"}, {"due": "1999"},
    {"symbol": "A/RES/%"}, {"symbol": "A/RE.*/*/*/*"}, {"body": "*[*]*A*"},
    {"state": "withdrawn"}, {"language": "fr"}, {"year": 1999}, {"session": 1},
]  # fmt: skip


@pytest.mark.parametrize(("given", "sql"), NARROWING, ids=str)
def test_pages_sheets_feeds_and_the_ledger_agree(chronicle: Path, given: dict[str, Any], sql: str) -> None:
    """The same mandates come through wherever the filters are asked, and they are those that SQL finds."""
    filters = Filters.of(**given)
    expected = {key for (key,) in query(chronicle, f"SELECT task_key FROM ledger WHERE {sql}").rows}
    assert expected
    assert {row.task_key for row in select(chronicle, filters)} == expected
    with reading(chronicle) as connection:
        assert {task.task_key for task in chosen(connection, filters)} == expected
    table = ledger(chronicle, filters, AsOf())
    assert {row[table.columns.index("task_key")] for row in table.rows} == expected
    assert {row.task_key for row in found_mandates(chronicle, Question(filters=filters)).rows} == expected


@pytest.mark.parametrize("given", NOTHING, ids=str)
def test_what_does_not_fit_does_not_come_through(chronicle: Path, given: dict[str, Any]) -> None:
    """Signs that are patterns in SQL are only letters; a part of a name is not the name."""
    filters = Filters.of(**given)
    assert select(chronicle, filters) == ()
    assert found_mandates(chronicle, Question(filters=filters)).total == 0


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [("2024", (1, 1), (12, 31)), ("2024-02", (2, 1), (2, 29)), ("2024-04-30", (4, 30), (4, 30))],
)
def test_a_period_is_all_its_days(period: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    """From the first to the last; the calendar knows how long a month is."""
    values = condition(Filters.of(due=period)).values
    assert values == {"due_0_first": date(2024, *first), "due_0_last": date(2024, *last)}


@pytest.mark.parametrize("year", [-1, 0, 10_000, 10**20])
def test_a_year_that_the_calendar_does_not_have_is_that_of_nothing(chronicle: Path, year: int) -> None:
    """It is no error."""
    assert found_mandates(chronicle, Question(filters=Filters.of(year=year))).total == 0


def test_every_field_has_a_test() -> None:
    """A field without one would let everything through."""
    assert {name for given, _ in NARROWING for name in given} | {"topic", "responsible"} == (
        DOCUMENT_FIELDS | MANDATE_FIELDS
    )


def test_documents_are_filtered_by_what_documents_are(chronicle: Path) -> None:
    """Fields of mandates do not count for documents, those of documents do."""
    reports = Question(filters=Filters.of(kind="report", state="withdrawn"))
    assert [row.symbol for row in found_documents(chronicle, reports).rows] == ["A/79/801"]
    assert count(chronicle, reports, "document") == 1


@pytest.mark.parametrize("field", ["body", "symbol", "addressee", "responsible"])
def test_a_name_of_stars_takes_one_pass(chronicle: Path, field: str) -> None:
    """With LIKE, forty stars would be tried at all places of each other, for longer than anybody waits."""
    wanted = condition(Filters.of(**{field: "*a" * 40 + "*z"}), ledger="rows", documents="rows", only={field})
    rows = (
        "SELECT repeat('a', 400) AS body, body AS symbol, body AS addressee, body AS addressee_id, body AS responsible"
    )
    assert query(chronicle, f"SELECT count(*) FROM ({rows}) AS rows WHERE {wanted.sql}", wanted.values).rows == [(0,)]


def test_what_takes_too_long_is_stopped(chronicle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question to the ledger of today ends, whatever it asks, and the next one is answered."""
    count = "SELECT count(*) FROM today.ledger"
    assert ledger_today(chronicle, count, {})[0][0] > 0
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.query.ledger_today.QUERY_SECONDS", 0.1)
        with pytest.raises(SlowQueryError):
            ledger_today(chronicle, "SELECT sum(range % 7) FROM range(1000000000000)", {})
    assert ledger_today(chronicle, count, {})[0][0] > 0


@pytest.mark.parametrize("wrong", ["next year", "2027-5", "20270501", "2027-05-01T00", "2027-13", "2027-02-30"])
def test_a_period_is_a_year_a_month_or_a_day(wrong: str) -> None:
    """Anything else is refused where it is given."""
    with pytest.raises(QueryError, match="is not a year, a month or a day"):
        Filters(due=wrong)
