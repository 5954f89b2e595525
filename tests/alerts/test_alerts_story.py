"""One event is one message: a mandate comes with its deadline and answer, a resolution with its drafts."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from alerts.dispatch import dispatch
from alerts.render import Renderer
from alerts.story import story_of
from config.subscriptions import Subscriptions
from tests.alerts.made_findings import ask, document, finding, noon, put, subscribed
from tests.alerts.test_alerts_render import delivery

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.findings.finding import Finding

nobody = Subscriptions((), {})
due = {"due": "by 1 December 2026", "due_start": None, "due_end": date(2026, 12, 1), "due_basis": "stated date"}
desk = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n"


def stage(number: int, of: str, symbol: str) -> Finding:
    key = hashlib.sha256(f"stage {number}".encode()).hexdigest()
    named = {"document_id": key, "symbol": symbol, "url": f"https://example.org/{number}", "mandate_id": f"m{number}"}
    return finding(number, stage=of, story="rivers", **named)


def test_a_new_mandate_that_falls_due_is_one_item() -> None:
    """The news of it says how near the deadline is; there is no second item, and the digest does not count it twice."""
    new, near = finding(**due), finding(kind="mandate_due", days_left=10, **due)
    message = Renderer(nobody).render(delivery(new, near), "plain")
    assert message.body.count("Decides to place the item") == 1
    assert "New mandate; due in 10 days (paragraph 4, page 2)" in message.body
    digest = Renderer(nobody).render(replace(delivery(new, near), digest="daily:2026-11-22"), "plain")
    assert digest.subject == "Daily digest: 1 new mandate"
    assert "ue in 10 days" in digest.body


def test_a_new_mandate_that_is_answered_is_one_item() -> None:
    """Who finds a resolution and the report that it asked for together hears of both at once, with a link to each."""
    report = {"symbol": "A/81/990", "document_id": "r" * 64, "url": "https://example.org/report"}
    answer = finding(kind="mandate_answered", other_document="AALCO/RES/52/S 5", **report)
    body = Renderer(nobody).render(delivery(finding(), answer), "plain").body
    assert body.count("Decides to place the item") == 1
    assert "Answered by: A/81/990" in body
    assert "A/81/990: https://example.org/report" in body


def test_a_renewed_mandate_is_not_new_besides() -> None:
    """The renewal shows the difference and the deadline; the mandate is neither shown nor counted as new, too."""
    renewed = finding(kind="mandate_renewed", before="Decides to keep the item.", other_document="RES/51", **due)
    near = finding(kind="mandate_due", days_left=10, **due)
    message = Renderer(nobody).render(delivery(finding(**due), renewed, near), "plain")
    assert "New mandate" not in message.body
    assert "Renewed with changed wording; due in 10 days (paragraph 4, page 2)" in message.body
    digest = Renderer(nobody).render(replace(delivery(finding(**due), renewed), digest="daily:2026-11-22"), "plain")
    assert digest.subject == "Daily digest: 1 mandate renewed with changed wording"


def test_a_deadline_is_said_once_in_a_digest() -> None:
    """Of a reminder and what was found of the same deadline afterwards only the last is said."""
    near, late = (
        finding(kind=kind, days_left=left, found_at=noon + timedelta(days=-left), **due)
        for kind, left in (("mandate_due", 0), ("mandate_overdue", -1))
    )
    other = finding(kind="mandate_due", days_left=14, mandate_id="m2", **due)
    digest = Renderer(nobody).render(replace(delivery(near, late, other), digest="weekly:2026-11-22"), "plain")
    assert digest.subject == "Weekly digest: 1 mandate overdue, 1 mandate due soon"


def test_drafts_and_the_adopted_text_are_one_story() -> None:
    """The adopted text's mandates are the news; its drafts are links, and what they proposed is not said again."""
    texts = [stage(1, "preliminary_draft", "C-I/1/PDR"), stage(2, "draft", "C-I/1/DR"), stage(3, "adopted", "RES/1")]
    adopted = replace(
        texts[2],
        finding_id="a" * 64,
        kind="draft_adopted",
        other_document="C-I/1/DR",
        clause=finding(clause_id=None, quote=None).clause,
    )
    adopted = replace(adopted, other_url="https://example.org/2")
    message = Renderer(nobody).render(delivery(*texts, adopted), "plain")
    assert message.subject == "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/1)"
    assert "Proposed mandate" not in message.body
    assert "Draft C-I/1/DR: https://example.org/2\nPreliminary draft C-I/1/PDR: https://example.org/1" in message.body
    assert message.body.count("https://example.org/2") == 1
    digest = Renderer(nobody).render(replace(delivery(*texts, adopted), digest="daily:2026-11-22"), "plain")
    assert digest.subject == "Daily digest: 1 new mandate"


def test_of_two_drafts_the_later_one_speaks() -> None:
    """As long as nothing is adopted the draft proposes, and its preliminary draft is a link beside it."""
    texts = [stage(1, "preliminary_draft", "C-I/1/PDR"), stage(2, "draft", "C-I/1/DR")]
    story = story_of(texts, in_digest=False)
    assert [each.document.symbol for each in story.findings] == ["C-I/1/DR"]
    other = replace(texts[0], story=None)
    assert len(story_of([other, texts[1]], in_digest=False).findings) == 2


def test_a_digest_has_every_part_that_its_subject_promises() -> None:
    """New documents that are shown by their mandates are not counted besides; a chart has at least two bars."""
    told = [
        document(1),
        document(2, kind="new_document"),
        replace(document(1), finding_id="d" * 64, kind="new_document"),
    ]
    message = Renderer(nobody).render(replace(delivery(*told), digest="daily:2026-11-22"), "plain")
    assert message.subject == "Daily digest: 1 new mandate, 1 new document"
    for part in ("1 new mandate\n\n", "1 new document\n\n", "AALCO/RES/52/S 2"):
        assert part in message.body
    assert "New mandates by body" not in message.body


def test_what_waits_about_a_document_is_joined(home: Path, tmp_path: Path) -> None:
    """What is found of a document while a message about it waits goes out with it; other readers get their own."""
    yaml = desk.replace("[desk]}", "[desk]}, french: {targets: [desk], language: fr, about: [mandate_due]}")
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding(**due)])
    put(home, subscriptions, [finding(kind="mandate_due", days_left=10, **due)], noon + timedelta(seconds=1))
    report = dispatch(home, subscriptions, now=lambda: noon + timedelta(minutes=1))
    assert sorted((row.subscription, len(row.findings)) for row in report.rows) == [("all", 2), ("french", 1)]
    put(home, subscriptions, [finding(kind="changed_clause", before="Decides.", **due)], noon + timedelta(minutes=2))
    assert len(dispatch(home, subscriptions, now=lambda: noon + timedelta(minutes=3)).rows) == 1


def test_documents_of_one_story_are_one_delivery(home: Path, tmp_path: Path) -> None:
    """A draft and the adopted text that are found together make one message, which names both."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [stage(2, "draft", "C-I/1/DR"), stage(3, "adopted", "RES/1"), document(7)])
    report = dispatch(home, subscriptions, now=lambda: noon)
    assert sorted(len(row.findings) for row in report.rows) == [1, 2]
    assert ask(home, "SELECT count(*) FROM deliveries") == [(2,)]
