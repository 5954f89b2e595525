"""What messages say, in which words, and the headers that mail programs sort by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.figures import in_figures, rejoined
from alerts.frame import Frame, frame
from alerts.model import TemplateError
from alerts.render import Renderer, shortened
from alerts.sample import sample_delivery, sample_findings
from alerts.subject import subject
from config.subscriptions import Subscriptions
from tests.alerts.made_findings import changed, document, finding, noon, subscribed
from warehouse.findings.finding import Answer, Deadline, SoFar
from warehouse.links.difference import difference
from warehouse.model import Delivery, SourceCheck

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.findings.finding import Finding

en = frame("en")
nobody = Subscriptions((), {})
corrigendum = finding(
    kind="corrigendum", body="UNGA", symbol="A/RES/81/902/Corr.1", other_document="A/RES/81/902", title="Rivers"
)
renewal = finding(
    kind="mandate_renewed", body="UNGA", symbol="A/RES/81/902", other_document="A/RES/80/901", before="Decides."
)
gone = finding(kind="mandate_dropped", body="UNGA", symbol="A/RES/81/902", other_document="A/RES/80/901")
answer = finding(kind="mandate_answered", body="UNGA", symbol="A/81/990", other_document="A/RES/80/990", title="Rivers")


def delivery(*findings: Finding, names: tuple[str, ...] = ("all",), **more: Any) -> Delivery:
    shell = sample_delivery("desk", names, noon)
    return replace(shell, findings=findings, digest=None, **more)


def test_the_subject_says_what_where_and_by_when() -> None:
    """The line that a reader decides by."""
    assert subject(en, [finding()]) == (
        "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)"
    )


@pytest.mark.parametrize(
    ("findings", "line"),
    [
        (
            [finding(1), finding(2)],
            "AALCO: 2 new mandates in “Care of people at sea”, due 53rd Annual Session (RES/52/S 5)",
        ),
        (
            [finding(1), finding(2, due="by 30 June 2027", due_end=date(2027, 6, 30))],
            "AALCO: 2 new mandates in “Care of people at sea”, first due 30 June 2027 (RES/52/S 5)",
        ),
        ([finding(due=None, due_end=None)], "AALCO: agenda item on “Care of people at sea” (RES/52/S 5)"),
        (
            [finding(due="regularly", due_end=None, type="task_assignment")],
            "AALCO: 1 new mandate in “Care of people at sea” (RES/52/S 5)",
        ),
        (
            [
                finding(
                    type="reporting_request",
                    title="Migrant workers",
                    due="by 1 February 2027",
                    due_start=None,
                    due_end=date(2027, 2, 1),
                )
            ],
            "AALCO: report on “Migrant workers”, due 1 February 2027 (RES/52/S 5)",
        ),
        (
            [finding(title="AALCO/RES/52/S 5: Migrant workers (PDF)", type="budget", due=None, due_end=None)],
            "AALCO: 1 new mandate in “Migrant workers” (RES/52/S 5)",
        ),
        (
            [finding(title="RES/52/S 5", type="reporting_request", due="regularly", due_end=None)],
            "AALCO: 1 new mandate in RES/52/S 5",
        ),
        (
            [finding(type="reporting_request", title="Rivers", due_sense="on")],
            "AALCO: report on “Rivers”, due 53rd Annual Session (RES/52/S 5)",
        ),
        (
            [
                finding(
                    type="convening",
                    title="Rivers",
                    due="on 5 June 2027",
                    due_sense="on",
                    due_start=None,
                    due_end=date(2027, 6, 5),
                )
            ],
            "AALCO: meeting on “Rivers”, 5 June 2027 (RES/52/S 5)",
        ),
        (
            [finding(due="its One Hundred and Fifteenth Session")],
            "AALCO: agenda item on “Care of people at sea”, 115th Session (RES/52/S 5)",
        ),
        (
            [
                finding(
                    type="task_assignment",
                    due="from 1 January 2027",
                    due_sense="from",
                    due_start=None,
                    due_end=date(2027, 1, 1),
                )
            ],
            "AALCO: 1 new mandate in “Care of people at sea”, from 1 January 2027 (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_due", days_left=14)],
            "AALCO: agenda item on “Care of people at sea” due in 14 days (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_due", days_left=1)],
            "AALCO: agenda item on “Care of people at sea” due in 1 day (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_due", days_left=0)],
            "AALCO: agenda item on “Care of people at sea” due today (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_due", days_left=-2)],
            "AALCO: agenda item on “Care of people at sea” was due on 10 September 2027 (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_overdue", days_left=-1), finding(2, kind="mandate_due", days_left=14)],
            "AALCO: agenda item on “Care of people at sea” overdue since 10 September 2027 (RES/52/S 5)",
        ),
        (
            [finding(number, kind="mandate_overdue", days_left=-number) for number in (1, 2)],
            "AALCO: 2 mandates of “Care of people at sea” overdue since 10 September 2027 (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_renewed", before="Decides.", other_document="AALCO/RES/51/S 5")],
            "AALCO: 1 mandate renewed with changed wording in “Care of people at sea” (RES/52/S 5)",
        ),
        (
            [finding(kind="mandate_dropped", other_document="AALCO/RES/51/S 5")],
            "AALCO: 1 earlier mandate dropped from “Care of people at sea” (RES/52/S 5)",
        ),
        ([finding(kind="changed_clause")], "AALCO: 1 changed paragraph in “Care of people at sea” (RES/52/S 5)"),
        ([finding(kind="draft_adopted")], "AALCO: “Care of people at sea” adopted (RES/52/S 5)"),
        ([finding(kind="new_document")], "AALCO: new resolution “Care of people at sea” (RES/52/S 5)"),
        ([finding(kind="new_document", symbol=None, body=None)], "New resolution “Care of people at sea”"),
        (
            [finding(kind="mandate_answered"), finding(2)],
            "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)",
        ),
        (
            [finding(stage="draft")],
            "AALCO: 1 mandate proposed in “Care of people at sea”, 53rd Annual Session (RES/52/S 5)",
        ),
        ([finding(symbol=None)], "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session"),
        (
            [finding(symbol=None, body=None, title="minutes", url="file:///home/desk/minutes.txt")],
            "1 new mandate in an untitled document (minutes), due 53rd Annual Session",
        ),
        (
            [finding(1), finding(2, due="by 30 June 2026", due_end=date(2026, 6, 30))],
            "AALCO: 2 new mandates in “Care of people at sea”, first due 53rd Annual Session (RES/52/S 5)",
        ),
        ([corrigendum], "UNGA: corrigendum to “Rivers” (A/RES/81/902)"),
        ([corrigendum, changed(corrigendum, clause_id="c5")], "UNGA: corrigendum to “Rivers” (A/RES/81/902)"),
        ([answer], "UNGA: 1 mandate of A/RES/80/990 answered by “Rivers” (A/81/990)"),
        (
            [answer, replace(answer, other_document="A/RES/80/991")],
            "UNGA: 2 mandates of A/RES/80/990, A/RES/80/991 answered by “Rivers” (A/81/990)",
        ),
        ([finding(kind="source_state", body=None, symbol=None, title="aalco")], "Source aalco needs attention"),
        ([finding(kind="source_state", body=None, note="aalco works again")], "aalco works again"),
    ],
)
def test_subjects(findings: list[Finding], line: str) -> None:
    """One line for each kind of news; a new mandate leads."""
    assert subject(en, findings) == line


@pytest.mark.parametrize(
    ("due", "short"),
    [
        ("its Fifty-Third Annual Session", "53rd Annual Session"),
        ("at its forty-ninth session", "49th session"),
        ("before the twentieth meeting", "20th meeting"),
        ("its one hundred and eleventh session", "111th session"),
        ("2027 conference", "2027 conference"),
        ("x" * 90, "x" * 59 + "…"),
    ],
)
def test_ordinals_in_words_become_figures(due: str, short: str) -> None:
    """Short enough for a phone's list of mails."""
    assert in_figures(due) == short
    assert (
        rejoined("its eighty- first session and twenty- odd others")
        == "its eighty-first session and twenty- odd others"
    )


