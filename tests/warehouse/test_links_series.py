"""What one act is to another: a renewal, a draft, or only like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from warehouse.links.matter import matter, matter_key, runs, subject
from warehouse.links.series import Act, draft, renewal
from warehouse.load.arrow_rows import symbol_key

WORDS = " ".join(f"the harbour master of {name} keeps the lights of {name} at night" for name in "abcdefghijklmnopqrst")
OTHER = " ".join(f"each well in the valley of {name} is to be dug by {name} alone" for name in "abcdefghijklmnopqrst")


def act(symbol: str = "A/RES/80/1", **more: object) -> Act:
    """An adopted act on safe harbours."""
    session = int(symbol.split("/")[2]) if symbol.startswith("A/RES/") else None
    title = str(more.pop("title", "Safe harbours"))
    made = Act(
        document_id=symbol,
        symbol=symbol,
        symbol_key=symbol_key(symbol),
        organ="UNGA",
        language="en",
        stage="adopted",
        session=session,
        day=date(1945 + session, 12, 18) if session else date(2020, 1, 1),
        title=title,
        matter_key=matter_key(title),
        subject=None,
        recalls=frozenset(),
        runs=runs(str(more.pop("text", WORDS))),
        renews=None,
    )
    return replace(made, **more)  # type: ignore[arg-type]


FORMER = act("A/RES/78/7", text=OTHER)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Safe harbours", "Safe harbours and wells"),
        ("The mandate of the Special Rapporteur on harbours", "Mandate of Special Rapporteur on harbours"),
        ("International co-operation at sea", "International cooperation at sea"),
        ("Programme of work for 2024 and 2025", "Programme of work for 2026 and 2027"),
        ("Preparations for the fifth session", "Preparations for the sixth session"),
    ],
)
def test_titles_about_the_same(title: str, other: str) -> None:
    """Articles, hyphens, years and ordinals make no other title; a word of the matter does."""
    same = matter_key(title) == matter_key(other)
    assert same is ("wells" not in other)
    assert (renewal(act(title=other), replace(FORMER, title=title)) is not None) is same


def test_a_title_that_says_nothing_is_no_evidence() -> None:
    """Resolutions that are called by their number alone are not about the same."""
    assert matter("Resolution 2143 (2014)") == matter("Decision") == ()
    named = {"title": "Resolution 2143 (2014)", "text": OTHER}
    assert renewal(act(**named), replace(FORMER, title="Resolution 1998 (2011)", runs=runs(WORDS))) is None


@pytest.mark.parametrize(
    "other",
    [
        act("A/HRC/RES/50/3", organ="HRC", session=50, day=date(2022, 7, 7)),
        act("A/RES/80/2"),
        act("A/RES/81/2"),
        act("A/C.3/78/L.5", stage="draft", session=78, day=date(2023, 11, 1)),
        act("A/RES/78/7", title="Deep wells", text=OTHER),
        act("A/RES/78/7", language="fr"),
    ],
    ids=["another organ", "companion of the session", "a later one", "a draft", "another matter", "a translation"],
)
def test_what_renews_nothing(other: Act) -> None:
    """Each has the title and the words, but for one thing; only recalling it changes nothing."""
    later = act(recalls=frozenset({other.symbol_key or 0}))
    assert renewal(later, other) is None


def test_another_title_with_the_same_wording() -> None:
    """A title may change altogether where the wording is carried over and the former resolution is recalled."""
    former = replace(act("A/RES/78/7"), title="Seafarers at night")
    later = act(title="The lights of harbours", recalls=frozenset({former.symbol_key or 0}))
    judged = renewal(later, former)
    assert judged is not None
    assert "100% of the wording" in judged.evidence
    # Texts on conferences share much of their wording, whatever the conference.
    assert renewal(replace(later, recalls=frozenset()), former) is None
    assert renewal(later, replace(former, runs=runs(OTHER))) is None


def test_untitled_texts_about_one_mission() -> None:
    """The abbreviation that both use most shows what they are about."""
    told = "UNSHIP reports. " * 6
    assert subject(f"{told} COVID-19 COVID-19 S/PRST/2006/1 NATO") == "UNSHIP"
    assert subject("UNSHIP reports. NATO too.") is None
    assert subject(f"{told}{told.replace('UNSHIP', 'UNBOAT')}") is None
    named = {"title": "Resolution 5 (2021)", "organ": "UNSC", "subject": "UNSHIP", "text": OTHER}
    former = replace(act("S/RES/4(2020)", **named), day=date(2020, 1, 1), runs=runs(WORDS))
    later = replace(act("S/RES/5(2021)", **named), day=date(2021, 1, 1))
    assert renewal(later, former) is not None
    assert renewal(later, replace(former, subject="UNBOAT")) is None


def test_drafts() -> None:
    """The same title in the session, or nearly all words within weeks; not last year's, and not a sister's."""
    drafted = act("A/C.3/80/L.5", stage="draft", session=80, text=OTHER)
    assert draft(act(), drafted) is not None
    assert draft(act(), replace(drafted, session=78)) is None
    assert draft(act(), replace(drafted, title="Deep wells")) is None
    assert draft(drafted, act()) is None
    unnamed = replace(act("draft"), stage="draft", title="Resolution", day=date(2025, 12, 1), session=None)
    assert draft(act(), unnamed) is not None
    assert draft(act(), replace(unnamed, day=date(2023, 12, 1))) is None
    assert draft(act(), replace(unnamed, runs=runs(OTHER))) is None


def test_a_text_that_another_organ_recommended() -> None:
    """It is a draft where it was adopted word for word soon after; the same title alone is not enough."""
    recommended = act("E/RES/2025/5", organ="ECOSOC", session=None, day=date(2025, 7, 20))
    assert draft(act(), recommended) is not None
    assert draft(act(), replace(recommended, day=date(2023, 7, 20))) is None
    assert draft(act(), replace(recommended, runs=runs(OTHER))) is None
    assert renewal(act(), recommended) is None
