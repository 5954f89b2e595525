"""Whether a verb phrase carries a mandate, of which type, and for whom: the rules of the definition of a mandate.

A mandate asks an organ, an official or a secretariat of the body's own system for action, or takes effect by itself.
Each judgement
bears the id of its rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from mandates.classify.addressees import Addressee, is_named, is_plural, read_addressee
from mandates.classify.clause_types import (
    type_of_decision,
    type_of_effect,
    type_of_passing,
    type_of_sentence,
    type_of_task,
)
from mandates.clauses.leads import Lead, read_lead
from mandates.documents.addressee_ids import is_pronoun
from mandates.languages.conjugation import WORD
from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.classify.addressees import Standing
    from mandates.classify.phrases import Phrase
    from mandates.languages.lexicon import Force, Lexicon
    from mandates.model import ClauseType


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a verb phrase amounts to.

    `addressee` is None where nobody is asked; `content` is where the action's words begin.
    """

    phrase: Phrase
    is_mandate: bool
    type: ClauseType
    addressee: Addressee | None
    content: int
    rule: str


def judge(text: str, phrases: Sequence[Phrase], lexicon: Lexicon) -> tuple[Judgement, ...]:
    """Judge the verb phrases of one clause, in order: a pronoun takes its meaning from those before."""
    judged: list[Judgement] = []
    for place in range(len(phrases)):
        judged.append(_Judge(text, phrases, place, lexicon, judged[-1] if judged else None).judge())
    return tuple(judged)