@pytest.mark.parametrize("dress", ["mail", "slack", "plain"])
@pytest.mark.parametrize("digest", [None, "daily:2026-11-22"])
@pytest.mark.parametrize(
    ("told", "words"),
    [
        (corrigendum, "A/RES/81/902/Corr.1 corrects A/RES/81/902"),
        (answer, "A/81/990 answers A/RES/80/990"),
        (renewal, "A/RES/81/902 renews this request from A/RES/80/901, with changed wording"),
        (gone, "A/RES/80/901 asked for this; A/RES/81/902, which follows it, no longer does"),
        (changed(answer, symbol=None, title="Report\non rivers"), "Report on rivers answers A/RES/80/990"),
    ],
    ids=["corrigendum", "answer", "renewal", "dropped", "answer without a symbol"],
)
def test_a_message_about_two_documents_names_both(told: Finding, words: str, digest: str | None, dress: Any) -> None:
    """Which document is the news, and which one it corrects or answers, stand in one sentence."""
    shown = replace(delivery(told), digest=digest)
    assert words in Renderer(nobody).render(shown, dress).body


@pytest.mark.parametrize(
    ("due", "one"),
    [
        ("its eighty-\nfirst session", "its eighty-first session"),
        ("its eighty- first\nsession", "its eighty-first session"),
        ("its eighty-\r\n  first session", "its eighty-first session"),
        ("by the end of the mid-\nterm meeting", "by the end of the mid-term meeting"),
        ("the next ses\u00ad\nsion", "the next session"),
        ("its mid-\nand long-term meetings", "its mid- and long-term meetings"),
    ],
)
def test_a_deadline_stands_on_one_line(due: str, one: str) -> None:
    """Line breaks of the document go, and a hyphen at a line's end belongs to the next word."""
    told = finding(due=due)
    assert f"“{one}”" in Renderer(nobody).render(delivery(told), "plain").body
    assert subject(en, [told]).endswith(f", {in_figures(one)} (RES/52/S 5)")


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "; this day has passed)"), ("fr", "\u00a0; cette date est passée)"), ("es", "; esta fecha ya pasó)")],
)
def test_a_deadline_that_has_passed_says_so(language: str, words: str) -> None:
    """A mandate found the day after its deadline says so; on the last day there is still time."""
    late, in_time = (finding(due="by then", due_start=None, due_end=date(2026, 11, day)) for day in (20, 21))
    assert (frame(language).deadline(late.deadlines[0], noon) or "").endswith(words)
    assert words not in (frame(language).deadline(in_time.deadlines[0], noon) or "")
    assert words not in (frame(language).deadline(Deadline("by then"), noon) or "")


