"""The words around the findings, in the reader's language: `frames/*.yaml`, and how dates and deadlines are said."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from alerts.escape import isolated, one_line
from alerts.figures import in_figures, names_occasion, rejoined
from config.strict_yaml import load

if TYPE_CHECKING:
    from datetime import date

    from warehouse.model import Finding

frames = Path(__file__).parent / "frames"


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
    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    day: str
    month: str
    days: str
    subjects: dict[str, Number]
    subject_due: str
    subject_first_due: str
    subject_days: str
    subject_today: str
    subject_past: str
    subject_answer: str
    digest_daily: str
    digest_weekly: str
    digest_run: str
    test_subject: str
    kinds: dict[str, str]
    counts: dict[str, Number]
    types: dict[str, str]
    documents: dict[str, str]
    stages: dict[str, str]
    basis: dict[str, str]
    clause: str
    page: str
    who: str
    by_when: str
    what: str
    agenda_item: str
    corrects: str
    answers: str
    before: str
    now: str
    dated: str
    by_date: str
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
    why_operators: str
    filter_not: str
    filters: dict[str, str]
    stop: str
    stop_at: str
    stop_operators: str
    repeat: str
    delivery: str
    test: str
    more: str
    cut: str

    def date(self, day: date, precision: str | None = "day") -> str:
        """A date as exact as it is known: "16 October 2026", "October 2026", "2026"."""
        if precision == "year":
            return str(day.year)
        form = self.month if precision == "month" else self.day
        return form.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def deadline(self, finding: Finding) -> str | None:
        """The deadline in the document's words, the date it comes to, where that is from, and whether it is past."""
        if finding.due is None and finding.due_end is None:
            return None
        words = f"“{isolated(one_line(rejoined(finding.due)))}”" if finding.due else None
        dates = self._due_dates(finding)
        basis = self.basis.get(finding.due_basis or "none", finding.due_basis or "")
        said = ": ".join(part for part in (words, dates) if part)
        over = finding.due_end is not None and finding.due_end < finding.found_at.date()
        return f"{said} ({basis}) ({self.passed})" if over else f"{said} ({basis})"

    def short_deadline(self, finding: Finding) -> str | None:
        """The deadline for a subject line: "53rd Annual Session", or a date."""
        if finding.due is not None and names_occasion(finding.due):
            return in_figures(finding.due)
        if finding.due_end is not None:
            return self.date(finding.due_end)
        # "regularly" and "with the utmost urgency" tell no day; they stand in the message.
        return in_figures(finding.due) if finding.due is not None and re.search(r"\d", finding.due) else None

    def _due_dates(self, finding: Finding) -> str | None:
        if finding.due_end is None:
            return None
        if finding.due_start is None or finding.due_start == finding.due_end:
            return self.by_date.format(date=self.date(finding.due_end))
        return self.days.format(first=self.date(finding.due_start), last=self.date(finding.due_end))


@cache
def frame(language: str) -> Frame:
    """The frame of a language (en, fr, es)."""
    return load(frames / f"{language}.yaml", Frame)
