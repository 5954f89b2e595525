"""The ledger at work on the bundled site: what the demonstration promises, and the examples of docs/analysts.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from demo.site import PublicationSite
from flows.commands.demo import configuration
from flows.commands.run import one_round
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

pytestmark = pytest.mark.slow
page = (Path(__file__).parents[2] / "docs" / "analysts.md").read_text(encoding="utf-8")
examples = [
    statement.strip()
    for block in re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    for statement in block.split(";")
    if statement.strip()
]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a demonstration that has published everything."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, PublicationSite(folder / "site") as site:
        patch.setenv("MANDATES_HOME", str(folder / "home"))
        patch.setenv("MANDATES_CONFIG", str(configuration(folder / "config", site)))
        for step in range(2):
            site.publish_next(99 * step)
            one_round((), due_or_not=True)
        yield folder / "home"


def states(home: Path, symbol: str) -> dict[str, tuple[Any, ...]]:
    """Of each clause of a document: its state, the document that shows it, and why."""
    sql = f"SELECT number, state, evidence_symbol, note FROM ledger WHERE symbol = '{symbol}'"
    return {number: tuple(row) for number, *row in query(home, sql).rows}


def test_a_request_is_answered_by_the_report(shown: Path) -> None:
    """The report on the costs of recruitment answers the paragraph that asks for it."""
    assert states(shown, "A/RES/80/990")["3"][:2] == ("answered", "A/81/990")


def test_requests_are_renewed_dropped_and_not_seen(shown: Path) -> None:
    """Of what was asked the year before, some is asked again in the same or other words, some no longer."""
    found = states(shown, "A/RES/80/991")
    assert found["2"] == ("renewed", "A/RES/81/904", "asked again in other words by A/RES/81/904, paragraph 2")
    assert found["3"] == ("renewed", "A/RES/81/904", "asked again by A/RES/81/904, paragraph 3")
    # Nothing was polled before the demonstration began, so nobody may say that it is overdue.
    assert found["4"] == ("unknown", None, "due date passed, answer not watched")
    assert found["5"][0] == "open"
    dropped = query(shown, "SELECT number, dropped_by FROM dropped_clauses WHERE last_symbol = 'A/RES/80/991'").rows
    assert sorted(dropped) == [("4", "A/RES/81/904"), ("5", "A/RES/81/904")]


def test_what_is_watched_will_be_overdue(shown: Path) -> None:
    """A report that is due by a day becomes overdue after it, since the catalogue that shows reports is polled."""
    sql = """
    SELECT state, watched_by FROM ledger_on(DATE '2029-10-01') WHERE symbol = 'A/RES/81/902' AND number = '6'
        AND type = 'convening'"""
    assert query(shown, sql).rows == [("overdue", "demo-un-library")]


def test_a_corrigendum_shows_in_the_ledger(shown: Path) -> None:
    """The corrigendum corrects the session of one paragraph, and that paragraph alone."""
    found = states(shown, "A/RES/81/902")
    assert found["3"][:2] == ("corrected", "A/RES/81/902/Corr.1")
    assert {number for number, row in found.items() if row[0] == "corrected"} == {"3"}


@pytest.mark.parametrize("sql", examples, ids=lambda sql: sql.splitlines()[0].removeprefix("-- "))
def test_the_examples_for_analysts_answer(shown: Path, sql: str) -> None:
    """Each example of the page runs in the home of the demonstration and finds something."""
    assert query(shown, sql).rows