@pytest.mark.parametrize("dress", ["mail", "slack", "plain"])
def test_every_deadline_of_a_mandate_is_shown(dress: Any) -> None:
    """A report at a session and an oral update by a day: both are shown, and the subject says the sooner one."""
    update = Deadline("by 5 December 2026", None, date(2026, 12, 5), basis="stated date", sense="by")
    told = finding()
    told = replace(told, clause=replace(told.clause, deadlines=(*told.clause.deadlines, update)))
    message = Renderer(nobody).render(delivery(told), dress)
    assert "10 September 2027" in message.body
    assert "5 December 2026" in message.body
    assert message.subject.endswith("first due 5 December 2026 (RES/52/S 5)")


def test_mandates_stand_as_in_the_document() -> None:
    """Paragraph 4 before paragraph 10, and what was adopted after what was asked."""
    numbers = ("10", "4", "(12)")
    told = [finding(kind="draft_adopted", clause_number=None), *(finding(clause_number=n) for n in numbers)]
    body = Renderer(nobody).render(delivery(*told), "plain").body
    places = [body.index(words) for words in ("paragraph 4", "paragraph 10", "paragraph (12)", "Draft adopted")]
    assert places == sorted(places)


def test_a_mail_says_all_that_a_reader_needs() -> None:
    """Quote, place, addressee, deadline in words and date with its basis, links, why, how to stop, delivery."""
    subscriptions = replace(nobody, register_url="https://register.example.org", unsubscribe="mailto:desk@example.org")
    told = delivery(finding())
    message = Renderer(subscriptions).render(told, "mail")
    for words in (
        "Decides to place the item on the provisional agenda of its Fifty-Third Annual Session.",
        "paragraph 4, page 2",
        "the Secretariat",
        "“its Fifty-Third Annual Session”: 6 to 10 September 2027 (from the session calendar)",
        'href="https://example.org/52-s-5"',
        "https://register.example.org/clauses/c4",
        "item placed on an agenda",
        "subscription “all”",
        "To stop these messages, write to desk@example.org and name the subscription.",
        f"Delivery {told.delivery_id[:12]}",
        'name="color-scheme"',
        "prefers-color-scheme: dark",
        'lang="en"',
    ):
        assert words in message.body, words


