"""Whether one resolution renews another, adopts a draft, or only looks like it: judged by both acts alone.

Nothing here depends on what else is recorded, so documents may arrive in any order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from config.notes import Note, note
from warehouse.links.matter import matter, near_keys, sampled, unpacked

if TYPE_CHECKING:
    from datetime import date

# The share of the runs of five words of the shorter text that the longer one has, too: what a renewal carries over at
# least, by what else speaks for it. Of the judged pairs, those with the same words in one title and more in the other
# have .33 or more, and .24 or less where they are no renewals; those whose titles differ .39 against .32. Of untitled
# ones that recall the other, those with .19 or more are renewals, but for one.
CARRIED_WITHIN, CARRIED_OTHER, CARRIED_UNTITLED = 0.29, 0.36, 0.18
# Of two texts whose titles are nearly the same, or the same before the colon.
CARRIED_NEARLY = 0.1
# Texts on conferences share a third of their wording, whatever the conference: half of the titles, or a citation.
_HALF = 0.5
_NEVER = 2.0
# Words of both titles in common, where one has all words of the other.
NEARLY_SAME = 0.8
_FEWEST = 4
# Of drafts nearly everything is adopted. So much is renewed after a year, too, and another organ may say much the same:
# a draft without a day, and a text that was recommended, need more.
ADOPTED_AS_DRAFTED = 0.85
SAME_WORDS = 0.95
WEEKS = 60
# What another organ recommends is adopted within days, or by the next session.
LONGEST_WAIT = 500
_SEVERAL = 2
SAME_TITLE, STRONG, WEAK = 0.9, 0.85, 0.8
_RANKS = {"preliminary_draft": 1, "draft": 2, "adopted": 3, "official_record": 3}
ADOPTED = 3


@dataclass(frozen=True, eq=False)
class Act:
    """A resolution, decision or draft by what it is compared by; columns of the table `acts`."""

    document_id: str
    symbol: str | None
    symbol_key: int | None
    organ: str
    language: str | None
    stage: str
    session: int | None
    day: date | None
    title: str
    matter_key: int | None
    subject: str | None
    recalls: frozenset[int]
    runs: bytes
    renews: str | None

    @property
    def rank(self) -> int:
        """How far it has come: 1 preliminary draft, 2 draft, 3 adopted."""
        return _RANKS[self.stage]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its title that say what it is about."""
        return frozenset(matter(self.title))

    @property
    def is_titled(self) -> bool:
        """Whether its title says what it is about."""
        return bool(self.words)

    @cached_property
    def main_title(self) -> tuple[str, ...]:
        """What its title says before a colon; nothing where that is short."""
        main, _, more = self.title.partition(":")
        words = matter(main) if more else ()
        return words if len(words) >= _FEWEST else ()

    @cached_property
    def near_keys(self) -> frozenset[int]:
        """Of which titles that are partly the same have one in common."""
        return frozenset(near_keys(self.title, self.subject))

    @cached_property
    def hashes(self) -> frozenset[int]:
        """Of the runs of words that its text is compared by."""
        return unpacked(self.runs)

    @cached_property
    def sample(self) -> frozenset[int]:
        """Those hashes that are kept of a long text."""
        return sampled(self.hashes)

    @cached_property
    def place(self) -> tuple[int, int, tuple[int, ...], str]:
        """Where it comes among the acts of its organ, as far as its session, day and number say."""
        numbers = tuple(map(int, re.findall(r"\d+", self.symbol or "")))
        return self.session or 0, self.day.toordinal() if self.day else 0, numbers, self.document_id


@dataclass(frozen=True, slots=True)
class Judged:
    """That a link holds: how sure it is, from 0 to 1, and why, in words; `share` of the wording that both have."""

    score: float
    evidence: Note
    share: float = 1.0


