"""The old and the right value of a corrected mandate, in words: "the Registrar (we said: the Secretary-General)"."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from alerts.escape import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alerts.frame import Frame
    from warehouse.findings.finding import Finding


def corrected(words: Frame, finding: Finding) -> Iterator[tuple[str, str]]:
    """Each corrected field (type, addressee, due) with its words. Where there is no mandate, the one field is type."""
    for field, said, right in finding.corrected:
        if field == "is_mandate":
            kind = words.types.get(finding.clause.type or "", finding.clause.type or "")
            now, was = (words.no_mandate, kind) if right == "no" else (kind, words.no_mandate)
            yield "type", words.instead.format(right=now, said=was)
        else:
            now, was = (_value(words, field, value, finding.document.language) for value in (right, said))
            yield field, words.instead.format(right=now, said=was)


def addressee(words: Frame, finding: Finding) -> str | None:
    """Who has to act, and whom a pronoun refers to."""
    if not finding.clause.addressee:
        return None
    language = finding.document.language
    named = words.foreign(one_line(finding.clause.addressee, 200), language)
    if not finding.clause.addressee_resolved or finding.clause.addressee_resolved == finding.clause.addressee:
        return named
    return words.resolved.format(
        addressee=named, resolved=words.foreign(one_line(finding.clause.addressee_resolved, 200), language)
    )


def _value(words: Frame, field: str, value: str | None, language: str | None) -> str:
    if field == "type":
        return words.types.get(value or "", value or words.no_mandate)
    if field == "due":
        return _days(words, value)
    return words.foreign(one_line(value, 200), language) if value else words.nobody


def _days(words: Frame, value: str | None) -> str:
    """Deadlines as a correction holds them, one a line; one without days is quoted."""
    return words.also.join(_day(words, each) for each in value.split("\n")) if value else words.no_deadline


def _day(words: Frame, value: str) -> str:
    """A deadline as "2027-05-01", "2027-05-01/2027-05-31", or the words of one without days."""
    try:
        days = [date.fromisoformat(day) for day in value.split("/")]
    except ValueError:
        return words.quote(one_line(value, 200))
    if len(days) == 1:
        return words.date(days[0])
    return words.span(days[0], days[-1])