@pytest.mark.parametrize("dress", ["mail", "slack", "plain"])
def test_every_dress_has_the_essentials(dress: Any) -> None:
    """Quote, place, deadline, link and reason stand in mail, Slack and plain text."""
    body = Renderer(nobody).render(delivery(finding()), dress).body
    for words in (
        "Decides to place the item",
        "paragraph 4, page 2",
        "10 September 2027",
        "https://example.org/52-s-5",
        "all",
    ):
        assert words in body


def test_several_subscriptions_are_all_named() -> None:
    """A message that two subscriptions asked for says so twice."""
    body = Renderer(nobody).render(delivery(finding(), names=("first", "second")), "plain").body
    assert "“first”" in body
    assert "“second”" in body


def test_why_describes_the_filters(tmp_path: Path) -> None:
    """The reader sees what the subscription asks for, in words."""
    yaml = """
targets: {desk: mailbox}
subscriptions:
  all:
    targets: [desk]
    filters: {bodies: [AALCO], types: {not: budget}, due_within_days: 400}
"""
    body = Renderer(subscribed(tmp_path, yaml)).render(delivery(finding()), "plain").body
    assert "asks for bodies: AALCO; mandate types: not resources; due within days: 400." in body


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (SoFar(), []),
        (SoFar(answered_after=227, late=12), ["Answered after: 227 days (12 days after the deadline)"]),
        (SoFar(answered_after=1, late=0), ["Answered after: 1 day (on the day of the deadline)"]),
        (SoFar(late=-1), ["Answered after: 1 day before the deadline"]),
        (SoFar(None, "A/RES/64/1", 9), ["Asked since: A/RES/64/1, in 9 resolutions"]),
        (SoFar(date(2009, 12, 18), "A/RES/64/1", 2), ["Asked since: 18 December 2009 (A/RES/64/1), in 2 resolutions"]),
        (
            SoFar(reminded=(date(2026, 8, 1), date(2026, 9, 16))),
            ["Earlier reminders: 1 August 2026, 16 September 2026"],
        ),
        (
            SoFar(answers=tuple(Answer(f"A/{each}/7", date(2000 + each, 8, 1), each == 73) for each in range(70, 74))),
            ["Answers so far: …, A/71/7 (1 August 2071), A/72/7 (1 August 2072), A/73/7 (1 August 2073, in part)"],
        ),
    ],
)
def test_what_is_known_so_far_is_said(known: SoFar, said: list[str]) -> None:
    """Since when it has been asked, earlier answers and reminders, how long an answer took; nothing of what is not."""
    labels = ("Answered after", "Asked since", "Answers so far", "Earlier reminders")
    body = Renderer(nobody).render(delivery(finding(kind="mandate_due", days_left=14, so_far=known)), "plain").body
    assert [line for line in body.split("\n") if line.startswith(labels)] == said


def test_a_renewed_mandate_is_in_the_thread_of_the_former_one() -> None:
    """Mail programs show this year's text below last year's messages about the mandate."""
    former = Renderer(nobody).render(delivery(finding(mandate_id="former", document_id="f" * 64)), "mail").headers
    told = finding(kind="mandate_renewed", before="Decides.", earlier_mandate="former")
    now = Renderer(nobody).render(delivery(told), "mail").headers
    assert set(former["References"].split()) & set(now["References"].split())


