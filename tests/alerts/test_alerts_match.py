"""Which findings become which alert rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.match import alerts_for, matches, operators_name
from config.filters import Filters
from config.subscriptions import Subscription
from tests.alerts.made_findings import document, finding, noon, subscribed
from warehouse.findings.finding import Finding

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

today = noon.date()


def fits(filters: dict[str, Any], **changes: Any) -> bool:
    wanted = Subscription(targets=("desk",), filters=Filters.model_validate(filters))
    return matches(wanted, finding(**changes), today)


@pytest.mark.parametrize(
    ("filters", "fitting", "unfitting"),
    [
        ({"bodies": ["AALCO", "IOM"]}, {"body": "aalco"}, {"body": None}),
        ({"bodies": {"not": ["AALCO"]}}, {"body": None}, {"body": "AALCO"}),
        ({"bodies": {"any": ["UN*"], "not": ["UNGA-C3"]}}, {"body": "UNGA"}, {"body": "UNGA-C3"}),
        ({"sources": "aalco"}, {"sources": ("x", "aalco")}, {"sources": ("aalco2",)}),
        ({"kinds": "report"}, {"document_kind": "report"}, {}),
        ({"stages": {"not": "draft"}}, {"stage": None}, {"stage": "draft"}),
        ({"types": ["agenda_placement"]}, {}, {"type": "budget"}),
        ({"types": ["agenda_placement"]}, {}, {"type": None}),
        ({"addressees": "aalco:*"}, {}, {"addressee_id": "un:secretary-general", "addressee": None}),
        ({"addressees": "*secretariat"}, {"addressee_id": None}, {"addressee_id": None, "addressee": "all States"}),
        ({"topics": "migration"}, {}, {"topics": ()}),
        ({"words": "provisional   agenda"}, {}, {"quote": "a provisional  list", "title": "agenda"}),
        ({"words": "migra*"}, {"quote": "for Migrants and others"}, {"quote": "emigrants"}),
        ({"words": "sea"}, {"title": "At sea."}, {"title": "Seaside"}),
        ({"words": {"not": ["sea"]}}, {"title": "On land"}, {"title": "At sea"}),
        ({"words": "(a+b) [c]?"}, {"quote": "x (a+b) [c]? y"}, {"quote": "aab c"}),
        ({"due_within_days": 30}, {"due_end": today + timedelta(days=30)}, {"due_end": today + timedelta(days=31)}),
        ({"due_within_days": 30}, {"due_end": today}, {"due_end": today - timedelta(days=1)}),
        ({"due_within_days": 30}, {"due_end": today}, {"due_end": None}),
        ({"due_within_days": {"not": 30}}, {"due_end": None}, {"due_end": today + timedelta(days=3)}),
        ({"due_within_days": {"any": 90, "not": 30}}, {"due_end": date(2027, 1, 10)}, {"due_end": date(2026, 12, 1)}),
        ({"bodies": "AALCO", "types": "agenda_placement"}, {}, {"body": "IPU"}),
    ],
)
def test_filters(filters: dict[str, Any], fitting: dict[str, Any], unfitting: dict[str, Any]) -> None:
    """Each field lets through what it names and nothing else, and every field can be negated."""
    assert fits(filters, **fitting)
    assert not fits(filters, **unfitting)


def rows(folder: Path, body: str, *findings: Any) -> Any:
    loaded = subscribed(folder, f"targets: {{desk: mailbox, screen: terminal}}\noperators: [screen]\n{body}")
    return alerts_for(loaded, noon)(findings)


def test_each_target_of_a_subscription_gets_a_row(tmp_path: Path) -> None:
    """One finding, one subscription, two targets: two rows of one alert, due now."""
    made = rows(tmp_path, "subscriptions: {all: {targets: [desk, screen]}}", finding())
    assert [(row.target, row.subscription, row.not_before, row.digest) for row in made] == [
        ("desk", "all", noon, None),
        ("screen", "all", noon, None),
    ]


def test_findings_are_not_compared_with_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first crawl of 10,000 documents is matched in one pass; comparing each with each took minutes."""
    findings = [finding(number, baseline=True) for number in range(5)]

    def compare(*_: object) -> bool:
        raise AssertionError("a finding was compared with another one")

    monkeypatch.setattr(Finding, "__eq__", compare)
    made = rows(tmp_path, "subscriptions: {all: {targets: [desk], first_crawl: silent}}", *findings)
    assert [row.silent for row in made] == [True] * 5


