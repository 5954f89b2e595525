"""Texts that begin within a resolution, whose organ they do not name: a cut page, a copied part."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.clauses.forms.speech import Speech
    from mandates.text.lines import Line

HEAD_LINES = 400
PREAMBLE_LINES = 40
FEWEST_LED = 4


def begins_without_organ(
    text: str, lines: Sequence[Line], speech: Speech, first: int | None, *, is_report: bool, is_act: bool
) -> bool:
    """Whether `lines` have paragraphs of an organ before any line names it; `first` is where one does.

    A preamble shows it, or clauses whose numbers follow each other. In a report and its like only the preamble at its
    very beginning does, or that most of its numbered paragraphs are led by usual verbs.
    """
    head = [line for line in lines[:HEAD_LINES] if first is None or line.start < first]
    preambular = [line for line in head[:PREAMBLE_LINES] if speech.is_preambular(line)]
    if is_report:
        from_preamble = bool(preambular) and preambular[0] is head[0] and _numbers_follow(head, speech)
        return from_preamble or (first is None and _are_mostly_led(head, speech))
    if first is not None:
        # Before an organ's line only a page that begins with a whole clause is read: what comes first on others is most
        # often the end of a resolution that nobody asked for.
        return bool(head) and None not in speech.lead_at(head[0]) and _numbers_follow(head, speech)
    for line in head:
        label, lead = speech.lead_at(line)
        if lead is not None and label is not None and label.value in {1, None}:
            return True
    return _numbers_follow(head, speech) or (
        is_act
        and any(line.after_gap or text[max(0, line.start - 9) : line.start].strip()[-1:] in ";," for line in preambular)
    )


def _are_mostly_led(lines: Sequence[Line], speech: Speech) -> bool:
    """Whether most numbered lines, and four at least, are clauses led by usual verbs."""
    numbered = led = 0
    for line in lines:
        label, lead = speech.lead_at(line)
        if label is not None and label.value is not None and label.closed:
            numbered += 1
            led += lead is not None and lead.lemma in speech.lexicon.following and lead.tense == "present"
    return led >= FEWEST_LED and led > numbered / 2


def _numbers_follow(lines: Sequence[Line], speech: Speech) -> bool:
    """Whether two clauses at least, each led by a usual verb, are numbered one after the other."""
    last = 0
    for line in lines:
        label, lead = speech.lead_at(line)
        if label is None or label.value is None or not label.closed:
            continue
        if lead is not None and lead.lemma in speech.lexicon.following and lead.tense == "present":
            if label.value == last + 1 and last:
                return True
            last = label.value
    return False