def test_a_changed_clause_shows_the_difference() -> None:
    """What was taken out and put in, word by word."""
    changes = difference("to report next year on it", "to report every year on it")
    assert [(change.kind, change.words) for change in changes] == [
        ("same", "to report"),
        ("out", "next"),
        ("in", "every"),
        ("same", "year on it"),
    ]
    told = finding(kind="changed_clause", before="Decides to drop the item.", quote="Decides to keep the item.")
    assert "[-drop-] [+keep+]" in Renderer(nobody).render(delivery(told), "plain").body
    assert "<del>[−drop−]</del> <ins>[+keep+]</ins>" in Renderer(nobody).render(delivery(told), "mail").body


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_a_difference_holds_both_texts(old: list[str], new: list[str]) -> None:
    """Kept and taken out are the former words, kept and put in the present ones, nothing is lost."""
    changes = difference(" ".join(old), " ".join(new))
    assert " ".join(change.words for change in changes if change.kind != "in").split() == old
    assert " ".join(change.words for change in changes if change.kind != "out").split() == new


def test_a_possible_repeat_says_so() -> None:
    """A message that may have arrived before shows the same delivery id and says that it may be a repeat."""
    message = Renderer(nobody).render(delivery(finding(), repeat_of_uncertain=True), "mail")
    assert "may have received this message before" in message.body
    assert message.headers["X-Possible-Repeat"] == "yes"


def test_a_digest_has_a_chart_groups_and_unread_sources() -> None:
    """New mandates by body with bars, what falls due, what was answered, and the sources nobody could read."""
    told = [document(number, body="IPU" if number % 2 else "AALCO") for number in range(5)]
    told += [document(9, kind="mandate_due", days_left=14), document(8, kind="mandate_answered")]
    shown = replace(delivery(*told), digest="weekly:2026-11-23")
    unread = [SourceCheck("gfmd", datetime(2026, 11, 1, tzinfo=UTC)), SourceCheck("ipu", None)]
    message = Renderer(nobody).render(shown, "mail", unread)
    assert message.subject == "Weekly digest: 5 new mandates, 1 mandate due soon, 1 mandate answered"
    for words in (
        "New mandates by body",
        'style="width:100%"',
        'style="width:67%"',
        "gfmd: last checked 1 November 2026",
    ):
        assert words in message.body, words
    assert "ipu: never checked" in message.body
    slack = Renderer(nobody).render(shown, "slack", unread).body
    assert "██████████ 3 AALCO" in slack
    assert len(slack) < 3000


def test_a_huge_digest_stays_readable() -> None:
    """Of 200 documents with 25 long mandates each some are shown and the rest counted; no mail program clips it."""
    one = document(1)
    told = [
        changed(one, finding_id=f"{number}-{place}", document_id=f"{number:064}", quote="long words " * 300)
        for number in range(200)
        for place in range(25)
    ]
    message = Renderer(nobody).render(replace(delivery(*told), digest="run:x"), "mail")
    assert message.subject == "Digest: 5000 new mandates"
    assert "197 more documents are not shown here" in message.body
    assert "and 5 more" in message.body
    assert len(message.body) < 100_000


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "AALCO lists RES/64/S 21; its text could not be read: status 404 (tried 3 times since 20 November 2026)",
        ),
        ("fr", "AALCO annonce RES/64/S 21 ; son texte n’a pas pu être lu : status 404 (3 tentatives depuis le 20"),
        ("es", "RES/64/S 21 figura en la lista de AALCO; su texto no se pudo leer: status 404 (3 intentos desde el 20"),
    ],
)
def test_a_document_that_could_not_be_read_says_why(language: str, said: str, tmp_path: Path) -> None:
    """The message names body, symbol, reason, tries and since when, in the reader's language."""
    yaml = f"targets: {{desk: mailbox}}\nsubscriptions: {{all: {{targets: [desk], language: {language}}}}}\n"
    plain = {"quote": None, "due": None, "due_end": None, "type": None, "addressee": None, "clause_number": None}
    told = finding(
        kind="item_unreadable",
        symbol="AALCO/RES/64/S 21",
        note="status 404",
        tries=3,
        since=date(2026, 11, 20),
        **plain,
    )
    message = Renderer(subscribed(tmp_path, yaml)).render(delivery(told), "plain")
    assert said in " ".join(message.body.split())
    assert "RES/64/S 21" in message.subject


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_every_language_has_every_word(language: str, tmp_path: Path) -> None:
    """All kinds of findings are told in each language, with no gap left unfilled."""
    yaml = f"targets: {{desk: mailbox}}\nsubscriptions: {{all: {{targets: [desk], language: {language}}}}}\n"
    renderer = Renderer(subscribed(tmp_path, yaml))
    findings = (*sample_findings(noon), finding(kind="source_state"), finding(kind="delivery_state"))
    for told in findings:
        for dress in ("mail", "slack", "plain"):
            message = renderer.render(delivery(told, repeat_of_uncertain=True), dress)
            assert "{" not in message.subject + (message.body if dress != "mail" else "")
    digest = renderer.render(replace(delivery(*findings), digest="daily:2026-11-22"), "mail", [SourceCheck("a", noon)])
    assert "{" not in digest.subject
    assert f'lang="{language}"' in digest.body


