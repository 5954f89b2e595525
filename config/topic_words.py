"""Whether words are about a topic, and which of them say so.

Phrases about something else ("highly migratory fish") are taken out first; and where the title or the summary speaks of
birds or of software, what usually names the topic does not. Accents and letter case make no difference: titles in
capitals have often lost their accents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from config.term_expressions import expression, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.topics import Topic

# Forms of one word begin alike.
_STEM: Final = 5
# A match nothing can have.
_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Said:
    """What was found: the points, and the words as they are written, with their place, for people."""

    points: float
    reason: str


@dataclass(frozen=True, slots=True)
class _Expressions:
    sure: re.Pattern[str]
    """What names the topic whatever stands beside it."""
    named: re.Pattern[str]
    """The same, with what usually does."""
    perhaps: re.Pattern[str]
    unless: re.Pattern[str]
    without: re.Pattern[str]


def about(
    topic: Topic,
    *,
    title: str = "",
    subjects: Sequence[str] = (),
    summary: str = "",
    clauses: Sequence[str] = (),
    text: str = "",
) -> Said | None:
    """Why a publication is about the topic ("the title has 'migrant workers'"); None where it is not.

    `subjects` are the publisher's own headings, which count as much as a summary.
    `text` is looked at last, for mentions: what the title or a clause has said need not be searched for.
    """
    expressions, weights = _expressions(topic), topic.weights
    headings = "; ".join(subjects)
    is_other = _is_other(expressions, title, headings, summary)
    points = 0.0
    reasons: list[str] = []
    hints: dict[str, float] = {}
    for place, words, weight in (
        ("the title has", title, weights.title),
        ("its subjects have", headings, weights.summary),
        ("the summary has", summary, weights.summary),
        *(("a clause has", clause, weights.clause) for clause in clauses),
    ):
        other = is_other or _is_other(expressions, words)
        if named := _found(expressions.sure if other else expressions.named, expressions, words):
            points += weight
            reasons.append(f"{place} {named[0]!r}")
        elif not other:
            for hint in _found(expressions.perhaps, expressions, words):
                # The same word twice is no company: "displaced vertices" stay what they are.
                if (stem := folded(hint)[:_STEM]) not in hints:
                    hints[stem] = weight / 2
                    reasons.append(f"{place} {hint!r}")
        if points + _company(hints) >= topic.needs:
            return Said(points + _company(hints), ", ".join(reasons))
    points += _company(hints)
    mentions = _found(expressions.sure if is_other else expressions.named, expressions, text) if text else []
    if mentions:
        points += weights.mention * len(mentions)
        times = f" and the like {len(mentions)} times" if len(mentions) > 1 else ""
        reasons.append(f"the text has {mentions[0]!r}{times}")
    return Said(points, ", ".join(reasons)) if points >= topic.needs else None


def _company(hints: Mapping[str, float]) -> float:
    """Words that may mean something else say together what none of them says alone."""
    return sum(hints.values()) if len(hints) > 1 else 0.0


def _is_other(expressions: _Expressions, *words: str) -> bool:
    """Whether something else is spoken of, in whose company the usual words mean something else."""
    return any(expressions.unless.search(folded(each)) for each in words)


def _found(wanted: re.Pattern[str], expressions: _Expressions, words: str) -> list[str]:
    searched = expressions.without.sub(lambda other: "\0" * len(other.group()), folded(words))
    return [" ".join(words[each.start() : each.end()].split()) for each in wanted.finditer(searched)]


# By the digest: a reading process gets a copy of the topic with each document, and compiling takes a tenth of a second.
_known: dict[str, _Expressions] = {}


def _expressions(topic: Topic) -> _Expressions:
    if (known := _known.get(topic.digest)) is None:
        groups = topic.terms.values()
        known = _known[topic.digest] = _Expressions(
            sure=_any_of(term for group in groups for term in group.sure),
            named=_any_of(term for group in groups for term in (*group.sure, *group.usual)),
            perhaps=_any_of(term for group in groups for term in group.perhaps),
            unless=_any_of(term for group in groups for term in group.unless),
            without=_any_of(term for group in groups for term in group.without),
        )
    return known


def _any_of(terms: Iterable[str]) -> re.Pattern[str]:
    """One expression for all terms, the longest first, so that the reason quotes as much as there is."""
    made = [expression(term) for term in sorted(terms, key=len, reverse=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(made)})(?!\w)") if made else _NEVER
