"""Texts in which each sentence names who speaks: statements, communiqués, conclusions, and minutes of what was decided.

"The Security Council requests …", "7.4 Summit directed the Secretariat to …", "Les membres du Conseil ont condamné …".
A text that only recalls decisions (an annotated agenda, a report of an official) is not of this form, however much it
narrates.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.clauses.forms.about import words_of_head
from mandates.clauses.forms.form import Form
from mandates.clauses.forms.narrated import is_dated, read_sentence
from mandates.clauses.forms.sentences import sentences_of
from mandates.clauses.forms.speakers import Spoken, begins_with_pronoun, read_spoken, verb_at
from mandates.clauses.leads import read_lead
from mandates.clauses.lists import BULLET, bare_verb_end, read_items
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.forms.about import About
    from mandates.clauses.forms.sentences import Sentence
    from mandates.clauses.leads import Lead
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

# "Decisions:", above a list of them.
_LIST_HEADING = exactly(r"(?:<<list_heading>>)\s?:?\s*")
# "ALDPORT, 5 May 2027 – The Board condemns", "(Aldport, 5 May 2027) The Board condemns".
_DATELINE = re.compile(r"\(?[A-ZÀ-Ý][^;\n]{2,60}?\d(?:\)|\s?[–—:-]{1,2})\s+(?=[A-ZÀ-Ý])")
FEWEST_NUMBERED = 3
FEWEST_SENTENCES = 2
FEWEST_TOLD = 3
LONGEST_STEP = 2
# A text without a head is a statement where so many of its sentences name who speaks; one in the past may be news.
SHARE = 0.6
SHARE_TOLD = 0.8


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence with what it says; None where its subject does not speak."""

    sentence: Sentence
    spoken: Spoken | None

    @property
    def name(self) -> frozenset[str]:
        return self.spoken.name if self.spoken else frozenset()

    @property
    def told(self) -> bool:
        return self.spoken is not None and self.spoken.lead.tense == "past"


def read_statement(text: str, lines: Sequence[Line], lexicon: Lexicon, about: About) -> Form:
    """What a statement says, or what minutes say was decided; nothing where the text is neither."""
    return _Reading(text, lines, lexicon, about).read()