def test_frames_agree_on_their_keys() -> None:
    """What one language names, all name: a missing kind would be an error in the middle of a run."""
    for field in Frame.model_fields:
        values = [getattr(frame(language), field) for language in ("en", "fr", "es")]
        if isinstance(values[0], dict):
            assert values[0].keys() == values[1].keys() == values[2].keys(), field


def test_mails_of_one_mandate_make_a_thread() -> None:
    """A new mandate and its reminder share a reference; a message is marked as automatic and bears its delivery id."""
    first = Renderer(nobody).render(delivery(finding()), "mail").headers
    later = Renderer(nobody).render(delivery(finding(kind="mandate_due", days_left=0)), "mail").headers
    assert first["In-Reply-To"] == later["In-Reply-To"]
    assert first["In-Reply-To"] in first["References"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert len(first["X-Delivery-Id"]) == 64
    assert all(value.isascii() and "\n" not in value for value in first.values())


@pytest.mark.parametrize(
    ("way", "header", "one_click"),
    [
        ("mailto:desk@example.org", "<mailto:desk@example.org?subject=unsubscribe%20all>", False),
        ("https://example.org/stop", "<https://example.org/stop>", True),
    ],
)
def test_one_click_only_where_it_can_work(way: str, header: str, one_click: bool) -> None:
    """A mail address gives List-Unsubscribe; only a real https endpoint gives the one-click header (RFC 8058)."""
    fields = Renderer(replace(nobody, unsubscribe=way)).render(delivery(finding()), "mail").headers
    assert fields["List-Unsubscribe"] == header
    assert ("List-Unsubscribe-Post" in fields) == one_click
    assert "List-Unsubscribe" not in Renderer(nobody).render(delivery(finding()), "mail").headers


def test_operators_read_what_to_do() -> None:
    """An alarm names no subscription to leave, shows no document that is none, and says how to go on."""
    alarm = finding(kind="delivery_state", title="mail", note="was given up\nTry again: mandates outbox retry 12ab")
    body = Renderer(nobody).render(delivery(alarm, names=("(operators)",)), "plain").body
    assert "named as an operator" in body
    assert "name other operators in subscriptions.yaml" in body
    assert "Try again: mandates outbox retry 12ab" in body
    assert "AALCO/RES" not in body


def test_an_operator_can_override_a_template(tmp_path: Path) -> None:
    """A file of the same name in config/templates takes the place of ours; the others stay."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "plain.txt.j2").write_text("News: {{ letter.subject }}", encoding="utf-8")
    renderer = Renderer(subscribed(tmp_path, "targets: {desk: mailbox}\n"))
    assert renderer.render(delivery(finding()), "plain").body.startswith("News: AALCO: agenda item on")
    assert "<h1>" in renderer.render(delivery(finding()), "mail").body


@pytest.mark.parametrize("text", ["{% if %}", "{{ letter.nothing }}", "line one\n{{ letter.subject | nofilter }}"])
def test_a_broken_template_is_named(tmp_path: Path, text: str) -> None:
    """A syntax error or an unknown name is told with the template's path."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "slack.txt.j2").write_text(text, encoding="utf-8")
    renderer = Renderer(subscribed(tmp_path, "targets: {desk: mailbox}\n"))
    with pytest.raises(TemplateError, match=r"templates/slack\.txt\.j2"):
        renderer.render(delivery(finding()), "slack")


def test_shortened_text_keeps_its_foot() -> None:
    """Why you get it and how to stop it stay, whatever has to go."""
    text = "\n".join(["line"] * 1000) + "\n\nwhy\nstop"
    short = shortened(text, 300)
    assert len(short) <= 300
    assert short.endswith("…\n\nwhy\nstop")
    many = [document(number, quote="words " * 90) for number in range(30)]
    body = Renderer(nobody).render(replace(delivery(*many), digest="daily:2026-11-22"), "slack").body
    assert "shortened to fit Slack" in body
    assert len(body) <= 2900


def test_dates_are_as_exact_as_known() -> None:
    """A month stays a month."""
    day = date(2026, 3, 1)
    assert [frame("es").date(day, precision) for precision in ("day", "month", "year")] == [
        "1 de marzo de 2026",
        "marzo de 2026",
        "2026",
    ]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)"),
        (
            "fr",
            "AALCO : point de l’ordre du jour sur « Care of people at sea », du 6 au 10 septembre 2027 (RES/52/S 5)",
        ),
        (
            "es",
            "AALCO: tema del programa sobre «Care of people at sea», del 6 al 10 de septiembre de 2027 (RES/52/S 5)",
        ),
    ],
)
def test_days_take_the_place_of_words_of_another_language(language: str, line: str) -> None:
    """A session is named in the reader's language, or by its days."""
    assert subject(frame(language), [finding()]) == line


