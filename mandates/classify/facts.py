"""What is known of a verb phrase: its form, who may be meant by it, and where the words for the action begin.

Each fact is found once, when a rule asks for it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

from mandates.classify.addressees import (
    Addressee,
    is_named,
    is_plural,
    past_aside,
    read_addressee,
    read_subject,
)
from mandates.clauses.leads import Lead, read_lead
from mandates.documents.addressee_ids import is_pronoun
from mandates.languages.conjugation import WORD
from mandates.languages.lexicon import ASKING, holds, pattern
from mandates.languages.needed import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.classify.addressees import Standing
    from mandates.classify.classify import Judgement
    from mandates.classify.phrases import Phrase
    from mandates.languages.lexicon import Force, Lexicon

# From a request that is renewed to its "that": "tendant à ce que".
THAT_CHARS = 40
LONGEST_WORD = 40
# From the verb to the word for the meeting.
LONGEST_MEETING = 60
# The first lines of a phrase decide its class; reading no further keeps the time linear.
REACH = 8_000
_SPACE = re.compile(r"\s*")
_WORDS = re.compile(r"\w{4,}")


class Facts:
    """A verb phrase in its clause; `before` is the judgement of the phrase before it."""

    def __init__(
        self, text: str, phrases: Sequence[Phrase], place: int, lexicon: Lexicon, before: Judgement | None
    ) -> None:
        self.text = text
        self.phrase: Phrase = phrases[place]
        self.lead: Lead = self.phrase.lead
        self.lexicon: Lexicon = lexicon
        self.language: str = lexicon.language
        self.before: Judgement | None = before
        self.start: int = self.lead.end
        self.end: int = min(self.phrase.end, self.start + REACH)
        self.force: Force = self.lead.force
        if self.form == "asked" and place + 1 < len(phrases) and self._shares():
            self.phrase = replace(self.phrase, end=phrases[place + 1].end)
            self.end = min(self.phrase.end, self.start + REACH)
            wider = read_addressee(text, self.start, self.end, lexicon)
            self.place = wider.after if wider else self.place

    # -- the form

    @cached_property
    def form(self) -> str:
        """The form of the phrase, as `rules.yaml` names it."""
        lead = self.lead
        if lead.subject is not None:
            return "passive" if self.force in ASKING else "shall"
        if self.force == "statement" or (lead.renews and self.force == "decide"):
            return "effect" if lead.tense == "infinitive" and self._convenes else "statement"
        if self.force != "decide":
            related = lead.that and self.within("relative", self.start, 24)
            return "that" if self._that and not related else "asked"
        if self._that:
            return "decides-that"
        if lead.lemma not in self.lexicon.that_verbs:
            return "effect"
        asks = self.inner is not None and self.inner.force in ASKING and self.inner.end < self.end
        return "decides-to-ask" if asks and not self.starts("budget_opening", self._decided) else "decides-to"

    @property
    def _convenes(self) -> bool:
        """Whether the verb, which states elsewhere, is that of a meeting: "a) Celebrar su próxima reunión"."""
        words = self.text[self.lead.start : self.lead.start + LONGEST_MEETING]
        listed = self.lexicon.as_listed(words)
        verb = pattern(self.language, "convening_verb").match(listed)
        return verb is not None and pattern(self.language, "convening_noun").search(listed, verb.end()) is not None

    @property
    def _that(self) -> bool:
        """Whether a sentence follows the verb, at once or after an aside."""
        return self.lead.that or (self.lead.lemma in self.lexicon.that_verbs and self._aside_that is not None)

    @cached_property
    def _aside_that(self) -> re.Match[str] | None:
        """The "that" after an aside: "Decides, in accordance with …, that"."""
        return pattern(self.language, "aside_that").match(self.text, self.start, min(self.end, self.start + 600))

    @cached_property
    def _infinitive(self) -> int | None:
        """Where the infinitive after "Decides" begins: past asides between commas."""
        end = min(self.end, self.start + 500)
        found = pattern(self.language, "decided_infinitive").match(self.text, self.start, end)
        return found.end() if found else None

    @property
    def _decided(self) -> int:
        return self.start if self._infinitive is None else self._infinitive

    @cached_property
    def inner(self) -> Lead | None:
        """Of "Decides to request the Court": the verb "request"."""
        return None if self._infinitive is None else read_lead(self.text, self._infinitive, self.lexicon, "infinitive")

    @cached_property
    def place(self) -> int:
        """Where the words for the action begin, after the addressee or the "that"."""
        if self.form == "asked":
            return self.asked.after if self.asked else self.start
        if self.form == "decides-to-ask" and self.inner:
            return self.asked.after if self.asked else self.inner.end
        if self.form == "decides-to":
            return self._decided
        if self.form == "shall":
            return self.lead.begin if self.lead.subject is None else self.lead.subject
        if self.form not in {"decides-that", "that"}:
            return self.start
        after = self._aside_that.end() if self._aside_that and not self.lead.that else self._after_that
        return past_aside(self.text, after, self.end, self.language)

    @property
    def _after_that(self) -> int:
        """After the "that" that is no part of the lead ("Renews its request that", "tendant à ce que")."""
        if not self.lead.that or self.lead.lemma in self.lexicon.that_verbs:
            return self.start
        words = WORD.finditer(self.text, self.start, self.start + THAT_CHARS)
        return next((each.end() for each in words if self.lexicon.as_listed(each[0]) in self.lexicon.that), self.start)

    # -- who may be meant

    @cached_property
    def asked(self) -> Addressee | None:
        """The addressee named after the verb, or by a pronoun before it."""
        if self.form == "decides-to-ask" and self.inner:
            return read_addressee(self.text, self.inner.end, self.end, self.lexicon)
        return self._pronoun_before or read_addressee(self.text, self.start, self.end, self.lexicon)

    @cached_property
    def asked_again(self) -> Addressee | None:
        """Of "Reaffirms its request to the Office for a plan": the Office."""
        named = self.asked
        thing = pattern(self.language, "purpose").search(self.text, named.start, named.end) if named else None
        return replace(named, end=thing.start()) if named and thing else named

    @cached_property
    def subject(self) -> Addressee | None:
        """The subject of the sentence that is asked for or decided."""
        if self.form in {"passive", "shall"}:
            begins = self.lead.subject
            known = begins is not None and begins < self.lead.start
            return read_subject(self.text, begins or 0, self.lead.start, self.lexicon) if known else None
        reach = self.end if self.holds_wish else min(self.end, self.place + 300)
        if self.form == "decides-that":
            return self._before_verb(read_addressee(self.text, self.place, reach, self.lexicon), "modal")
        if self._pronoun_before and not self.holds_wish:
            return self._pronoun_before
        return self._sentence_subject(self.place, reach)

    @property
    def holds_wish(self) -> bool:
        """Whether the verb before "that" only wishes ("Recommends that")."""
        return self.form == "that" and self.force != "directive" and self.lead.lemma not in self.lexicon.that_verbs

    @cached_property
    def actor(self) -> Addressee | None:
        """The subject of "that the Committee shall report", where it is an organ."""
        if self.form == "that" and self._pronoun_before:
            return self._pronoun_before
        found = pattern(self.language, "acting").match(self.text, self.place, min(self.end, self.place + 300))
        named = read_addressee(self.text, *found.span("subject"), self.lexicon) if found else self._bare_actor
        return named if named and named.standing == "organ" else None

    @property
    def _bare_actor(self) -> Addressee | None:
        """The subject of "that the Committee report", where what follows it is a verb by which somebody acts."""
        subject = self.subject if self.form == "that" else None
        verb = subject and pattern(self.language, "subjunctive").match(self.text, subject.after, self.end)
        return subject if verb and not pattern(self.language, "copula").match(verb[0]) else None

    @cached_property
    def owing(self) -> Addressee | None:
        """Of "Requests a report from the Office": the Office, which owes the report."""
        if self.force not in {"directive", "urge"} or self.thing is None:
            return None
        end = min(self.end, self.thing + 300)
        for source in pattern(self.language, "thing_source").finditer(self.text, self.thing, end):
            named = read_addressee(self.text, source.end(), self.end, self.lexicon)
            if named and (named.standing == "organ" or (self.force == "directive" and named.standing == "system")):
                return self._ended(named)
        return None

    @cached_property
    def thing(self) -> int | None:
        """Where the words for a thing that is asked for end ("a report"), if they follow the verb at once."""
        begins = _SPACE.match(self.text, past_aside(self.text, self.start, self.end, self.language, "thing"))
        found = pattern(self.language, "thing").match(self.text, begins.end() if begins else self.start)
        return found.end() if found and found.end() <= self.end else None

    def thing_after(self, addressee: Addressee) -> bool:
        """Whether a thing is asked for right after the addressee, or after an aside."""
        place = past_aside(self.text, addressee.after, self.end, self.language, "thing")
        return self.starts("thing", place if place > addressee.after else place + 1)

    @cached_property
    def recipient(self) -> Addressee | None:
        """Of "Decides to transmit the plan to the Board", "Refers it to the Board": the Board, where it is an organ."""
        verb = self.inner if self.form == "decides-to" else self.lead
        handed = verb is not None and pattern(self.language, "hands_on").match(verb.lemma)
        found = pattern(self.language, "handed_to").match(self.text, verb.end, self.end) if verb and handed else None
        named = read_addressee(self.text, found.end(), self.end, self.lexicon) if found else None
        if named is None or named.standing != "organ":
            return None
        purpose = pattern(self.language, "purpose").search(self.text, named.start, named.end)
        return replace(named, end=purpose.start()) if purpose else named

    def holder(self, reach: int) -> Addressee | None:
        """Of "the mandate of the Panel of Experts": the Panel, if it is named within `reach` characters."""
        found = pattern(self.language, "own_mandate").search(self.text, self.place, min(self.end, self.place + 500))
        if not found or found.start() > self.place + reach:
            return None
        start, end = found.span("holder")
        return Addressee(start, end, end, "organ", joint=False)

    def standing(self, addressee: Addressee, force: Force | None = None) -> Standing:
        """Whether an addressee belongs to the body's own system.

        A pronoun counts as what it refers to; an office that is not listed counts as an organ if the verb directs it.
        """
        words = self.text[addressee.start : addressee.end]
        if addressee.standing != "unknown":
            return addressee.standing
        if is_pronoun(words):
            return self._meant_by(words)
        directs = (force or self.force) == "directive" or self.lead.lemma in self.lexicon.that_verbs
        officer = pattern(self.language, "officer").match(words) is not None
        if not directs:
            # A title in capitals is that of an officer of one's own; in small letters it may be anybody.
            return "organ" if officer and any(letter.isupper() for letter in words) else "unknown"
        named = is_named(words) or (words[0].isupper() and self._follows_article(addressee.start))
        return "organ" if officer or named or pattern(self.language, "own_noun").match(words) else "unknown"

    def _follows_article(self, start: int) -> bool:
        """Whether a name follows an article that is part of the word before it: "al Tesorero"."""
        return pattern(self.language, "article_merged").search(self.text, max(0, start - 6), start) is not None

    # -- the words

    def within(self, name: str, start: int, reach: int) -> bool:
        """Whether a pattern of the language is found in so many characters."""
        return holds(self.language, name, self.text, start, min(self.end, start + reach))

    def starts(self, name: str, start: int) -> bool:
        """Whether a pattern of the language matches at a place."""
        return pattern(self.language, name).match(self.text, start, self.end) is not None

    def words(self, start: int, length: int = REACH) -> str:
        """The words of the phrase from a place on."""
        return part(self.text, start, min(self.end, start + length))

    # -- for this class alone

    def _shares(self) -> bool:
        """Of "Requests X, and invites Y, to …": whether X is asked to do what follows the next verb."""
        if self.force != "directive" or self.asked is None or self.owing is not None:
            return False
        own = self.standing(self.asked) in {"organ", "system"}
        return own and not _WORDS.search(self.text, self.asked.after, self.phrase.end)

    @cached_property
    def _pronoun_before(self) -> Addressee | None:
        """Of "et le prie de": the pronoun before the verb."""
        found = _pronoun(self.language).search(self.text, max(0, self.phrase.start - 8), self.phrase.start)
        if not found:
            return None
        end = found.start(1) + len(found[1].rstrip(" ’'"))
        return Addressee(found.start(1), end, self.phrase.lead.end, "unknown", joint=False)

    def _sentence_subject(self, start: int, end: int) -> Addressee | None:
        """The subject of a sentence after "that"; French may begin it with the verb ("que soient respectés …")."""
        if pattern(self.language, "verb_first").match(self.text, start, end):
            return None
        return self._before_verb(read_addressee(self.text, start, end, self.lexicon), "subjunctive")

    def _before_verb(self, subject: Addressee | None, verbs: str) -> Addressee | None:
        """The subject without the verb of its sentence, which the pattern `verbs` finds."""
        reach = min(self.end, subject.end + LONGEST_WORD) if subject else 0
        verb = pattern(self.language, verbs).search(self.text, subject.start, reach) if subject else None
        if subject is None or verb is None or verb.start() > subject.end:
            return subject
        end = subject.start + len(self.text[subject.start : verb.start()].rstrip())
        return replace(subject, end=end, after=end)

    def _ended(self, addressee: Addressee) -> Addressee:
        """The addressee without what is said of the thing after it: "the Secretary-General on the reunification"."""
        words = self.text[addressee.start : addressee.end]
        office = pattern(self.language, "offices_alone").search(words)
        about = pattern(self.language, "about" if office else "of_a_thing").search(words, office.end() if office else 0)
        return replace(addressee, end=addressee.start + about.start() if about else addressee.end)

    def _meant_by(self, pronoun: str) -> Standing:
        if not is_plural(pronoun):
            return "organ"
        return self.before.addressee.standing if self.before and self.before.addressee else "states"


@cache
def _pronoun(language: str) -> re.Pattern[str]:
    """A pronoun at the end of what is searched, right before a verb."""
    return re.compile(rf"\s({pattern(language, 'pronoun').pattern})$")
