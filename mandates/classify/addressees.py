"""Who is asked: the words for the addressee as written, how it stands to the speaking body, and its short name.

An organ, an official or a secretariat of the body's own system can be given a task; States and everyone else can only
be appealed to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly, expression

if TYPE_CHECKING:
    from mandates.languages.lexicon import Lexicon

Standing = Literal["organ", "system", "states", "unknown"]
longest = 500
_aside = re.compile(r"\s*,\s*(?=[^\s])")
_comma = exactly(r",\s+(?:<<and_but>>\s+)?")
_several = expression(r"<<pronoun_several>>")
_initial = re.compile(r"(?:^|[\s.])[A-Z]$")
_named = exactly(r"<<named_after>>(?:[\w-]+\s+)?[A-ZÀ-Ý\d]|[A-Z]{3,}|(?:[A-Z]\.\s?){1,3}[A-ZÀ-Ý]")
# "the Subsidiary Body on Scientific, Technical and Technological Advice": within a name commas separate
# adjectives and, after "of" or "on", nouns.
_adjective = exactly(r"\b[A-Z][a-z]+<<adjective>>$")
_more_adjectives = exactly(r"\s+(?:[A-Z][\w-]+,\s+)*[A-Z][\w-]+\s+<<and_only>>\s+[A-Z]")
_trailing = exactly(r"(?:[\s,;:.]+|\s<<trailing>>)+$")
_small = exactly(r"\b<<small>>\b")
# An article in capitals and the words in capitals after it; a name of capitals alone ("UNHCR") stays.
_in_capitals = exactly(
    r"\s*<<the_capitals>>"
    r"(?:[ \n]?[«“\"]?[A-ZÀ-Ý][A-ZÀ-Ý’'-]*[»”\"]?(?=[\s,;:.]))+"
)
_ends_in_and = exactly(r"\b<<and>>$")
_start = re.compile(r"\s*(?::\s*(?:\(\w{1,3}\)\s*)?|,\s*)?")


@dataclass(frozen=True, slots=True)
class Addressee:
    """The words `start`:`end` of the view. `after` is where the rest of the phrase goes on."""

    start: int
    end: int
    after: int
    standing: Standing
    joint: bool
    """Whether others are named beside it ("the Office, the African Union and all States")."""


def read_addressee(text: str, start: int, end: int, lexicon: Lexicon) -> Addressee | None:
    """The addressee of a verb that ends at `start`; None where none is named before `end`."""
    reach = _lowered(text[start : min(end, start + 2 * longest)])
    found = _read(reach, lexicon)
    if found is None:
        return None
    return Addressee(start + found.start, start + found.end, start + found.after, found.standing, found.joint)


def _lowered(words: str) -> str:
    """Words in capitals throughout ("THE MEMBER STATES TO:") as they would stand in a sentence; others as they are."""
    found = _in_capitals.match(words)
    if not found:
        return words
    named = _small.sub(lambda small: small[0].lower(), found[0].title())
    return named + words[found.end() :]


def _read(text: str, lexicon: Lexicon) -> Addressee | None:
    language = lexicon.language
    end = len(text)
    place = _past_asides(text, 0, end, lexicon)
    if place is None:
        return None
    to_noun = pattern(language, "to_noun")
    limit = min(end, place + longest)
    stop = limit
    for found in _stop(language).finditer(text, place, limit):
        words = text[place : found.start()]
        if not words.strip() or to_noun.search(words + " ") or _joins_more(text, found, words, language):
            continue
        stop = found.start()
        break
    stop = place + len(_trailing.sub("", text[place:stop]))
    if stop <= place:
        return None
    # The whole list of those addressed, to tell whether others stand beside the first.
    whole_end = _list_end(text, stop, limit, language)
    whole = text[place:whole_end]
    standing = _standing(text[place:stop], language)
    joint = standing != "unknown" and _others_beside(text[place:stop], whole, language)
    if standing in {"unknown", "states"} and whole_end > stop:
        # "the relevant organizations, bodies and programmes of the United Nations system" are named only at the end.
        by_all = _standing(whole, language)
        standing = by_all if standing == "unknown" or by_all == "system" else standing
    return Addressee(place, stop, whole_end, standing, joint)


@cache
def _stop(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\s+|(?=[,;:.]))(?:{pattern(language, 'addressee_end').pattern})")


def _past_asides(text: str, start: int, end: int, lexicon: Lexicon) -> int | None:
    """Skip what stands between commas after the verb ("Decides, in accordance with …, to").

    The place of the first word after.
    """
    place = _start.match(text, start).end()  # type: ignore[union-attr]
    aside = "," in text[start:place]
    for _ in range(4):
        if not aside:
            break
        comma = text.find(",", place, min(end, place + longest))
        if comma < 0:
            return None
        place = _aside.match(text, comma).end() if _aside.match(text, comma) else comma + 1  # type: ignore[union-attr]
        aside = pattern(lexicon.language, "aside").match(text, place, place + 20) is not None
    if made := pattern(lexicon.language, "relative").match(text, place, end):
        place = made.end()
    if leading := pattern(lexicon.language, "leading").match(text, place, end):
        place = leading.end()
    return place if place < end else None


def past_aside(text: str, start: int, end: int, language: str, before: str = "subject_begins") -> int:
    """Skip what stands between commas ahead of what the pattern `before` begins: "that, by 1 March, the Secretariat …".

    The place after it; `start` where nothing is to be skipped.
    """
    found = _aside_before(language, before).match(text, start, min(end, start + longest))
    return found.end() if found else start


@cache
def _aside_before(language: str, name: str) -> re.Pattern[str]:
    aside, after = (pattern(language, each).pattern for each in ("aside", name))
    return re.compile(rf"\s*(?:,\s|(?:{aside}))[^;:]{{1,400}}?,\s+(?={after})")


def _joins_more(text: str, stop: re.Match[str], words: str, language: str) -> bool:
    """Whether the stop is inside the name: "to the President" after "and"; "No."."""
    if stop[0].strip() == ",":
        if _adjective.search(words) and _more_adjectives.match(text, stop.end()):
            return True
        more = pattern(language, "name_goes_on").match(text, stop.end())
        others = more and any(pattern(language, name).search(more[0]) for name in ("states", "system", "organs"))
        return more is not None and not others and pattern(language, "name_of").search(words) is not None
    return _ends_in_and.search(words) is not None or (
        stop[0].strip() == "."
        and (_initial.search(words) is not None or re.match(r"\.\S", text[stop.end() - 1 :]) is not None)
    )


def _list_end(text: str, stop: int, limit: int, language: str) -> int:
    """Where the list that begins with the addressee ends: at the infinitive or stop that is no comma."""
    for found in _stop(language).finditer(text, stop, limit):
        if found[0].strip() != ",":
            return found.start()
    return stop


@lru_cache(maxsize=1024)
def _standing(words: str, language: str) -> Standing:
    places: list[tuple[int, int, Standing]] = []
    for order, name in enumerate(("system", "organ", "states")):
        key = {"organ": "organs"}.get(name, name)
        found = pattern(language, key).search(words)
        if found and not (name != "states" and pattern(language, "governing").search(words, 0, found.start())):
            places.append((found.start(), order, name))  # type: ignore[arg-type]
    return min(places)[2] if places else "unknown"


def _others_beside(first: str, whole: str, language: str) -> bool:
    """Whether others are addressed with the first: after a comma, or right after a conjunction."""
    if any(pattern(language, name).search(whole, len(first)) for name in ("states", "system", "organs")):
        return True
    for beside in pattern(language, "beside").finditer(first):
        if any(pattern(language, name).match(first, beside.end()) for name in ("states", "system")):
            return True
    return False


def read_subject(text: str, start: int, end: int, lexicon: Lexicon) -> Addressee | None:
    """The subject of a sentence that begins at `start` and whose verb is at `end`: past "By 30 June 2029," and the like."""  # noqa: E501 - a sentence
    read = [read_addressee(text, place, end, lexicon) for place in _subjects(text, start, end, lexicon.language)]
    named = [subject for subject in read if subject]
    return next((each for each in named if each.standing != "unknown"), named[0] if named else None)


def introduction_end(text: str, start: int, end: int, lexicon: Lexicon) -> int:
    """Where the subject begins of a sentence whose verb is at `end`; `start` where no words stand before it."""
    return _subjects(text, start, end, lexicon.language)[0]


def _subjects(text: str, start: int, end: int, language: str) -> list[int]:
    """Where the subject may begin: at `start`, or after a comma where a sentence begins with other words."""
    begins = pattern(language, "subject_begins")
    if begins.match(text, start, end):
        return [start]
    commas = (comma.end() for comma in _comma.finditer(text, start, end))
    return [place for place in commas if begins.match(text, place, end)] or [start]


def is_named(words: str) -> bool:
    """Whether the words name one office ("the Xyz", "ABCD"), so that an organ unknown to the lists may be one.

    A bare name is a country.
    """
    return _named.match(words) is not None


def meant_by(text: str, start: int, end: int, lexicon: Lexicon) -> Addressee | None:
    """The organ or official named last between `start` and `end`: the antecedent of a pronoun at `end`.

    Where no list has any of those named there, the last of them.
    """
    found: Addressee | None = None
    unlisted: Addressee | None = None
    begin = max(start, end - 4 * longest)
    for article in pattern(lexicon.language, "named_begins").finditer(text, begin, end):
        if found and article.start() < found.end:
            continue
        named = read_addressee(text, article.start(), end, lexicon)
        if named is None or named.standing not in {"organ", "unknown"}:
            continue
        if thanked := pattern(lexicon.language, "thanked").search(text, named.start, named.end):
            named = replace(named, end=thanked.start())
        if named.standing == "unknown":
            unlisted = named
            continue
        words = text[named.start : named.end]
        official = pattern(lexicon.language, "offices_alone").search(words)
        about = pattern(lexicon.language, "about").search(words, official.end()) if official else None
        found = replace(named, end=named.start + about.start()) if about else named
    return found or unlisted


def is_plural(pronoun: str) -> bool:
    """Whether the pronoun stands for several."""
    return _several.fullmatch(pronoun) is not None