class _Reading:
    """One reading of one text."""

    def __init__(self, text: str, lines: Sequence[Line], lexicon: Lexicon, about: About) -> None:
        self.text = text
        self.lines = lines
        self.lexicon = lexicon
        # What is given to the press is a statement where a body makes it, and news where it is about one.
        self.about = "statement" if about == "press" else about
        self.is_press = about == "press"
        self.head = words_of_head(text, lines)
        self.said = [self._read(each) for each in sentences_of(text, lines, lexicon)]
        self.main = self._main(self.said)
        self.bare = self._bare()

    def read(self) -> Form:
        numbered = [each for each in self.said if self._speaks_in_turn(each)]
        tells = self.about == "minutes" and any(each.told for each in numbered)
        if not tells and not self.is_press and self._is_in_turn(numbered):
            return self._numbered(numbered)
        spoken = list(self._spoken())
        return self._form(spoken) if self._is_enough(spoken) else Form("none")

    def _read(self, sentence: Sentence) -> _Said:
        dateline = _DATELINE.match(self.text, sentence.begin) if self.about == "statement" else None
        begin = dateline.end() if dateline else sentence.begin
        spoken = read_spoken(self.text, begin, sentence.end, self.lexicon)
        return _Said(sentence, spoken if spoken and spoken.name else self._read_nameless(sentence) or spoken)

    def _read_nameless(self, sentence: Sentence) -> Spoken | None:
        """What a paragraph of a communiqué says whose title alone names who speaks: "3. Acordaron crear un fondo"."""
        # Without a number or bullet the verb itself has to show that it needs no subject.
        is_item = sentence.begin > sentence.start or pattern(self.lexicon.language, "drops_pronoun").match(self.text)
        if self.about != "statement" or not (self.head and sentence.begins_paragraph and is_item):
            return None
        lead = read_lead(self.text, sentence.begin, self.lexicon, "past")
        return Spoken(lead, "gathering", self.head) if lead and lead.lemma in self.lexicon.following else None

    def _bare(self) -> dict[int, Lead]:
        """The verbs of items without a subject in minutes ("2. Requested the Office to …"), by place; two at least."""
        if self.about != "minutes":
            return {}
        items = [each.sentence for each in self.said if self._is_item(each.sentence)]
        leads = {item.start: read_lead(self.text, item.begin, self.lexicon, "past") for item in items}
        bare = {place: lead for place, lead in leads.items() if lead and lead.lemma in self.lexicon.following}
        return bare if len(bare) >= FEWEST_SENTENCES else {}

    def _is_item(self, sentence: Sentence) -> bool:
        """Whether a number, a bullet or a label comes first; "Item 2: Approved budget" without a stop is a heading."""
        is_heading = self.text[sentence.start].isupper() and not sentence.is_closed(self.text)
        return sentence.begin > sentence.start and not is_heading

    def _main(self, said: Sequence[_Said]) -> frozenset[str]:
        """The name of the organ whose text it is: that of most sentences, in minutes one that the head names."""
        names = Counter(each.name for each in said if each.name)
        if self.about == "minutes":
            names = Counter({name: count for name, count in names.items() if name & self.head}) or names
        return max(names, key=lambda name: self._count(names, name), default=frozenset())

    def _is_speaker(self, name: frozenset[str]) -> bool:
        """Whether an organ of that name speaks in this text; of a joint statement several do, which its head names."""
        return _is_same(name, self.main) or (self.about == "statement" and name <= self.head)

    @staticmethod
    def _count(names: Counter[frozenset[str]], name: frozenset[str]) -> int:
        return sum(count for other, count in names.items() if _is_same(other, name))

    def _speaks_in_turn(self, said: _Said) -> bool:
        """Whether a numbered paragraph says something; elsewhere than in a communiqué, what organs did is a report."""
        if said.spoken is None or said.sentence.number is None or said.spoken.subject in {"impersonal", "asked"}:
            return False
        return self.about == "statement" or said.spoken.subject != "organ" or not said.told

    def _is_in_turn(self, numbered: Sequence[_Said]) -> bool:
        """Whether the numbers rise, by one or two mostly, from 1 on or at least three of them, and mostly one speaks."""  # noqa: E501 - a sentence
        numbers = [float(each.sentence.number or 0) for each in numbered]
        steps = sum(0 <= after - before <= LONGEST_STEP for before, after in pairwise(numbers))
        names = Counter(each.name for each in numbered if each.name)
        of_one = self._count(names, self._main(numbered)) * 2 > names.total()
        return of_one and (len(numbers) >= FEWEST_NUMBERED or numbers[:1] == [1.0]) and 0 < len(numbers) <= 2 * steps

    def _numbered(self, numbered: Sequence[_Said]) -> Form:
        """Each numbered paragraph is a clause; what its further sentences say belongs to it."""
        first = {each.sentence.start for each in numbered}
        starts: list[Start] = []
        stops: list[int] = []
        for each in self.said:
            sentence = each.sentence
            if sentence.start in first and each.spoken:
                starts.append(Start(sentence.start, sentence.number, each.spoken.lead, sentence=sentence.start))
            elif sentence.begins_paragraph:
                stops.append(sentence.start)
            elif starts and each.spoken and (not stops or stops[-1] < starts[-1].place):
                starts[-1] = replace(starts[-1], more=(*starts[-1].more, each.spoken.lead))
        return Form("statement", tuple(starts), tuple(stop for stop in stops if stop > starts[0].place))

    def _spoken(self) -> Iterator[tuple[Sentence, Lead]]:
        """The sentences in which the organ speaks, and their verbs."""
        of_main = [each for each in self.said if each.name and self._is_speaker(each.name)]
        tells = self.about == "minutes" or sum(each.told for each in of_main) * 2 > len(of_main)
        speaks = False
        for each in self.said:
            lead = self.bare.get(each.sentence.start)
            if lead or (each.sentence.below_heading and (lead := self._below_heading(each))):
                speaks = True
                yield each.sentence, lead
                continue
            if each.spoken is None:
                is_open = self.about == "statement" or begins_with_pronoun(self.text, each.sentence.begin)
                speaks = speaks and is_open
                continue
            subject = each.spoken.subject
            if each.name:
                speaks = self._is_speaker(each.name)
            elif subject in {"impersonal", "asked"}:
                if self.about == "nothing" or (each.told and not tells):
                    continue
                yield each.sentence, each.spoken.lead
                continue
            if not each.sentence.is_closed(self.text) and each is not self.said[-1]:
                continue  # a headline
            nameless = each.name == self.head
            if speaks and subject != "we" and (tells or not each.told) and (nameless or not self._happens(each)):
                yield each.sentence, each.spoken.lead

    def _below_heading(self, said: _Said) -> Lead | None:
        """What the paragraph under "Decision 12" says was done: "requested the Office to …", "…, the Board decided".

        "Adopted on 3 June 2027" says when the decision was taken.
        """
        begin = said.sentence.begin
        if not said.sentence.is_closed(self.text) or is_dated(self.text, begin, self.lexicon):
            return None
        if lead := verb_at(self.text, begin, said.sentence.end, self.lexicon, ("past",)):
            return lead
        if said.spoken:
            return said.spoken.lead
        return next((lead for _, lead in read_sentence(self.text, begin, self.lexicon, told=True)), None)

    def _happens(self, said: _Said) -> bool:
        """Whether a sentence in the past only says what happened ("The Committee considered the paper"), and no more."""  # noqa: E501 - a sentence
        if said.spoken is None or not said.told or said.spoken.lead.lemma not in self.lexicon.happening:
            return False
        joined = pattern(self.lexicon.language, "joins").finditer(self.text, said.spoken.lead.end, said.sentence.end)
        leads = (read_lead(self.text, each.end(), self.lexicon, "past") for each in joined)
        return not any(lead and lead.lemma in self.lexicon.following for lead in leads)

    def _is_enough(self, spoken: Sequence[tuple[Sentence, Lead]]) -> bool:
        """Whether so many sentences speak that the text is what its head says, or, without a head, a statement."""
        whole = [each.sentence for each in self.said if each.sentence.is_closed(self.text)]
        if self.about == "minutes" or any(sentence.below_heading for sentence, _ in spoken):
            return True
        if not spoken:
            return False
        if self.is_press:
            return len(spoken) >= max(FEWEST_SENTENCES, SHARE_TOLD * len(whole))
        if self.about != "nothing":
            return len(spoken) >= FEWEST_SENTENCES or (self.about == "statement" and len(whole) < FEWEST_TOLD)
        # What was pasted without a head begins with who speaks; below a headline, what was done is news.
        tells = any(lead.tense == "past" for _, lead in spoken)
        numbers = [int(float(sentence.number)) for sentence, _ in spoken if sentence.number]
        if spoken[0][0].start != self.said[0].sentence.start or (numbers and not (tells and _rise(numbers))):
            return False
        fewest, share = (FEWEST_TOLD, SHARE_TOLD) if tells else (FEWEST_SENTENCES, SHARE)
        return len(spoken) >= max(fewest, share * len(whole))

    def _form(self, spoken: Sequence[tuple[Sentence, Lead]]) -> Form:
        starts = [start for items in self._listed() for start in items]
        taken = {start.place for start in starts}
        for sentence, lead in spoken:
            if sentence.start in taken:
                continue
            begun = bare_verb_end(self.text, lead, self.lexicon)
            items = self._items(begun, lead) if begun is not None else []
            taken.update(item.place for item in items)
            told = lead.tense == "past"
            starts += items or [Start(lead.begin, None, lead, told, sentence=sentence.start)]
        if not starts:
            return Form("none")
        stops = tuple(each.sentence.start for each in self.said if not each.sentence.in_list)
        return Form("minutes" if self.about == "minutes" else "statement", tuple(starts), stops)

    def _listed(self) -> Iterator[list[Start]]:
        """The items of the lists that minutes have below "Decisions:"."""
        for each in self.said if self.about == "minutes" else ():
            if _LIST_HEADING.fullmatch(self.text, each.sentence.start, each.sentence.end):
                yield self._items(each.sentence.end)

    def _items(self, begun: int, lead: Lead | None = None) -> list[Start]:
        """The items of a list that begins there, as below a bare "decided:": each is a decision of its own."""
        first = bisect_left(self.lines, begun, key=lambda line: line.start)
        following = (self.lines[place] for place in range(first, len(self.lines)))
        items = read_items(self.text, following, begun, self.lexicon, self._ends_list, bare=lead)
        told = lead is not None and lead.tense == "past"
        return [Start(place, label, item, told or item.tense == "past") for place, label, item in items]

    def _ends_list(self, line: Line) -> bool:
        is_item = read_label(self.text, line.start) is not None or BULLET.match(self.text, line.start) is not None
        return line.after_gap and not is_item


def _rise(numbers: Sequence[int]) -> bool:
    return all(0 < after - before <= LONGEST_STEP for before, after in pairwise(numbers))


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two names are of one organ: "the Council" is the Security Council, and not the Human Rights Council."""
    return one <= other or other <= one
