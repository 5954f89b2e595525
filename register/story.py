"""What happened to a document, and what a reader should know of its text, as names of phrases with their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from warehouse.pages.document import Recorded, Version
    from warehouse.pages.ties import Ties

_NUMBER = re.compile(r" \d+")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know of a text: the name of a phrase, "" for none, and words of the program or of a publisher.

    `document_id` is that of the document which the words name, `values` are the phrase's.
    """

    phrase: str
    words: str = ""
    document_id: str | None = None
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; the name of its phrase, the phrase's values, and the document that it is about."""

    at: datetime
    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None
    name: str | None = None
    evidence: str | None = None


def remarks(version: Version | None, ties: Ties) -> tuple[Remark, ...]:
    """What a reader should know of a text: scanned, cut off, read in part, corrected since, compared in part."""
    return tuple(_remarks(version, ties))


def _remarks(version: Version | None, ties: Ties) -> Iterator[Remark]:
    if version is not None:
        for flag in version.flags:
            name, _, rest = flag.partition(": ")
            yield Remark(f"flag_{_NUMBER.sub('', name).replace(' ', '_')}", rest)
        if version.reading in {"partial", "none"}:
            yield Remark(f"reading_{version.reading}", "; ".join(version.reasons))
        yield from (Remark("", note) for note in version.notes)
        if version.part:
            yield Remark("part_of", version.part)
    for tie in ties.relations:
        if tie.relation == "corrects" and not tie.is_first and tie.other:
            yield Remark("corrected_by", tie.other.name, tie.other.document_id)
    for cut in ties.cuts:
        yield Remark(f"cut_{cut.what}", values={"compared": cut.compared, "left_out": cut.left_out})


def story(known: Recorded, ties: Ties) -> tuple[Event, ...]:
    """All that happened to the document, oldest first."""
    events = [Event(each.first_seen, "event_seen", {"name": each.source_id}) for each in known.sightings]
    for place, version in enumerate(known.versions):
        events.append(Event(version.first_seen, "event_changed" if place else "event_text"))
    events += [
        Event(each.at, "event_reread", {"gained": each.gained, "lost": each.lost, "changed": each.changed})
        for each in known.rereadings
    ]
    for tie in ties.relations:
        document_id, name = (tie.other.document_id, tie.other.name) if tie.other else (None, tie.named_symbol)
        phrase = f"{'is' if tie.is_first else 'has'}_{tie.relation}"
        events.append(Event(tie.first_seen, phrase, {}, document_id, name, tie.evidence))
    return tuple(sorted(events, key=lambda event: event.at))
