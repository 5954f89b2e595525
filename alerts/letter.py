"""What a message says, before it is dressed for a channel: words only, none of them escaped yet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.difference import Change, difference
from alerts.escape import Address, isolated, one_line, paragraph, web_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.frame import Frame
    from warehouse.model import Finding, FindingKind

# A message shows a clause as a whole but for the longest; a digest shows how it begins.
quote_limit, digest_quote_limit = 4000, 400
most_items, digest_items = 50, 20
# How recording notes which document a corrigendum corrects and which one a report answers (warehouse/followups.py).
_relates = re.compile(r"(corrects|answers) (.+)", re.DOTALL)
# What leads where several things happened to one document.
weight: tuple[FindingKind, ...] = (
    "delivery_state",
    "source_state",
    "new_mandate",
    "changed_clause",
    "mandate_due",
    "mandate_answered",
    "draft_adopted",
    "corrigendum",
    "new_document",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: what it is, where it stands, its words, and what follows from them as label and value."""

    what: str
    place: str | None
    quote: str | None
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]
    note: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """One document with its findings. `links` are label and address."""

    title: str
    line: str
    links: tuple[tuple[str, Address], ...]
    items: tuple[Item, ...]
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of the small chart: a label, a number, and its share of the largest in percent."""

    label: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Group:
    """Sections under one heading; a message about one document has one group without a heading."""

    heading: str | None
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole message. `notices` stand above everything else: a test, a possible repeat."""

    language: str
    is_digest: bool
    subject: str
    notices: tuple[str, ...]
    chart_title: str
    chart: tuple[Bar, ...]
    groups: tuple[Group, ...]
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    why: tuple[str, ...]
    stop: str
    delivery: str


def section(words: Frame, findings: Sequence[Finding], register_url: str | None, *, in_digest: bool = False) -> Section:
    """A document's findings; a document that is new with mandates is told by its mandates."""
    limit, quote = (digest_items, digest_quote_limit) if in_digest else (most_items, quote_limit)
    told = [finding for finding in findings if finding.kind != "new_document"] or list(findings)
    told.sort(key=_place)
    first = told[0]
    links = [(words.document, web_address(first.url))]
    if register_url is not None and len(first.document_id) == 64:  # noqa: PLR2004 - a sha256, not a source's or target's name
        links.append((words.in_register, web_address(f"{register_url}/documents/{first.document_id}")))
    return Section(
        title=one_line(first.title, 200),
        line=_document_line(words, first),
        links=tuple((label, address) for label, address in links if address is not None),
        items=tuple(_item(words, finding, quote) for finding in told[:limit]),
        more=words.more.format(count=len(told) - limit) if len(told) > limit else None,
    )


def _place(finding: Finding) -> tuple[int, int, int, str]:
    """Findings in the order of their weight, then as they stand in the document."""
    number = re.search(r"\d+", finding.clause_number or "")
    return weight.index(finding.kind), finding.page or 0, int(number[0]) if number else 0, finding.clause_id or ""


def document_name(finding: Finding) -> str:
    """Say "RES/52/S 5" of AALCO: the symbol without the body that stands before it anyway, else the title."""
    if finding.symbol:
        return _within(finding.body, one_line(finding.symbol, 60))
    return one_line(finding.title, 60) or one_line(finding.document_id, 60)


def other_document(finding: Finding) -> str | None:
    """The document that a corrigendum corrects or whose mandate a report answers, named as `document_name` does."""
    relation = _relation(finding)
    return _within(finding.body, one_line(relation[1], 60)) if relation else None


def _within(body: str | None, name: str) -> str:
    return name.removeprefix(f"{body}/") if body else name


def _relation(finding: Finding) -> tuple[str, str] | None:
    """The verb and the other document of a finding that is about two."""
    told = _relates.fullmatch(finding.note or "") if finding.kind in {"corrigendum", "mandate_answered"} else None
    return (told[1], told[2]) if told else None


def _note(words: Frame, finding: Finding) -> str | None:
    relation = _relation(finding)
    if relation is None:
        return paragraph(finding.note, 1000) if finding.note else None
    form = words.corrects if relation[0] == "corrects" else words.answers
    one = one_line(finding.symbol or "", 80) or one_line(finding.title, 200)
    return form.format(document=isolated(one), other=isolated(one_line(relation[1], 200)))


def _document_line(words: Frame, finding: Finding) -> str:
    if finding.kind in {"source_state", "delivery_state"}:
        return ""
    kind = words.documents.get(finding.document_kind, finding.document_kind)
    parts = [
        one_line(finding.body or "", 80),
        " ".join(part for part in (kind, one_line(finding.symbol or "", 80)) if part),
        words.stages.get(finding.stage or "", ""),
        words.date(finding.published_on, finding.published_precision) if finding.published_on else "",
    ]
    return " · ".join(part for part in parts if part)


def _item(words: Frame, finding: Finding, limit: int) -> Item:
    places = []
    if finding.clause_number:
        places.append(words.clause.format(number=one_line(finding.clause_number, 20)))
    if finding.page:
        places.append(words.page.format(number=finding.page))
    facts = []
    if finding.type in words.types:
        facts.append((words.what, words.types[finding.type or ""]))
    if finding.addressee:
        facts.append((words.who, one_line(finding.addressee, 200)))
    deadline = words.deadline(finding)
    if deadline:
        facts.append((words.by_when, deadline))
    if finding.agenda_item:
        facts.append((words.agenda_item, one_line(finding.agenda_item, 200)))
    changed = finding.before is not None and finding.quote is not None
    return Item(
        what=words.kinds.get(finding.kind, finding.kind),
        place=", ".join(places) or None,
        quote=paragraph(finding.quote, limit) if finding.quote and not changed else None,
        changes=difference(paragraph(finding.before or "", quote_limit), paragraph(finding.quote or "", quote_limit))
        if changed
        else (),
        facts=tuple(facts),
        note=_note(words, finding),
    )
