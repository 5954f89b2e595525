"""The words around the findings, in the reader's language: `frames/*.yaml`, and how dates and deadlines are said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from alerts.escape import isolated, one_line
from alerts.figures import in_figures, names_occasion, rejoined, says_only
from config.labels import labels
from config.strict_yaml import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    Day = date  # which a method of the frame has the name of

    from warehouse.findings.finding import Deadline, Finding

frames = Path(__file__).parent / "frames"
# "By when" would be wrong of these.
NO_LAST_DAY = frozenset({"from", "not before", "on", "each", "until"})


class Number(BaseModel):
    """One thing or many."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    one: str
    many: str

    def of(self, count: int, **words: str) -> str:
        """The phrase for so many."""
        return (self.one if count == 1 else self.many).format(count=count, **words)


class Frame(BaseModel):
    """All words of one language. A missing or an unknown one is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    language: Literal["en", "fr", "es"]
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    first_day: str
    day: str
    day_of_month: str
    month: str
    days: str
    quoted: str
    colon: str
    also: str
    untitled: str
    subjects: dict[str, Number]
    asked: dict[str, str]
    subject_due: str
    subject_first_due: str
    subject_at: str
    subject_symbol: str
    subject_when: str
    when_days: Number
    when_today: str
    when_past: str
    when_overdue: str
    subject_answer: str
    digest_daily: str
    digest_weekly: str
    digest_run: str
    test_subject: str
    kinds: dict[str, str]
    counts: dict[str, Number]
    in_language: str
    in_the_text: str
    clause: str
    page: str
    who: str
    by_when: str
    what: str
    when_due: str
    source: str
    what_and_type: str
    please_check: str
    instead: str
    no_mandate: str
    no_deadline: str
    nobody: str
    resolved: str
    senses: dict[str, str]
    agenda_item: str
    answered_by: str
    responsible: str
    corrects: str
    answers: str
    answers_in_part: str
    adopts: str
    renews: str
    drops: str
    not_watched: str
    asked_since: str
    since_in: str
    reminded: str
    answers_so_far: str
    in_part: str
    answered_after: str
    days_after: Number
    days_late: Number
    days_early: Number
    on_time: str
    coverage: str
    covered: str
    covered_missing: Number
    covered_since: str
    covered_holes: Number
    covered_failed: Number
    covered_unwatched: str
    covered_never: str
    more_series: Number
    lists: str
    listed: str
    unreadable: str
    tries: Number
    correction: str
    passed: str
    document: str
    in_register: str
    by_body: str
    no_body: str
    unchecked: str
    unchecked_since: str
    unchecked_never: str
    why: str
    why_all: str
    why_gone: str
    why_operators: str
    filter_not: str
    filters: dict[str, str]
    stop: str
    stop_by_mail: str
    stop_on_web: str
    stop_operators: str
    repeat: str
    delivery: str
    key: str
    ways: str
    digest_ways: str
    test: str
    more: Number
    more_deliveries: Number
    more_documents: Number
    cut: str

    @property
    def types(self) -> Mapping[str, str]:
        """What each type of mandate is called."""
        return labels("type", self.language)

    @property
    def documents(self) -> Mapping[str, str]:
        """What each kind of document is called."""
        return labels("kind", self.language)

    @property
    def stages(self) -> Mapping[str, str]:
        """What each stage of a document is called."""
        return labels("stage", self.language)

    def _parts(self, day: date) -> dict[str, str]:
        number = self.first_day if day.day == 1 else str(day.day)
        return {"day": number, "month": self.months[day.month - 1], "year": str(day.year)}

    def date(self, day: date, precision: str | None = "day") -> str:
        """A date as exact as it is known: "16 October 2026", "October 2026", "2026"."""
        if precision == "year":
            return str(day.year)
        return (self.month if precision == "month" else self.day).format(**self._parts(day))

    def quote(self, words: str) -> str:
        """Someone else's words, in this language's quotation marks."""
        return self.quoted.format(words=words)

    def when(self, finding: Finding) -> str:
        """How far away a deadline is: "due in 14 days". Only what is known not to have been answered is overdue."""
        days = finding.days_left or 0
        if days > 0:
            return self.when_days.of(days)
        if days < 0 and finding.due is not None and finding.due.last is not None:
            is_overdue = finding.kind == "mandate_overdue" and finding.is_watched
            return (self.when_overdue if is_overdue else self.when_past).format(date=self.date(finding.due.last))
        return self.when_today

    def deadline(self, due: Deadline, found_at: datetime, language: str | None = None) -> str | None:
        """The deadline in the document's words, the date it comes to, where that is from, and whether it is past.

        Words of another `language` than the frame's come second where the days are known. Words that say no more than
        the date are left out.
        """
        words, dates = self._words(due, language), self._dates(due)
        tongue = self._name_of(language)
        about = []
        if words and not dates and (known := self.language_of(language)):
            about.append(known)
        # Of "regularly" no date will ever be known.
        if dates or names_occasion(due.words or ""):
            about.append(labels("basis", self.language).get(due.basis, due.basis))
        if words and tongue and dates:
            about.append(self.in_the_text.format(words=words, language=tongue))
            words = None
        if is_past(due, found_at):
            about.append(self.passed)
        said = self.colon.join(part for part in (words, dates) if part)
        return f"{said} ({self.also.join(about)})" if about and said else said or None

    def _words(self, due: Deadline, language: str | None) -> str | None:
        if not due.words:
            return None
        day = due.last if due.first in {None, due.last} else None
        if day is not None and says_only(due.words, day, frame(language or self.language).months):
            return None
        return self.quote(isolated(one_line(rejoined(due.words))))

    def is_foreign(self, language: str | None) -> bool:
        """Whether words of that language are not the frame's."""
        return language is not None and language != self.language

    def foreign(self, words: str, language: str | None) -> str:
        """Words of a document on one line: quoted where they are not in the frame's language."""
        said = isolated(one_line(words))
        return self.quote(said) if self.is_foreign(language) else said

    def language_of(self, language: str | None) -> str | None:
        """Such as "in French" of another language than the frame's; None of its own, and of one without a name here."""
        name = self._name_of(language)
        return self.in_language.format(language=name) if name else None

    def _name_of(self, language: str | None) -> str | None:
        return labels("language", self.language).get(language or "") if self.is_foreign(language) else None

    def short_deadline(self, due: Deadline, language: str | None) -> str | None:
        """The deadline for a subject line: "53rd Annual Session", or a day where the words are of another language."""
        occasion = names_occasion(due.words or "")
        if due.last is not None and (not occasion or self.is_foreign(language)):
            if occasion and due.first not in {None, due.last}:
                return self._dates(due)
            is_one_day = due.sense == "on" and due.first in {None, due.last}
            return self.date(due.last) if self.is_last_day(due) or occasion or is_one_day else self._dates(due)
        # "regularly" and "with the utmost urgency" name no day; they are in the message.
        if due.words is None or not (occasion or re.search(r"\d", due.words)):
            return None
        words = self.foreign(one_line(in_figures(due.words, language), 80), language)
        return f"{words} ({known})" if (known := self.language_of(language)) else words

    def is_last_day(self, due: Deadline) -> bool:
        """Whether something has to be done by then, and neither from then on nor on that very day."""
        return due.sense not in NO_LAST_DAY

    def _dates(self, due: Deadline) -> str | None:
        if due.last is None:
            return None
        if due.first is None or due.first == due.last:
            return self.senses.get(due.sense or "by", self.senses["by"]).format(date=self.date(due.last))
        return self.span(due.first, due.last)

    def span(self, first: Day, last: Day) -> str:
        """Such as "6 to 10 September 2027": what both days share is said once."""
        if first.year != last.year:
            begin = self.date(first)
        elif first.month != last.month:
            begin = self.day_of_month.format(**self._parts(first))
        else:
            begin = self._parts(first)["day"]
        return self.days.format(first=begin, last=self.date(last))


def is_past(due: Deadline, found_at: datetime) -> bool:
    """Whether the deadline was over when this was found; on the last day there is still time."""
    return due.last is not None and due.last < found_at.date()


@cache
def frame(language: str) -> Frame:
    """The frame of a language (en, fr, es); of any other language it is the English one."""
    if not (frames / f"{language}.yaml").exists():
        language = "en"
    return load(frames / f"{language}.yaml", Frame)
