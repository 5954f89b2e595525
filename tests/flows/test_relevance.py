"""What a source on all matters is asked for: by its title, else by what its clauses ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.shipped import shipped
from config.source_fields import Filter
from config.topics import topics_named
from flows.analysing import Analysing
from scrapers.crawl.several import judged
from tests.warehouse.made import entry

BUDGET = """Programme budget for 2031

The Council,

1. {};

2. Decides to meet in the spring.
"""


def _relevance(clause: str, where: tuple[str, ...] = ("title", "summary", "text")) -> tuple[str | None, str]:
    """Why a resolution on the budget with such a first clause concerns a source that watches migration."""
    rule = Filter(topics=("migration",), where=where).with_lists(topics_named(["migration"], Path("nowhere")))
    publication = entry("EX/RES/1", words=BUDGET.format(clause)).publication
    publication = replace(publication, title="Programme budget for 2031", analysis=None, relevance=None)
    found, reason = judged(publication, rule, summary=None, topics=(), analyse=Analysing(shipped("sessions.yaml")))
    return found.relevance if found is not None else None, reason


def test_a_request_about_migrants_in_a_text_on_the_budget_concerns_us() -> None:
    """One clause is enough, and the reason says that it is one."""
    assert (
        _relevance("Requests the Secretary-General to fund shelters for migrants")[0]
        == "migration: a clause has 'migrants'"
    )


@pytest.mark.parametrize(
    "clause",
    ["Takes note of what was said of migrants", "Requests the Secretary-General to count migratory fish"],
)
def test_one_mention_or_another_sense_does_not(clause: str) -> None:
    """A budget that mentions migrants once is a budget; the reason names the topic that was asked for."""
    assert _relevance(clause) == (None, "concerns none of migration")


def test_where_only_the_title_counts_the_text_is_not_asked() -> None:
    """`where: [title]` leaves clauses aside."""
    assert _relevance("Requests the Secretary-General to fund shelters for migrants", ("title",))[0] is None