def test_words_of_another_language_are_said_to_be_such() -> None:
    """Without days the document's words are quoted with their language, in the subject and in the message."""
    told = finding(due="its Fifty-Third Annual Session", due_start=None, due_end=None, type="budget")
    line = subject(frame("fr"), [told])
    assert line.endswith(", échéance : « 53rd Annual Session » (en anglais) (RES/52/S 5)")
    said = frame("fr").deadline(told.deadlines[0], noon, "en") or ""
    assert said == "«\u00a0its Fifty-Third Annual Session\u00a0» (en anglais\u00a0; d’après le calendrier des sessions)"


def test_a_french_deadline_in_an_english_frame() -> None:
    """The other way round: days in English, the French words after them; a French reader gets the session's name."""
    told = finding(language="fr", due="à sa cinquante-troisième session annuelle")
    assert subject(en, [told]).endswith(", 6 to 10 September 2027 (RES/52/S 5)")
    said = en.deadline(told.deadlines[0], noon, "fr")
    assert said == (
        "6 to 10 September 2027 "
        "(from the session calendar; “à sa cinquante-troisième session annuelle” in the French text)"
    )
    assert subject(frame("fr"), [told]).endswith(", 53e session annuelle (RES/52/S 5)")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("by 1 February 2027", "en"),
        ("no later than February 1st, 2027", "en"),
        ("by 2027-02-01", "en"),
        ("au plus tard le 1er février 2027", "fr"),
        ("a más tardar el 1 de febrero de 2027", "es"),
    ],
)
def test_words_that_are_the_date_are_not_said_twice(words: str, language: str) -> None:
    """A deadline that names its day is shown as that day, in the reader's language, and nothing else."""
    due = Deadline(words, None, date(2027, 2, 1), basis="stated date", sense="by")
    assert en.deadline(due, noon, language) == "by 1 February 2027 (the document states the date)"
    other = replace(due, words=f"{words}, or the day after")
    assert words in (en.deadline(other, noon, language) or "")


@pytest.mark.parametrize(
    ("language", "days"),
    [
        ("en", ["1 to 5 June 2027", "1 May to 5 June 2027", "1 May 2026 to 5 June 2027"]),
        ("fr", ["du 1er au 5 juin 2027", "du 1er mai au 5 juin 2027", "du 1er mai 2026 au 5 juin 2027"]),
        ("es", ["del 1 al 5 de junio de 2027", "del 1 de mayo al 5 de junio de 2027"]),
    ],
)
def test_a_span_of_days_says_nothing_twice(language: str, days: list[str]) -> None:
    """Month and year stand once where both days share them; French has a first of the month."""
    starts = (date(2027, 6, 1), date(2027, 5, 1), date(2026, 5, 1))
    for start, said in zip(starts, days, strict=False):
        told = finding(due=None, due_start=start, due_end=date(2027, 6, 5))
        assert (frame(language).deadline(told.deadlines[0], noon) or "").startswith(f"{said} (")


