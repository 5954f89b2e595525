"""This year's text and last year's mandates: renewed with changed wording, or dropped, until the mail arrives."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import PublishedOn
from tests.alerts.made_findings import ask, subscribed
from tests.alerts.test_lifecycle import DESK, mails, recorded
from tests.warehouse.made import entry, start
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.review.decision import Decision

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from tests.post_office import PostOffice
    from warehouse.findings.finding import Finding
    from warehouse.model import Entry

LAST_YEAR = """Care of travellers at sea

The Assembly,
1. Welcomes the work that has been done;
2. Requests the Secretary-General to report to it on the rescue of travellers at sea, with the views of all;
3. Requests the Secretary-General to convene a meeting of experts on lights and buoys in all harbours;
4. Decides to include an item on travellers in the provisional agenda.
"""
THIS_YEAR = """Care of travellers at sea

The Assembly,
Recalling its resolution A/RES/79/1,
1. Welcomes the work that has been done;
2. Requests the Secretary-General to report to it on the rescue of travellers at sea and on land, with the views of all;
3. Decides to include an item on travellers in the provisional agenda.
"""


def last_year() -> Entry:
    day = PublishedOn(date(2024, 12, 17), "day", "document")
    return entry("A/RES/79/1", words=LAST_YEAR, session=79, published=day)


def this_year(words: str = THIS_YEAR) -> Entry:
    return entry("A/RES/80/1", words=words, session=80)


def kinds(findings: tuple[Finding, ...]) -> list[str]:
    """The kinds of findings about former mandates."""
    return sorted(each.kind for each in findings if each.kind in {"mandate_renewed", "mandate_dropped"})


def first_crawls(home: Path, subscriptions: Subscriptions | None = None) -> None:
    """A source that is known, and last year's resolution, which is news."""
    recorded(home, subscriptions, 0)
    recorded(home, subscriptions, 1, last_year())


def test_this_years_text_renews_and_drops(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """One message in last year's thread: the words that changed, and the request that is gone."""
    subscriptions = subscribed(tmp_path, DESK)
    first_crawls(home, subscriptions)
    (before,) = mails(home, subscriptions, office, start + timedelta(hours=3))
    assert kinds(recorded(home, subscriptions, 4, this_year())) == ["mandate_dropped", "mandate_renewed"]
    (mail,) = mails(home, subscriptions, office, start + timedelta(hours=6))
    words = " ".join(mail.plain.split())
    assert "rescue of travellers at [−sea,−] [+sea and on land,+] with the views of all" in words
    assert "A/RES/80/1 renews this request from A/RES/79/1, with changed wording" in words
    assert "A/RES/79/1 asked for this; A/RES/80/1, which follows it, no longer does" in words
    assert "convene a meeting of experts" in words
    assert "Asked since: 17 December 2024 (A/RES/79/1), in 2 resolutions" in words
    assert words.count("report to it on the rescue") == 1
    assert set(before.message["References"].split()) & set(mail.message["References"].split())


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Also requests the Secretary-General to continue to report to it on the rescue of travellers at sea", []),
        ("Reiterates its request to the Secretary-General to report to it on the rescue of travellers at sea¹", []),
        ("Requests the Secretary-General to report to it, if asked, on the rescue of travellers at sea", ["renewed"]),
        ("Invites the Secretary-General to report to it on the rescue of travellers at sea", ["renewed"]),
    ],
)
def test_other_words_for_the_same_are_no_news(home: Path, asked: str, found: list[str]) -> None:
    """What is asked again with words that weigh nothing is not announced as renewed with changed wording."""
    first_crawls(home)
    former = "Requests the Secretary-General to report to it on the rescue of travellers at sea"
    assert former in LAST_YEAR
    words = LAST_YEAR.replace(former, asked)
    made = recorded(home, None, 2, this_year(words.replace("1. Wel", "Recalling its resolution A/RES/79/1,\n1. Wel")))
    assert kinds(made) == [f"mandate_{each}" for each in found]


def test_the_text_read_again_says_nothing_twice(home: Path) -> None:
    """A new version of this year's text, and the same one seen again, bring no second finding."""
    first_crawls(home)
    assert kinds(recorded(home, None, 2, this_year())) == ["mandate_dropped", "mandate_renewed"]
    assert kinds(recorded(home, None, 3, this_year())) == []
    assert kinds(recorded(home, None, 4, this_year(THIS_YEAR + "4. Thanks everyone.\n"))) == []


def test_history_is_no_news(home: Path) -> None:
    """A first crawl that lists both, and a former text that arrives after the one that renews it, say nothing."""
    assert kinds(recorded(home, None, 0, last_year(), this_year())) == []
    assert ask(home, "SELECT count(*) FROM clause_links WHERE change = 'dropped'") != [(0,)]


def test_a_former_text_that_comes_late_is_no_news(home: Path) -> None:
    """The renewal was not news when it came, and is none when the text before it is found."""
    recorded(home, None, 0)
    recorded(home, None, 1, this_year())
    assert kinds(recorded(home, None, 2, last_year())) == []
    assert ask(home, "SELECT count(*) FROM clause_links WHERE change = 'dropped'") != [(0,)]


@pytest.mark.parametrize("decided", [("muted", "yes", 2), ("state", "done", 0)])
def test_mutes_and_done_tasks_hold(
    home: Path, tmp_path: Path, office: PostOffice, decided: tuple[str, str, int]
) -> None:
    """Nobody hears how a muted mandate was renewed or dropped; of one that is done nothing is found at all."""
    subscriptions = subscribed(tmp_path, DESK.replace("[desk]}", "[desk], about: [mandate_renewed, mandate_dropped]}"))
    field, value, made = decided
    first_crawls(home, subscriptions)
    for (task,) in ask(home, "SELECT task_key FROM mandates"):
        land_decisions(home, [Decision(task, field, value, "desk", start, "")])
    record_decisions(home)
    assert len(kinds(recorded(home, subscriptions, 2, this_year()))) == made
    assert mails(home, subscriptions, office, start + timedelta(hours=6)) == []
