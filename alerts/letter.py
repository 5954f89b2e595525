"""What a message says, before it is dressed for a channel: words only, none of them escaped yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote as escaped

from alerts.corrected import addressee, corrected
from alerts.escape import Address, isolated, one_line, paragraph, web_address
from alerts.naming import ABOUT_NO_DOCUMENT, OF_A_DEADLINE, both_documents, not_read, sort_of, title_of, weight
from alerts.so_far import so_far
from warehouse.links.difference import Change, difference
from warehouse.review.task_names import short_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from alerts.frame import Frame
    from warehouse.findings.finding import Deadline, DocumentFacts, Finding

# A message shows a clause as a whole but for the longest; a digest shows how it begins.
quote_limit, digest_quote_limit = 4000, 400
most_items, digest_items = 50, 20
_NO_EARLIER: Mapping[str, Sequence[DocumentFacts]] = MappingProxyType({})
# "Decides to place this item": readers want to know which.
_this_item = re.compile(
    r"(?:this|the(?: same)?|ce|cette|la même|este|esta|el|la)\W+(?:agenda\W+)?(?:item|point|question|tema)"
)


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: what it is, where it is, its words, and what follows from them as label and value.

    `when` is how far away a deadline is that comes near, `about` which two documents it is about, `note` what operators
    should know, or why a listed document could not be read. `key` is the short name of its task, `ways` how to say that
    somebody takes care of it, or that nobody wants to hear of it any more. `link` is label and address of its clause in
    the register, where the links of the document do not lead there already.
    """

    what: str
    when: str | None
    place: str | None
    about: str | None
    quote: str | None
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, str], ...]
    note: str | None
    key: str | None = None
    ways: str | None = None
    link: tuple[str, Address] | None = None


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
    """Sections under one heading; a message about one document has one group without a heading.

    `about` is what is to be known of all of them.
    """

    heading: str | None
    sections: tuple[Section, ...]
    more: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole message. `notices` come before everything else: a test, a possible repeat, what did not arrive.

    `colon` is what separates a label from its value in this language. `ways` says what a digest's keys are for.
    """

    language: str
    colon: str
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
    ways: str | None = None


def section(
    words: Frame,
    findings: Sequence[Finding],
    register_url: str | None,
    *,
    earlier: Mapping[str, Sequence[DocumentFacts]] = _NO_EARLIER,
    in_digest: bool = False,
) -> Section:
    """A document's findings, with links to it, to the `earlier` texts that led to it, and to what it is about."""
    limit, quote = (digest_items, digest_quote_limit) if in_digest else (most_items, quote_limit)
    shown = sorted([finding for finding in findings if finding.kind != "new_document"] or findings, key=_place)
    first = shown[0]
    links: list[tuple[str, Address | None]] = [(words.document, web_address(first.document.url))]
    drafts = earlier.get(first.document.document_id, ())
    links += [(_earlier_name(words, draft), web_address(draft.url)) for draft in drafts]
    others = dict.fromkeys((finding.other_document, finding.other_url) for finding in shown if finding.other_url)
    linked = {draft.url for draft in drafts}
    links += [(one_line(name or "", 80), web_address(url)) for name, url in others if url not in linked]
    if register_url is not None:
        clause = _clause_page(register_url, first) if len(shown) == 1 else None
        links.append((words.in_register, clause or _document_page(register_url, first)))
    items = [_item(words, finding, quote, in_digest=in_digest) for finding in shown[:limit]]
    more = words.more_deliveries if first.kind == "delivery_state" else words.more
    if register_url is not None and len(shown) > 1:
        items = [
            replace(item, link=(words.in_register, page)) if (page := _clause_page(register_url, finding)) else item
            for item, finding in zip(items, shown, strict=False)
        ]
    return Section(
        title=title_of(words, first, 200),
        line=_document_line(words, first),
        links=tuple((label, address) for label, address in links if address is not None),
        items=_each_once(items),
        more=more.of(len(shown) - limit) if len(shown) > limit else None,
    )


def _document_page(register_url: str, finding: Finding) -> Address | None:
    """The page of the document; None of what is about a source or a target."""
    if len(finding.document.document_id) != 64:  # noqa: PLR2004 - a sha256
        return None
    return web_address(f"{register_url}/documents/{finding.document.document_id}")


def _clause_page(register_url: str, finding: Finding) -> Address | None:
    """Where the register shows the clause in its text, whatever became of that text since; None without a clause."""
    task_key, clause_id = finding.clause.task_key, finding.clause.clause_id
    # What is not a mandate has no key that lasts, but its place.
    name = task_key.partition(":")[0] if task_key else clause_id
    return web_address(f"{register_url}/clauses/{escaped(name, safe=':')}") if name else None


