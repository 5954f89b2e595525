"""The responsible unit that people give a mandate: in messages, and as a filter of subscriptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.frame import frame
from alerts.letter import section
from alerts.match import matches
from config.filters import Filters
from config.subscriptions import Subscription
from tests.alerts.made_findings import finding, noon
from tests.warehouse.made import batch, entry, nobody
from warehouse.findings.finding_store import finding_of
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.reminders import remind
from warehouse.review.decision import Decision
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow

NOW = datetime.now(UTC)


@pytest.mark.parametrize("wanted", ["legal", "Leg*", {"not": ["Treaties"]}])
def test_subscriptions_filter_by_unit(wanted: object) -> None:
    """A unit is named in any case, with stars, or left out."""
    asked = Subscription(targets=("desk",), filters=Filters.model_validate({"responsible": wanted}))
    assert matches(asked, finding(responsible="Legal"), noon.date())
    assert not matches(asked, finding(responsible="Treaties"), noon.date())
    assert matches(asked, finding(responsible=None), noon.date()) == isinstance(wanted, dict)


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Responsible"), ("fr", "Service responsable"), ("es", "Unidad responsable")]
)
def test_messages_name_the_unit(language: str, label: str) -> None:
    """Beside what is asked for, of whom and by when; without a unit the line is missing."""
    (item,) = section(frame(language), [finding(responsible="Legal")], None).items
    assert (label, "Legal") in item.facts
    (item,) = section(frame(language), [finding()], None).items
    assert label not in dict(item.facts)


def test_reminders_and_changes_carry_the_unit(home: Path) -> None:
    """What is found about a task after people gave it to a unit names the unit, before alerts are made of it."""
    seen: list[Finding] = []

    def alerts_for(findings: Sequence[Finding]) -> Sequence[AlertRow]:
        seen.extend(findings)
        return nobody(findings)

    land(home, batch(0, entry()))
    record(home, alerts_for)
    assert {each.clause.responsible for each in seen} == {None}
    with session(home) as connection:
        key = connection.execute("SELECT task_key FROM tasks WHERE type = 'reporting_request'").fetchall()[0][0]
    land_decisions(
        home,
        [
            Decision(key, "responsible", value, "desk", NOW + timedelta(seconds=place), "")
            for place, value in enumerate(["Treaties", "Legal"])
        ],
    )
    record_decisions(home)
    seen.clear()
    due = remind(home, alerts_for, NOW + timedelta(days=190))
    assert due
    assert {each.clause.responsible for each in seen} == {"Legal"}
    with session(home) as connection:
        (detail,) = connection.execute("SELECT detail FROM findings WHERE kind = 'mandate_due'").fetchone() or ("",)
    assert finding_of(detail).clause.responsible == "Legal"


def test_a_unit_and_a_status_say_nothing_about_the_reading(home: Path) -> None:
    """They settle no review, correct nothing, and are no labels."""
    land(home, batch(0, entry()))
    record(home, nobody)
    with session(home) as connection:
        connection.execute("UPDATE clauses SET review = ['who has to act'] WHERE verb = 'Requests'")
        ((key, before),) = connection.execute(
            "SELECT key, count(*) OVER () FROM to_review WHERE what = 'clause'"
        ).fetchall()
    land_decisions(home, [Decision(key, name, "Legal", "desk", NOW, "") for name in ("responsible", "status")])
    assert record_decisions(home) == 2
    with session(home) as connection:
        assert connection.execute("SELECT count(*) FROM to_review WHERE what = 'clause'").fetchone() == (before,)
        assert connection.execute("SELECT count(*) FROM findings WHERE kind = 'reading_corrected'").fetchone() == (0,)
        fields = connection.execute("SELECT fields FROM decided").fetchall()
    assert fields == [(["responsible", "status"],)]
