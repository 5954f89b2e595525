"""What a survey found, for people: a table, JSON, and a page in Markdown or HTML to hand on."""

from __future__ import annotations

import html
from collections import Counter
from typing import TYPE_CHECKING, Any

from alerts.escape import markdown
from alerts.figures import counted
from config.redaction import public
from scrapers.samples.verdict import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flows.survey import Surveyed

_HEADS = ("source", "result", "why", "what to do")
# What is to be done comes first.
_ORDER = {word: place for place, word in enumerate(("refused", "robots", "changed", "nothing", "unreachable", "works"))}


def summary(surveyed: Sequence[Surveyed]) -> str:
    """One line: "12 sources: 9 work, 2 refused, 1 changed"."""
    counts = Counter(each.verdict.word for each in surveyed)
    named = [f"{counts[word]} {'work' if word == 'works' else word}" for word in WORDS if counts[word]]
    return f"{counted(len(surveyed), 'source')}: {', '.join(named) or 'nothing looked at'}"


def as_json(surveyed: Sequence[Surveyed]) -> list[dict[str, Any]]:
    """The survey as plain values."""
    return [
        {
            "source": each.source.id,
            "off": each.source.off,
            "evidence": each.source.evidence,
            "url": public(each.source.url),
            "result": each.verdict.word,
            "why": each.verdict.why,
            "advice": each.verdict.advice,
            "items": each.harvest.items_seen,
            "taken": len(each.harvest.publications),
            "requests": len(each.harvest.fetches),
            "titles": [publication.title for publication in each.harvest.publications[:3]],
        }
        for each in _sorted(surveyed)
    ]


def rows(surveyed: Sequence[Surveyed]) -> list[tuple[str, ...]]:
    """The cells of the table, what is to be done first."""
    return [
        (each.source.id, each.verdict.word, " ".join(each.verdict.why.split()), " ".join(each.verdict.advice.split()))
        for each in _sorted(surveyed)
    ]


def page(surveyed: Sequence[Surveyed], at: datetime, *, as_html: bool) -> str:
    """The whole survey as a page."""
    return _html(surveyed, at) if as_html else _markdown(surveyed, at)


def _sorted(surveyed: Sequence[Surveyed]) -> list[Surveyed]:
    return sorted(surveyed, key=lambda each: (_ORDER[each.verdict.word], each.source.id))


def _markdown(surveyed: Sequence[Surveyed], at: datetime) -> str:
    lines = [f"# Survey of sources, {at:%d %B %Y, %H:%M} UTC", "", f"{summary(surveyed)}.", ""]
    lines += ["| " + " | ".join((*_HEADS, "address")) + " |", "|---" * (len(_HEADS) + 1) + "|"]
    addresses = {each.source.id: public(each.source.url) for each in surveyed}
    for row in rows(surveyed):
        lines.append("| " + " | ".join(markdown(cell).replace("|", "\\|") for cell in (*row, addresses[row[0]])) + " |")
    return "\n".join([*lines, ""])


def _html(surveyed: Sequence[Surveyed], at: datetime) -> str:
    heads = "".join(f"<th>{head}</th>" for head in (*_HEADS, "address"))
    addresses = {each.source.id: public(each.source.url) for each in surveyed}
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in (*row, addresses[row[0]])) + "</tr>\n"
        for row in rows(surveyed)
    )
    title = f"Survey of sources, {at:%d %B %Y, %H:%M} UTC"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        "<style>body{font-family:sans-serif}td,th{text-align:left;vertical-align:top;padding:.3em .8em .3em 0}</style>"
        f"</head><body>\n<h1>{title}</h1>\n<p>{html.escape(summary(surveyed))}.</p>\n"
        f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</body></html>\n"
    )