class _Judge:
    def __init__(
        self,
        text: str,
        phrases: Sequence[Phrase],
        place: int,
        lexicon: Lexicon,
        before: Judgement | None,
    ) -> None:
        phrase = phrases[place]
        self.clause_start = phrases[0].start
        self.before = before
        self.after = phrases[place + 1] if place + 1 < len(phrases) else None
        self.text = text
        self.phrase = phrase
        self.lexicon = lexicon
        self.language = lexicon.language
        self.start = phrase.lead.end
        # What a phrase amounts to shows in its first lines; reading no further keeps the reading linear.
        self.end = min(phrase.end, phrase.lead.end + reach)

    def judge(self) -> Judgement:
        lead = self.phrase.lead
        if lead.subject is not None:
            return self._subject_first(lead, lead.subject)
        if lead.force == "statement":
            return self._statement()
        if lead.renews and lead.force == "decide":
            return self._statement("renewed-decision")
        if lead.force == "decide":
            return self._decision()
        if lead.that:
            return self._that_clause(lead.force)
        return self._asked(lead.force, self.start)

    # -- "The Office is requested to …", "The Secretariat shall …", "… are hereby approved"

    def _subject_first(self, lead: Lead, start: int) -> Judgement:
        """Whoever has to act stands before the verb; a thing there ("Travel") gives nobody a task."""
        subject = read_addressee(self.text, start, lead.start, self.lexicon) if start < lead.start else None
        if lead.force not in {"decide", "statement"}:
            return self._asked_in_passive(lead.force, subject)
        content = self.text[start : self.end]
        kind = type_of_sentence(content[:1].lower() + content[1:], self.language)
        organ = subject if subject and self._standing(subject, "directive") in {"organ", "system"} else None
        if lead.force == "statement" and kind not in _by_itself:
            return Judgement(self.phrase, False, "statement", None, self.start, "says-what-is")
        if pattern(self.language, "states_shall").match(self.text, start, self.end):
            return Judgement(self.phrase, False, "exhortation", subject, start, "states-shall")
        if organ is None and kind not in _by_itself and not lead.that:
            return Judgement(self.phrase, False, "statement", None, start, "a-thing-shall")
        return self._result(kind, organ if kind in _acting or kind == "budget" else None, f"shall-{kind}", start)

    def _asked_in_passive(self, force: Force, subject: Addressee | None) -> Judgement:
        if subject is None:
            return Judgement(self.phrase, False, "exhortation", None, self.start, f"{force}-nobody")
        standing = self._standing(subject, force)
        content = self.text[self.start : self.end]
        asked = force == "directive" and standing in {"organ", "system"}
        delivers = force == "invite" and standing == "organ" and self._delivers(subject, content)
        if asked or delivers or (force == "urge" and standing == "organ"):
            return self._result(self._task(self.start), subject, f"is-asked-{force}", self.start)
        return Judgement(self.phrase, False, "exhortation", subject, self.start, f"is-asked-{standing}")

    # -- statements

    def _statement(self, rule: str = "statement") -> Judgement:
        if self._has("seized") or (self.phrase.lead.lemma == "remain" and self._has("agenda")):
            return self._result("agenda_placement", None, "remains-seized")
        return Judgement(self.phrase, False, "statement", None, self.start, rule)

    # -- "Decides to …", "Decides that …", "Adopts …"

    def _decision(self) -> Judgement:  # noqa: PLR0911 - one return a rule
        lead = self.phrase.lead
        if lead.that:
            return self._decided_that(self.start)
        if lead.lemma not in self.lexicon.that_verbs:
            return self._effect(lead.lemma)
        if aside := pattern(self.language, "aside_that").match(self.text, self.start, min(self.end, self.start + 600)):
            return self._decided_that(aside.end())
        place = self._infinitive_place()
        if pattern(self.language, "budget_opening").match(self.text, self.start if place is None else place):
            return self._result("budget", None, "decides-budget", place)
        inner = read_lead(self.text, place, self.lexicon, "infinitive") if place is not None else None
        if inner and inner.force in {"directive", "invite", "urge", "encourage"} and inner.end < self.end:
            return self._decided_to_ask(inner)
        if (
            inner
            and inner.force == "statement"
            and inner.lemma in self.lexicon.following
            and not self._decides(place or self.start)
        ):
            return Judgement(self.phrase, False, "statement", None, self.start, "decides-to-state")
        content = place if place is not None else self.start
        kind = self._decides(content) or "task_assignment"
        holder = self._mandate_holder(content, 500 if kind == "extension_renewal" else 120)
        return self._result(kind, holder, f"decides-{kind}", content)

    def _decided_to_ask(self, inner: Lead) -> Judgement:
        """Of "Decides to request the Court to render …": the inner verb says who and what."""
        addressee = read_addressee(self.text, inner.end, self.end, self.lexicon)
        after = addressee.after if addressee else inner.end
        if self._within("invite_to_speak", after, 160):
            return self._result("convening", addressee, "decides-to-invite", after)
        if addressee and addressee.standing == "states":
            return Judgement(self.phrase, False, "exhortation", addressee, after, "decides-to-ask-states")
        kind = self._task(after)
        return self._result(kind, addressee, "decides-to-ask", after)

    def _decided_that(self, content: int) -> Judgement:
        subject = read_addressee(self.text, content, min(self.end, content + 300), self.lexicon)
        if pattern(self.language, "states_shall").match(self.text, content, self.end):
            return Judgement(self.phrase, False, "exhortation", subject, content, "decides-that-states")
        kind = type_of_sentence(self.text[content : self.end], self.language)
        actor = self._acting_subject(content) if kind in _acting else None
        if actor and kind == "agenda_placement":
            kind = self._task(content)
        return self._result(kind, actor, f"decides-that-{kind}", content)

    def _acting_subject(self, content: int) -> Addressee | None:
        """The subject of "Decides that the Committee shall report", where it is an organ."""
        found = pattern(self.language, "acting").match(self.text, content, min(self.end, content + 300))
        if not found:
            return None
        start, end = found.span("subject")
        addressee = read_addressee(self.text, start, end, self.lexicon)
        return addressee if addressee and addressee.standing == "organ" else None

    def _effect(self, lemma: str) -> Judgement:
        """A verb that takes effect by itself: "Establishes …", "Approves the programme of work"."""
        words = self.text[self.phrase.start : min(self.end, self.phrase.start + 600)]
        content = words[self.start - self.phrase.start :]
        kind = (
            type_of_passing(words, content, self.language)
            if lemma in self.lexicon.passing
            else type_of_effect(lemma, words, content, self.language)
        )
        holder = self._mandate_holder(self.start) if kind == "extension_renewal" else None
        return self._result(kind, holder, f"takes-effect-{kind}")

    def _mandate_holder(self, content: int, reach: int = 500) -> Addressee | None:
        """Of "the mandate of the Panel of Experts": the Panel."""
        found = pattern(self.language, "own_mandate").search(self.text, content, min(self.end, content + 500))
        if found and found.start() > content + reach:
            return None
        if not found:
            return None
        start, end = found.span("holder")
        return Addressee(start, end, end, "organ", joint=False)

    # -- "Requests X to …", "Calls upon X to …", "Invites X to …"

    def _asked(self, force: Force, start: int) -> Judgement:  # noqa: PLR0911 - one return a rule
        if force in {"directive", "urge"} and (owed := self._thing_owed(start, force)):
            return owed
        if WORD.findall(self.text[self.phrase.start : start])[-1].lower() in self.lexicon.impersonal:
            return Judgement(self.phrase, False, "exhortation", None, start, f"{force}-nobody")
        addressee = self._pronoun_before() or read_addressee(self.text, start, self.end, self.lexicon)
        if addressee is None:
            return Judgement(self.phrase, False, "exhortation", None, start, f"{force}-nobody")
        after = addressee.after
        standing = self._standing(addressee, force)
        asked_to_act = self._within("infinitive", addressee.end, 600)
        if force == "directive" and not asked_to_act and standing in {"organ", "system"} and self._shares(addressee):
            self._take_after()
            asked_to_act = self._within("infinitive", addressee.end, 600)
            wider = read_addressee(self.text, start, self.end, self.lexicon)
            after = wider.after if wider else after
        if force == "directive" and not asked_to_act:
            return self._thing(addressee, standing, start)
        content = self.text[after : self.end]
        if force == "directive" and standing in {"organ", "system"}:
            return self._result(self._task(after), addressee, "directive-to-organ", after)
        if force == "urge" and standing == "organ" and asked_to_act:
            return self._result(self._task(after), addressee, "urges-organ", after)
        if force == "invite" and standing == "organ" and not addressee.joint and self._delivers(addressee, content):
            return self._result(self._task(after), addressee, "invites-organ-to-deliver", after)
        if self._owes_dated_report(content):
            return self._result("reporting_request", addressee, "dated-report", after)
        return Judgement(self.phrase, False, "exhortation", addressee, after, f"{force}-{standing}")

    def _shares(self, addressee: Addressee) -> bool:
        """Of "Requests X, and invites Y, to …": whether X is asked for what is said after the next verb."""
        return self.after is not None and not _words.search(self.text, addressee.end, self.phrase.end)

    def _take_after(self) -> None:
        """Let the phrase go on to the end of the next."""
        if self.after is not None:
            self.phrase = replace(self.phrase, end=self.after.end)
            self.end = min(self.phrase.end, self.start + reach)
            self.after = None

    def _task_of_thing(self, start: int) -> ClauseType:
        return "reporting_request" if self._within("action_report_like", start, 300) else "task_assignment"

    def _thing_owed(self, start: int, force: Force) -> Judgement | None:
        """Of "Requests a report from the Office": whoever owes the thing; None where no thing or no organ is named."""
        after = _space.match(self.text, start)
        thing = pattern(self.language, "thing").match(self.text, after.end() if after else start)
        if not thing or thing.end() > self.end:
            return None
        for source in pattern(self.language, "thing_source").finditer(
            self.text, thing.end(), min(self.end, thing.end() + 300)
        ):
            owing = read_addressee(self.text, source.end(), self.end, self.lexicon)
            if owing and (owing.standing == "organ" or (force == "directive" and owing.standing == "system")):
                kind = self._task_of_thing(thing.start())
                return self._result(kind, self._ended(owing), "thing-from-organ", start)
        return None

    def _ended(self, addressee: Addressee) -> Addressee:
        """The addressee without what is said of the thing after it: "the Secretary-General on the reunification"."""
        words = self.text[addressee.start : addressee.end]
        official = pattern(self.language, "offices_alone").search(words)
        about = pattern(self.language, "about" if official else "of_a_thing").search(
            words, official.end() if official else 0
        )
        end = addressee.start + about.start() if about else addressee.end
        return replace(addressee, end=end)

    def _delivers(self, addressee: Addressee, content: str) -> bool:
        """Whether something concrete is asked for, or an official is to bring something about."""
        official = self._search("officials", self.text[addressee.start : addressee.end])
        return self._search("deliverable", content) or (official and self._search("official_acts", content[:300]))

    def _pronoun_before(self) -> Addressee | None:
        """Of "et le prie de": whom the pronoun before the verb stands for."""
        found = _pronoun(self.language).search(self.text, max(0, self.phrase.start - 8), self.phrase.start)
        if not found:
            return None
        end = found.start(1) + len(found[1].rstrip(" ’'"))
        return Addressee(found.start(1), end, self.phrase.lead.end, "unknown", joint=False)

    def _standing(self, addressee: Addressee, force: Force) -> Standing:
        """How the addressee stands.

        A pronoun as what it stands for, and an office unknown to the lists as one that can be directed.
        """
        words = self.text[addressee.start : addressee.end]
        if addressee.standing != "unknown":
            return addressee.standing
        if is_pronoun(words):
            return self._meant_by(words)
        return "organ" if force == "directive" and is_named(words) else "unknown"

    def _meant_by(self, pronoun: str) -> Standing:
        if is_plural(pronoun) and self.before and self.before.addressee:
            return self.before.addressee.standing
        spoken_of = self.text[max(self.clause_start, self.phrase.start - reach) : self.phrase.start]
        if pattern(self.language, "organs").search(spoken_of) and not is_plural(pronoun):
            return "organ"
        return "states" if is_plural(pronoun) else "organ"

    def _thing(self, addressee: Addressee, standing: Standing, start: int) -> Judgement:
        """Of "Authorizes the deployment of …", "Requests the participation of …": a thing is asked for, of nobody.

        "Solicita a la Secretaría un informe" asks for it of the Secretariat.
        """
        after = addressee.after
        if standing in {"organ", "system"} and pattern(self.language, "thing").match(self.text, after + 1, self.end):
            return self._result(self._task_of_thing(after), addressee, "organ-owes-thing", after)
        if self.phrase.lead.lemma in self.lexicon.authorizing:
            return self._nobody("directive", start)
        if standing in {"organ", "system"}:
            return self._result(self._task(start), None, "directive-for-organ", start)
        return Judgement(self.phrase, False, "exhortation", None, start, "directive-nobody")

    def _nobody(self, force: Force, start: int) -> Judgement:
        if self.phrase.lead.lemma in self.lexicon.authorizing:
            kind = self._decides(start) or "task_assignment"
            return self._result(kind, None, "authorizes", start)
        return Judgement(self.phrase, False, "exhortation", None, start, f"{force}-nobody")

    def _subject(self, start: int, end: int) -> Addressee | None:
        """The subject of a sentence after "that"; French may begin it with the verb ("que soient respectés …")."""
        if pattern(self.language, "verb_first").match(self.text, start, end):
            return None
        subject = read_addressee(self.text, start, end, self.lexicon)
        verb = pattern(self.language, "subjunctive").search(self.text, subject.start, subject.end) if subject else None
        return replace(subject, end=verb.start(), after=verb.start()) if subject and verb else subject

    def _that_clause(self, force: Force) -> Judgement:
        """Of "Requests that …": mandate unless States are the subject; the other verbs exhort."""
        content = self.start
        asks = force == "directive" or self.phrase.lead.lemma in self.lexicon.that_verbs
        if not asks:
            that = WORD.search(self.text, content, content + 12)
            start = that.end() if that and that[0].lower().replace("’", "'") in self.lexicon.that else content
            subject = self._subject(start, self.end)
            return Judgement(self.phrase, False, "exhortation", subject, content, f"{force}-that")
        that = WORD.search(self.text, content, content + 12)
        if that and that[0].lower() in self.lexicon.that:
            content = that.end()  # "Renews its request that": the word is no part of the lead
        if self._within("subordinate", content, 400):
            return self._result("budget", None, "requests-that-subject-to-resources", content)
        subject = self._pronoun_before() or self._subject(content, min(self.end, content + 300))
        if subject and subject.standing == "states":
            return Judgement(self.phrase, False, "exhortation", subject, content, "requests-that-states")
        actor = self._pronoun_before() or self._acting_subject(content)
        if actor is None and pattern(self.language, "verb_first").match(self.text, content, self.end):
            return Judgement(self.phrase, False, "exhortation", None, content, "requests-that-of-nobody")
        if actor is None and self.before and self.before.addressee and self.before.addressee.standing == "states":
            # "Urges States to establish …, and requests that their findings be made public": still of States.
            return Judgement(self.phrase, False, "exhortation", None, content, "requests-that-of-states")
        kind = self._task(content)
        if kind == "task_assignment" and self._within("budget", content, 160):
            kind = "budget"
        return self._result(kind, actor, "requests-that", content)

    def _owes_dated_report(self, content: str) -> bool:
        return bool(
            self._search("report_strict", content[:300])
            and self._search("report", content[:300])
            and self._search("to_organ", content[:400])
            and self._search("dated", content[:400])
        )

    def _infinitive_place(self) -> int | None:
        """Where the infinitive after "Decides" begins: past asides between commas."""
        found = pattern(self.language, "decided_infinitive").match(
            self.text, self.start, min(self.end, self.start + 500)
        )
        return found.end() if found else None

    # -- helpers of this class

    def _task(self, start: int) -> ClauseType:
        if self.phrase.lead.lemma in self.lexicon.authorizing and self._within("budget_task", start, 160):
            return "budget"
        return type_of_task(self.text[start : self.end], self.language)

    def _decides(self, start: int) -> ClauseType | None:
        return type_of_decision(self.text[start : self.end], self.language)

    def _has(self, name: str) -> bool:
        return (
            pattern(self.language, name).search(self.text, self.phrase.start, min(self.end, self.phrase.start + 300))
            is not None
        )

    def _within(self, name: str, start: int, reach: int) -> bool:
        return pattern(self.language, name).search(self.text, start, min(self.end, start + reach)) is not None

    def _search(self, name: str, words: str) -> bool:
        return pattern(self.language, name).search(words) is not None

    def _result(
        self, kind: ClauseType, addressee: Addressee | None, rule: str, content: int | None = None
    ) -> Judgement:
        return Judgement(self.phrase, True, kind, addressee, self.start if content is None else content, rule)


@cache
def _pronoun(language: str) -> re.Pattern[str]:
    """A pronoun at the end of what is searched, right before a verb."""
    return re.compile(rf"\s({pattern(language, 'pronoun').pattern})$")


reach = 8_000
_space = re.compile(r"\s*")
_words = re.compile(r"\w{4,}")
_by_itself = frozenset({"budget", "convening", "extension_renewal", "agenda_placement"})
_acting = frozenset({"task_assignment", "reporting_request", "extension_renewal", "agenda_placement"})