def _each_once(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items, of which those of one task say only once how to mark or mute it."""
    said: set[str | None] = set()
    kept = []
    for item in items:
        kept.append(replace(item, ways=None) if item.key in said else item)
        said.add(item.key)
    return tuple(kept)


def _earlier_name(words: Frame, draft: DocumentFacts) -> str:
    """Such as "Preliminary draft C-I/152/PDR"."""
    stage = words.stages.get(draft.stage or "", words.document)
    return " ".join(part for part in (stage[:1].upper() + stage[1:], one_line(draft.symbol or "", 60)) if part)


def _place(finding: Finding) -> tuple[int, int, int, str]:
    """Findings in the order of their weight, then as they are in the document."""
    clause = finding.clause
    number = re.search(r"\d+", clause.number or "")
    return weight.index(sort_of(finding)), clause.page or 0, int(number[0]) if number else 0, clause.clause_id or ""


def _document_line(words: Frame, finding: Finding) -> str:
    if finding.kind in ABOUT_NO_DOCUMENT:
        return ""
    document = finding.document
    kind = words.documents.get(document.kind, document.kind)
    parts = [
        one_line(document.body or "", 80),
        " ".join(part for part in (kind, one_line(document.symbol or "", 80)) if part),
        words.stages.get(document.stage or "", ""),
        words.date(document.published_on, document.published_precision) if document.published_on else "",
        words.language_of(document.language) or "",
    ]
    return " · ".join(part for part in parts if part)


def _item(words: Frame, finding: Finding, limit: int, *, in_digest: bool) -> Item:
    places = []
    if finding.clause.number:
        places.append(words.clause.format(number=one_line(finding.clause.number, 20)))
    if finding.clause.page:
        places.append(words.page.format(number=finding.clause.page))
    quote = finding.clause.quote or ""
    changed = finding.before is not None and quote != ""
    when = words.when(finding) if finding.days_left is not None else None
    when = when[:1].upper() + when[1:] if when else None
    # A text that could not be read is shown with the reason.
    reason = paragraph(finding.note or "", 1000) if finding.kind == "reading_incomplete" else None
    about = both_documents(words, finding) or reason
    note = not_read(words, finding) if finding.kind == "item_unreadable" else finding.note
    what = _headed(words, finding, when)
    if finding.kind in {"source_state", "delivery_state"} and note:
        # Its first line is what happened.
        first, _, note = note.partition("\n")
        what = one_line(first, 300)
    key = short_name(finding.clause.task_key) if finding.clause.task_key and not _is_rejected(finding) else None
    return Item(
        what=what,
        when=when,
        place=", ".join(places) or None,
        about=about,
        quote=paragraph(quote, limit) if quote and not changed else None,
        changes=difference(paragraph(finding.before or "", quote_limit), paragraph(quote, quote_limit))
        if changed
        else (),
        facts=(
            *_facts(words, finding),
            *so_far(words, finding.so_far, in_digest=in_digest),
            *([(words.key, key)] if key and in_digest else []),
        ),
        note=paragraph(note, 1000) if note and about is None else None,
        key=key,
        ways=words.ways.format(key=key) if key and not in_digest else None,
    )


def _headed(words: Frame, finding: Finding, when: str | None) -> str:
    """What an item is: "New mandate", "Due in 14 days", or both in one."""
    kind = words.kinds[sort_of(finding)]
    if when is None or finding.kind in OF_A_DEADLINE:
        return when or kind
    return f"{kind}{words.also}{when[:1].lower()}{when[1:]}"


def _is_rejected(finding: Finding) -> bool:
    """Whether the finding says that there is no mandate."""
    return any(field == "is_mandate" and right == "no" for field, _, right in finding.corrected)


def _facts(words: Frame, finding: Finding) -> Iterator[tuple[str, str]]:
    """What follows from the words, label and value; a corrected value comes with the one that was sent before."""
    right = dict(corrected(words, finding))
    if finding.correction:
        yield words.correction, one_line(finding.correction, 600)
    for field, label, value in (
        ("type", words.what, _what(words, finding)),
        ("addressee", words.who, addressee(words, finding)),
    ):
        if said := right.get(field, value):
            yield label, said
    language = finding.document.language
    dues = [(_due_label(words, due), words.deadline(due, finding.found_at, language)) for due in finding.deadlines]
    if "due" in right:
        dues = [(dues[0][0] if dues else words.by_when, right["due"])]
    yield from ((label, when) for label, when in dues if when)
    if finding.clause.responsible:
        yield words.responsible, isolated(one_line(finding.clause.responsible, 200))
    if finding.kind == "new_mandate" and finding.other_document:
        yield words.answered_by, one_line(finding.other_document, 200)
    if finding.clause.agenda_item:
        # What the document calls "this item" is the one that it is about.
        this = _this_item.fullmatch(finding.clause.agenda_item.strip().lower())
        item = finding.document.topic if this else finding.clause.agenda_title or finding.clause.agenda_item
        yield words.agenda_item, words.quote(isolated(one_line(item, 200)))
    if finding.kind == "reading_incomplete":
        yield words.source, one_line(", ".join(finding.document.sources), 200)
    if finding.clause.review:
        yield words.please_check, one_line("; ".join(finding.clause.review), 300)


def _due_label(words: Frame, due: Deadline) -> str:
    return words.by_when if words.is_last_day(due) else words.when_due


def _what(words: Frame, finding: Finding) -> str | None:
    """What is asked for: "a report (report requested)"."""
    kind = words.types.get(finding.clause.type or "")
    # What is placed on an agenda has a line of its own; the clause's noun ("item", "matter") says nothing beside it.
    if not finding.clause.deliverable or (kind and finding.clause.type == "agenda_placement"):
        return kind
    deliverable = words.foreign(one_line(finding.clause.deliverable, 200), finding.document.language)
    return words.what_and_type.format(deliverable=deliverable, type=kind) if kind else deliverable