def test_several_subscriptions_of_one_target_go_together(tmp_path: Path) -> None:
    """Where two want it now, the finding goes once and names both; who wants it in a digest too gets the digest."""
    yaml = (
        "subscriptions:\n  later: {targets: [desk], mode: weekly}\n  now: {targets: [desk]}\n"
        '  awake: {targets: [desk], quiet: "10:00-14:00"}\n'
    )
    made = rows(tmp_path, yaml, finding())
    assert {(row.subscription, row.not_before, row.digest) for row in made} == {
        ("later", datetime(2026, 11, 23, 7, tzinfo=UTC), "weekly:2026-11-23"),
        ("now", noon, None),
        ("awake", noon, None),
    }


def test_a_first_crawl_is_silent_unless_asked(tmp_path: Path) -> None:
    """A new source's publications are rows without a voice; a subscription may ask to be told."""
    yaml = "subscriptions:\n  quiet: {targets: [desk]}\n  loud: {targets: [screen], first_crawl: tell}\n"
    made = rows(tmp_path, yaml, finding(baseline=True))
    assert {(row.target, row.silent) for row in made} == {("desk", True), ("screen", False)}


def test_more_than_the_cap_becomes_a_digest(tmp_path: Path) -> None:
    """Three documents are three messages under a cap of three; with a fourth all are one digest."""
    yaml = "subscriptions: {all: {targets: [desk], cap: 3}}"
    three = [document(number) for number in range(3)]
    assert {row.digest for row in rows(tmp_path, yaml, *three)} == {None}
    assert {row.digest for row in rows(tmp_path, yaml, *three, document(3))} == {"run:2026-11-21T12:00:00Z"}


def test_the_cap_holds_over_the_transactions_of_a_run(tmp_path: Path) -> None:
    """Recording calls once a batch; what comes after the cap is reached is one digest."""
    loaded = subscribed(tmp_path, "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk], cap: 2}}")
    tell = alerts_for(loaded, noon)
    digests = [tell([document(number)])[0].digest for number in range(4)]
    assert digests == [None, None, "run:2026-11-21T12:00:00Z", "run:2026-11-21T12:00:00Z"]


def test_operators_hear_of_sources_and_nobody_else_does(tmp_path: Path) -> None:
    """A failing source is told to the operators; subscribers hear of it only when they ask."""
    made = rows(tmp_path, "subscriptions: {all: {targets: [desk]}}", finding(kind="source_state"))
    assert [(row.target, row.subscription) for row in made] == [("screen", operators_name)]


def test_a_document_that_cannot_be_read_goes_to_those_who_want_its_kind(tmp_path: Path) -> None:
    """It is matched like a new document: by body, source and title, and not by the fields of a mandate."""
    told = finding(kind="item_unreadable", type=None, addressee=None, addressee_id=None, due_end=None, quote=None)
    for filters, count in (
        ("{}", 1),
        ("{bodies: AALCO}", 1),
        ("{bodies: IPU}", 0),
        ("{sources: aalco}", 1),
        ("{words: people at sea}", 1),
        ("{types: budget}", 0),
    ):
        yaml = f"subscriptions: {{all: {{targets: [desk], filters: {filters}}}}}"
        assert len(rows(tmp_path, yaml, told)) == count, filters


def test_a_failed_channel_is_not_told_by_itself(tmp_path: Path) -> None:
    """A delivery that died at `screen` is not reported to `screen`."""
    assert rows(tmp_path, "subscriptions: {}", finding(kind="delivery_state", document_id="screen")) == []
    made = rows(tmp_path, "subscriptions: {}", finding(kind="delivery_state", document_id="desk"))
    assert [row.target for row in made] == ["screen"]


def test_about_chooses_the_kinds(tmp_path: Path) -> None:
    """A subscription about mandates that fall due hears of nothing else."""
    yaml = "subscriptions: {due: {targets: [desk], about: [mandate_due]}}"
    assert rows(tmp_path, yaml, finding()) == []
    assert len(rows(tmp_path, yaml, finding(kind="mandate_due"))) == 1
