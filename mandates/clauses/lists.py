"""Lists under a bare verb ("decides: (a) To …; (b) That …"): each item is a decision of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice, takewhile, tee
from typing import TYPE_CHECKING

from mandates.clauses.forms.subjects import read_sentence_lead
from mandates.clauses.leads import Lead, read_lead
from mandates.languages.lexicon import ASKING, pattern
from mandates.languages.words import exactly
from mandates.text.lines import BULLETS, Line, read_label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mandates.languages.lexicon import Lexicon

_bare = exactly(
    r"(?:\s+<<items_lead>>|,?\s+<<items_for>>\s[^:;.\n]{2,60})?,?[^\S\n]*:?[^\S\n]*:\s*\n"
    r"|\s*[:,]\s*(?=\(?a\)|1\.|Art)|[^\S\n]*\n\s*(?=(?:\(?a\)|1[.)]?)\s)"
)
BULLET = re.compile(rf"[{BULLETS}]\s+")
_NUMERAL = re.compile(r"[ivx]{1,5}")
_first = re.compile(r"[^\W\d_]+['’]?")
_next_word = re.compile(r"\s*[^\W\d_][\w-]*")
longest = 600
_inline = exactly(r"(?:^|(?<=[:;,.\s]))\s*(?P<label>\(?(?P<letter>[a-z])\)|(?<=[:;,.]\s)(?P<point>[a-z])\.)\s")
_DECISIONS = exactly(r"<<decisions_follow>>\s?:\s*")
LONGEST_JOINED = 8_000
LONGEST_FOLLOWING = 60
FEWEST_JOINED = 2
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def bare_verb_end(text: str, lead: Lead, lexicon: Lexicon) -> int | None:
    """Where the list begins that a bare "decides:" opens; None where the lead is none."""
    if listed := _DECISIONS.search(text, lead.start, lead.end + LONGEST_FOLLOWING):
        return listed.end()
    found = _bare.match(text, lead.end) if lead.lemma in lexicon.listing | lexicon.declaring else None
    return found.end() if found else None


def read_items(
    text: str,
    lines: Iterable[Line],
    start: int,
    lexicon: Lexicon,
    ends: Callable[[Line], bool],
    *,
    bare: Lead | None = None,
) -> list[tuple[int, str | None, Lead]]:
    """The items from `start` on.

    Where each begins, its label and its lead; none where labels repeat, as two lists are. Whole sentences may
    follow a `bare` "decides that", numbered from 1 on.
    """
    after = (line for line in islice(lines, longest) if line.start >= start)
    within, again = tee(_joined(text, start) or takewhile(lambda line: not ends(line), after))
    declares = bare is not None and bare.lemma in lexicon.declaring
    items = list(_items(text, within, lexicon)) if not declares else []
    if not items and bare:
        shown = (bare.start, bare.end)
        if declares:
            return list(_declared(text, again, lexicon, replace(bare, shown=shown)))
        said = _sentences(text, again, lexicon)
        return [(place, label, replace(lead, shown=shown) if lead.that else lead) for place, label, lead in said]
    labels = [shown for _, shown, _ in items if shown]
    return items if len(set(labels)) == len(labels) else []


def _joined(text: str, start: int) -> list[Line]:
    """The items that follow each other in one paragraph, each as a line: "a) d’approuver …; b) de charger …"."""
    if not _inline.match(text, start):
        return []
    end = text.find("\n\n", start, start + LONGEST_JOINED)
    found = list(_inline.finditer(text, start, end if end >= 0 else start + LONGEST_JOINED))
    letters = [each["letter"] or each["point"] for each in found]
    in_turn = found[: sum(1 for _ in takewhile(lambda each: each[0] == each[1], zip(letters, _ALPHABET, strict=False)))]
    if len(in_turn) < FEWEST_JOINED or in_turn[0].start() != start or "\n" in text[start : in_turn[1].start("label")]:
        return []
    places = [each.start("label") for each in in_turn]
    ends = [*places[1:], end if end >= 0 else len(text)]
    return [Line(place, stop, after_gap=False) for place, stop in zip(places, ends, strict=True)]


def _items(text: str, lines: Iterable[Line], lexicon: Lexicon) -> Iterator[tuple[int, str | None, Lead]]:
    kind: str | None = None
    last = ""
    for line in lines:
        label = read_label(text, line.start)
        letter = label.shown.strip("().") if label else ""
        if kind not in {None, "bullet"} and label and (label.kind != kind or _is_within(letter, last)):
            continue  # sub-paragraphs of an item
        if item := _item(text, line, lexicon):
            kind = kind or (label.kind if label else "bullet")
            last = letter
            yield item
        elif kind is None:
            return  # what follows the bare verb is no list


def _is_within(letter: str, last: str) -> bool:
    """Whether a letter is a small Roman numeral within the item `last` ("(i)" after "(d)", not after "(h)")."""
    counts = _NUMERAL.fullmatch(letter) is not None and last.isalpha() and _NUMERAL.fullmatch(last) is None
    return counts and not (len(letter) == len(last) == 1 and ord(letter) == ord(last) + 1)


def _sentences(text: str, lines: Iterable[Line], lexicon: Lexicon) -> Iterator[tuple[int, str | None, Lead]]:
    """Sentences numbered in turn; rows of tables between them have numbers that are not closed or not in turn."""
    expected = 1
    for line in lines:
        label = read_label(text, line.start)
        if label is None or not label.closed or label.value != expected:
            continue
        if lead := read_sentence_lead(text, label.end, lexicon):
            expected += 1
            is_asked = lead.force in ASKING
            yield line.start, label.shown, lead if is_asked else replace(lead, force="decide", that=True)


def _declared(text: str, lines: Iterable[Line], lexicon: Lexicon, bare: Lead) -> Iterator[tuple[int, str | None, Lead]]:
    """What is declared, in nouns or sentences: "1. Its concern at …", "2. That …"; whatever words they begin with.

    Another bare verb ends it ("AND RESOLVES:").
    """
    expected = 1
    for line in lines:
        label = read_label(text, line.start)
        bullet = None if label else BULLET.match(text, line.start)
        if label is None and bullet is None and line.after_gap and text[line.end - 1] == ":":
            return
        if bullet or (label and label.closed and label.value == expected):
            begin = bullet.end() if bullet else label.end if label else line.start
            word = _first.match(text, begin)
            lead = read_lead(text, begin, lexicon)
            lead = lead if lead and lead.force != "statement" else None
            expected += label is not None
            if word:
                own = replace(bare, start=word.start(), end=word.end(), force="statement", that=False)
                yield line.start, label.shown if label else None, lead or own


def _item(text: str, line: Line, lexicon: Lexicon) -> tuple[int, str | None, Lead] | None:
    label = read_label(text, line.start)
    bullet = None if label else BULLET.match(text, line.start)
    if label is None and bullet is None:
        return None
    if label and label.kind == "roman":
        return None
    start = label.end if label else bullet.end() if bullet else line.start
    lead = read_particle(text, start, lexicon) or _without_particle(text, start, lexicon)
    return (line.start, label.shown if label else None, lead) if lead else None


def read_particle(text: str, start: int, lexicon: Lexicon) -> Lead | None:
    """Of "To include", "That the …", "De prier"; None where no such word begins the item."""
    first = _first.match(text, start)
    if not first or first[0].lower().replace("’", "'") not in lexicon.items:
        return None
    return _with_particle(text, start, first.end(), first[0].lower(), lexicon)


def _without_particle(text: str, start: int, lexicon: Lexicon) -> Lead | None:
    """Of "requested the …", "Solicitar …", "Requests …"; any "Otorgar …"."""
    for tense in ("past", "infinitive", "present"):
        if lead := read_lead(text, start, lexicon, tense):
            return lead
    found = pattern(lexicon.language, "any_infinitive").match(text, start)
    return Lead(*found.span(), found[0].lower(), "decide", that=False, renews=False) if found else None


def _with_particle(text: str, start: int, after: int, particle: str, lexicon: Lexicon) -> Lead:
    """Of "To include", "That the …", "De prier"."""
    verb = read_lead(text, after, lexicon, "infinitive")
    if verb and verb.start - after < 3:  # noqa: PLR2004 - a space
        # "Decides: to review …": only verbs that state in any lead are statements here; the others are what is decided.
        states = verb.force == "statement" and verb.lemma not in lexicon.following
        return Lead(start, verb.end, verb.lemma, "decide" if states else verb.force, verb.that, verb.renews)
    word = None if particle in lexicon.that else _next_word.match(text, after)
    end = word.end() if word else after
    return Lead(start, end, text[after:end].strip().lower(), "decide", that=word is None, renews=False)
