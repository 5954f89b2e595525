"""What an address asks for, and the subscription that asks for the same."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.subscriptions import load_subscriptions
from register.question import FIELDS, asked, written
from register.subscription import subscription
from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS, RECORDED_FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscription

TODAY = date(2026, 11, 27)
COMMENTS = {"copy": "copy", "all_words": "all words", "left_out": "left out: {what}"}
VALUES = {
    "body": "AALCO", "type": "budget", "state": "overdue", "kind": "report", "stage": "draft", "symbol": "A/RES/80/*",
    "topic": "migration", "addressee": "un:secretary-general", "responsible": "Legal desk", "language": "fr",
    "session": "64", "year": "2025", "due": "2027-05", "due_after": "2027-01-01", "due_before": "2027-12-31",
    "recorded_after": "2027-01-01T10:00:00Z",
    "words": '"progress report" migra* -draft',
}  # fmt: skip


def of(address: str) -> Any:
    """What a query in an address asks for."""
    return asked(parse_qsl(address))


def test_every_filter_can_be_in_an_address() -> None:
    """All fields of the one language of filters, each with its value; the address of the question has them again."""
    assert set(FIELDS) == DOCUMENT_FIELDS | MANDATE_FIELDS | RECORDED_FIELDS
    found = asked(VALUES.items())
    assert (found.faults, found.question.words) == ((), VALUES["words"])
    assert {name: written(values[0]) for name, values in found.question.filters.given.items()} == {
        name: value for name, value in VALUES.items() if name != "words"
    }
    assert {name: values[0] for name, values in found.query().items()} == VALUES
    assert asked(parse_qsl(urlencode(found.query(), doseq=True))) == found


@pytest.mark.parametrize(
    ("address", "says", "field"),
    [
        ("type=reporting_requests", "unknown", "type"),
        ("state=late", "unknown", "state"),
        ("kind=law&kind=report", "unknown", "kind"),
        ("sort=colour", "unknown", "sort"),
        ("show=people", "unknown", "show"),
        ("year=last", "number", "year"),
        ("year=99", "number", "year"),
        ("session=-1", "number", "session"),
        ("page=0", "number", "page"),
        ("page=999999", "number", "page"),
        ("due=soon", "period", "due"),
        ("due=2027-13", "period", "due"),
        ("due_after=tomorrow", "day", "due_after"),
        ("due_before=2027-02-30", "day", "due_before"),
        ("recorded_after=lately", "day", "recorded_after"),
        ("recorded_after=0001-01-01T00:00%2B14:00", "day", "recorded_after"),
        ("due_after=2027-02-02&due_before=2027-02-01", "order", "due_after"),
        ("body=" + "a" * 500, "long", "body"),
        ("words=" + "a+" * 300, "long", "words"),
        ("words=%3F%21", "words", "words"),
        ("words=a*", "words", "words"),
        ("&".join(f"topic=t{n}" for n in range(30)), "many", "topic"),
    ],
)
def test_what_cannot_be_meant_is_left_out_and_said(address: str, says: str, field: str) -> None:
    """The rest of the question is as it was."""
    found = of(f"{address}&addressee=IOM")
    assert [(fault.says, fault.field) for fault in found.faults] == [(says, field)]
    assert found.question.filters.addressee == ("IOM",)
    assert asked(parse_qsl(urlencode(found.query(), doseq=True))).faults == ()


def test_a_mistyped_value_is_answered_with_what_it_may_mean() -> None:
    """The nearest, else all that are known."""
    assert of("state=overdu").faults[0].meant[0] == "overdue"
    assert len(of("state=zzzz").faults[0].meant) == 10


def test_values_are_added_and_taken_away_one_by_one() -> None:
    """A second value joins the first, a second period replaces it, and the page number starts over."""
    found = of("state=open&due=2027&page=3&show=documents")
    assert found.with_value("state", "overdue") == {
        "state": ["open", "overdue"],
        "due": ["2027"],
        "show": ["documents"],
    }
    assert found.with_value("due", "2028")["due"] == ["2028"]
    assert found.without_value("state", "open") == {"due": ["2027"], "show": ["documents"]}
    assert found.query(page=4)["page"] == ["4"]


def test_the_best_come_first_where_there_are_words() -> None:
    """Relevance is no order of what has no words."""
    assert [of(each).question.sort for each in ("", "words=lamps", "sort=relevance", "words=lamps&sort=deadline")] == [
        "date",
        "relevance",
        "date",
        "deadline",
    ]


@given(st.lists(st.tuples(st.sampled_from([*FIELDS, "words", "page", "sort", "show", "x"]), st.text()), max_size=30))
@settings(max_examples=300)
def test_any_address_asks_for_something(pairs: list[tuple[str, str]]) -> None:
    """Whatever is in it; and what was understood is understood again."""
    found = asked(pairs)
    again = asked((name, value) for name, values in found.query().items() for value in values)
    assert again.question.filters == found.question.filters
    assert again.question.words == found.question.words


def read(folder: Path, yaml: str) -> Subscription:
    """The subscription as the program reads it beside a file with its target."""
    shutil.rmtree(folder / "subscriptions", ignore_errors=True)
    (folder / "subscriptions").mkdir(parents=True)
    (folder / "subscriptions.yaml").write_text("targets: {desk: mailbox}\n", encoding="utf-8")
    (folder / "subscriptions" / "mine.yaml").write_text(yaml, encoding="utf-8")
    (mine,) = load_subscriptions(folder).subscriptions
    return mine


def test_a_question_becomes_a_subscription(tmp_path: Path) -> None:
    """Each filter under its name there; what has none is in a comment."""
    yaml = subscription(asked(VALUES.items()).question, TODAY, "fr", COMMENTS)
    mine = read(tmp_path, yaml)
    filters = mine.filters.model_dump(exclude_none=True)
    assert {name: value["any"] for name, value in filters.items()} == {
        "bodies": ("AALCO",), "kinds": ("report",), "stages": ("draft",), "types": ("budget",),
        "addressees": ("un:secretary-general",), "responsible": ("Legal desk",), "topics": ("migration",),
        "words": ("progress report", "migra*"), "due_within_days": (date(2027, 12, 31) - TODAY).days,
    }  # fmt: skip
    assert filters["words"]["none"] == ("draft",)
    assert (mine.about, mine.language) == (("mandate_overdue",), "fr")
    assert "# all words" in yaml
    assert "# left out: session: 64; symbol: A/RES/80/*; language: fr; year: 2025" in yaml
    assert (
        read(tmp_path, subscription(of("addressee=IOM").question, TODAY, "en", COMMENTS))
    ).filters.addressees is not None
    assert '["*IOM*"]' in subscription(of("addressee=IOM").question, TODAY, "en", COMMENTS)


def test_a_question_without_filters_is_a_subscription_to_all(tmp_path: Path) -> None:
    """It has a name, and lets everything through."""
    mine = read(tmp_path, subscription(asked([]).question, TODAY, "en", COMMENTS))
    assert (mine.name, mine.filters.model_dump(exclude_none=True)) == ("search", {})


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*FIELDS, "words"]), st.text() | st.sampled_from([*VALUES.values(), "topic:x", "a -a"])
        ),
        max_size=12,
    ),
    st.integers(-500, 500),
)
@settings(max_examples=150, deadline=None)
def test_every_question_is_a_subscription_that_is_read(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], days: int
) -> None:
    """Whatever people search for, nothing of it becomes YAML of its own, and the schema takes it."""
    question = asked([*pairs, ("due_before", str(TODAY + timedelta(days=days)))]).question
    mine = read(tmp_path_factory.getbasetemp() / "read", subscription(question, TODAY, "en", COMMENTS))
    bodies = mine.filters.bodies.any if mine.filters.bodies is not None else ()
    assert bodies == tuple(question.filters.body)
