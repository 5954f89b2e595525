"""What is known so far of a task, for every message about it: since when it has been asked, reminders, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.escape import isolated, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.frame import Frame
    from warehouse.findings.finding import Answer, SoFar

# A report that has been asked for each year since 1999 has many answers; the latest say whether it is kept up.
MOST_ANSWERS = 3


def so_far(words: Frame, known: SoFar | None, *, in_digest: bool) -> Iterator[tuple[str, str]]:
    """Label and value of what is known; a digest, which has many mandates, leaves out the days of reminders."""
    if known is None:
        return
    if known.answered_after is not None or known.late is not None:
        yield words.answered_after, _reaction(words, known)
    if known.times > 1:
        yield words.asked_since, words.since_in.format(first=_first(words, known), count=known.times)
    if known.answers:
        said = [_answer(words, each) for each in known.answers[-MOST_ANSWERS:]]
        yield words.answers_so_far, ", ".join(["…", *said] if len(known.answers) > MOST_ANSWERS else said)
    if known.reminded and not in_digest:
        yield words.reminded, ", ".join(map(words.date, known.reminded))


def _reaction(words: Frame, known: SoFar) -> str:
    """Such as "227 days (12 days after the deadline)"; of a later report of a series only what the brackets hold."""
    parts = [words.days_after.of(known.answered_after)] if known.answered_after is not None else []
    if known.late is not None:
        way = words.days_late if known.late > 0 else words.days_early
        parts.append(way.of(abs(known.late)) if known.late else words.on_time)
    return f"{parts[0]} ({parts[1]})" if len(parts) > 1 else parts[0]


def _first(words: Frame, known: SoFar) -> str:
    """Such as "18 December 2009 (A/RES/64/166)", or the one of the two that is known."""
    document = isolated(one_line(known.asked_in or "", 80)) if known.asked_in else ""
    day = words.date(known.asked_since) if known.asked_since else ""
    return f"{day} ({document})" if day and document else day or document


def _answer(words: Frame, answer: Answer) -> str:
    about = [words.date(answer.on)] if answer.on else []
    about += [words.in_part] if answer.in_part else []
    document = isolated(one_line(answer.document, 80))
    return f"{document} ({', '.join(about)})" if about else document