@pytest.mark.parametrize("item", ["this item", "the item", "This agenda item"])
def test_this_item_is_named(item: str) -> None:
    """An agenda item that the document calls "this item" is shown by the document's title, others by their own."""
    told = finding(agenda_item=item, agenda_title="CARE OF PEOPLE AT SEA (Deliberated)")
    assert "Agenda item: “Care of people at sea”" in Renderer(nobody).render(delivery(told), "plain").body
    other = finding(agenda_item="the item on rivers", agenda_title="Rivers")
    assert "Agenda item: “Rivers”" in Renderer(nobody).render(delivery(other), "plain").body


@pytest.mark.parametrize("dress", ["mail", "slack", "plain"])
def test_a_corrigendum_shows_what_it_corrects(dress: Any) -> None:
    """The clause with the difference, the corrigendum's own words, and a link to the document that is corrected."""
    told = changed(
        corrigendum,
        before="3. Requests a report at its ninth session;",
        quote="3. Requests a report at its tenth session;",
        correction="Paragraph 3 For ninth session read tenth session",
        other_url="https://example.org/902",
    )
    body = Renderer(nobody).render(delivery(told), dress).body
    for words in ("paragraph 4", "ninth", "tenth", "For ninth session read tenth session", "https://example.org/902"):
        assert words in body, words


def test_a_draft_proposes(tmp_path: Path) -> None:
    """What a draft asks for is no mandate yet: it has a heading of its own in a digest, and no bar in the chart."""
    told = replace(delivery(finding(1), finding(2, stage="draft", body="IPU")), digest="daily:2026-11-22")
    message = Renderer(nobody).render(told, "plain")
    assert message.subject == "Daily digest: 1 new mandate, 1 mandate proposed in drafts"
    assert message.body.index("1 new mandate") < message.body.index("1 mandate proposed in drafts")
    assert "IPU" not in message.body.partition("1 new mandate")[0]


def test_what_falls_due_first_leads() -> None:
    """In a digest deadlines stand by their distance, all else by body and the newest first."""
    due = [document(number, kind="mandate_due", days_left=days) for number, days in ((1, 60), (2, 0), (3, 14))]
    new = [document(number, published_on=date(2026, 1, number)) for number in (4, 6, 5)]
    body = Renderer(nobody).render(replace(delivery(*due, *new), digest="daily:2026-11-22"), "plain").body
    places = [body.index(f"AALCO/RES/52/S {number} ") for number in (6, 5, 4, 2, 3, 1)]
    assert places == sorted(places)
    for dress in ("mail", "slack", "plain"):
        said = Renderer(nobody).render(replace(delivery(*due), digest="daily:2026-11-22"), dress).body  # type: ignore[arg-type]
        assert all(words in said for words in ("Due today", "Due in 14 days", "Due in 60 days")), dress


def test_the_plain_part_of_a_mail_reads_like_a_letter() -> None:
    """One empty line between parts, none within, quotes marked, addresses whole: what Apprise makes of the HTML."""
    from apprise.conversion import html_to_text

    body = Renderer(nobody).render(delivery(finding(1), finding(2, clause_number="5", deliverable="item")), "mail").body
    text = html_to_text(body)
    assert "\n\n\n" not in text
    assert "item (item placed" not in text
    assert "New mandate · paragraph 4, page 2\n> Decides to place the item" in text
    assert "\nWhat: item placed on an agenda\nWho: the Secretariat\nBy when: " in text
    assert "\nDocument: https://example.org/52-s-5\n" in text
    told = delivery(finding(), document(7, body="IPU"))
    digest = Renderer(nobody).render(replace(told, digest="daily:2026-11-22"), "mail").body
    assert "New mandates by body\nAALCO 1\nIPU 1\n" in html_to_text(digest)


def test_why_names_the_news_asked_for(tmp_path: Path) -> None:
    """A subscription that asks only for some news says which."""
    yaml = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk], about: [new_mandate, mandate_due]}}\n"
    body = Renderer(subscribed(tmp_path, yaml)).render(delivery(finding()), "plain").body
    assert "asks for news: new mandate, due soon." in body