def renewal(later: Act, earlier: Act) -> Judged | None:
    """Whether an adopted act is the next of the series to which an earlier one belongs; None where it is not.

    Companion texts of one session, texts of other organs and drafts are never renewals. The title decides where both
    have the same; where they differ, the wording must have been carried over.
    """
    if not (later.rank == earlier.rank == ADOPTED and _may_follow(later, earlier) and comes_after(later, earlier)):
        return None
    cites = earlier.symbol_key is not None and earlier.symbol_key in later.recalls
    because = partial(note, "renews_cited" if cites else "renews", order=_when(earlier, later))
    if later.words and later.words == earlier.words:
        return Judged(SAME_TITLE, because(basis=note("same_title")))
    share = carried(later, earlier)
    if share >= _needed(later, earlier, cites=cites):
        return Judged(STRONG, because(basis=note("carried", share=_percent(share))), share)
    weak = _weakly(later, earlier, share)
    return Judged(WEAK, because(basis=weak), share) if weak else None


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _weakly(later: Act, earlier: Act, share: float) -> Note | None:
    """What speaks for a renewal where little of the wording was carried over; None where nothing does."""
    if share >= CARRIED_NEARLY and _nearly_same(later.words, earlier.words):
        return note("title_within")
    if share >= CARRIED_NEARLY and later.main_title and later.main_title == earlier.main_title:
        return note("main_title", share=_percent(share))
    if later.subject is not None and later.subject == earlier.subject and not (later.words or earlier.words):
        return note("same_subject", subject=later.subject)
    return None


def _needed(later: Act, earlier: Act, *, cites: bool) -> float:
    """How much of the wording a renewal has to carry over; more than all where nothing else speaks for it."""
    if not (later.words or earlier.words):
        return CARRIED_UNTITLED if cites else CARRIED_OTHER
    if later.words and earlier.words and (later.words <= earlier.words or earlier.words <= later.words):
        return CARRIED_WITHIN
    return CARRIED_OTHER if cites or _alike(later.words, earlier.words) >= _HALF else _NEVER


def draft(adopted: Act, other: Act) -> Judged | None:
    """Whether `other` is a draft of an adopted act or of a later draft of it.

    A draft has the same session, organ and title, or nearly all of the words within weeks. An act that another organ
    recommended for adoption is a draft, too, where it was adopted word for word.
    """
    if not _same_language(adopted, other):
        return None
    same_title = bool(adopted.words) and adopted.words == other.words
    apart = (adopted.day - other.day).days if adopted.day and other.day else None
    if adopted.organ == other.organ and other.rank < adopted.rank:
        if same_title and adopted.session is not None and adopted.session == other.session:
            return Judged(0.9, note("same_session", number=adopted.session))
        sessions = {adopted.session, other.session} - {None}
        if len(sessions) < _SEVERAL and (apart is None or abs(apart) <= WEEKS):
            share, needed = carried(adopted, other), ADOPTED_AS_DRAFTED if apart is not None else SAME_WORDS
            return Judged(0.85, note("drafted", share=_percent(share))) if share >= needed else None
    recommended = same_title and adopted.organ != other.organ and adopted.rank == other.rank == ADOPTED
    if recommended and apart is not None and 0 < apart <= LONGEST_WAIT:
        share = carried(adopted, other)
        if share >= SAME_WORDS:
            return Judged(0.85, note("recommended", share=_percent(share)))
    return None


def carried(one: Act, other: Act) -> float:
    """The share of the runs of five words of the shorter text that the longer one has, too."""
    first, second = one.hashes, other.hashes
    if len(first) != len(second) and (one.sample == first or other.sample == second):
        first, second = one.sample, other.sample
    least = min(len(first), len(second))
    return len(first & second) / least if least else 0.0


def _may_follow(later: Act, earlier: Act) -> bool:
    return later.document_id != earlier.document_id and later.organ == earlier.organ and _same_language(later, earlier)


def _same_language(one: Act, other: Act) -> bool:
    return one.language == other.language or None in (one.language, other.language)


def comes_after(later: Act, earlier: Act) -> bool:
    """Whether one act comes after another, by their sessions, else by their days."""
    if later.session is not None and earlier.session is not None:
        return later.session > earlier.session
    if later.day is not None and earlier.day is not None:
        return later.day > earlier.day
    return False


def _nearly_same(one: frozenset[str], other: frozenset[str]) -> bool:
    is_within = len(one & other) == min(len(one), len(other)) >= _FEWEST
    return is_within and _alike(one, other) >= NEARLY_SAME


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of words that two titles have in common."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _when(earlier: Act, later: Act) -> Note:
    if later.session is not None and earlier.session is not None:
        return note("sessions", earlier=earlier.session, later=later.session)
    return note("days", day=earlier.day, last=later.day)
