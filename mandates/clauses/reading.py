"""How much of a document was read, said to people: a resolution in which nothing was found must not look like one without."""  # noqa: E501 - a sentence

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from mandates.clauses.edges import doubts_of_edges
from mandates.clauses.forms.form import calls_itself
from mandates.clauses.order import doubts_of_order, shown
from mandates.clauses.unread import unread_decision, unread_heading
from mandates.model import DECIDING
from mandates.text.legibility import doubts_of_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.clauses.forms.choice import Parts
    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind, Reading

# Below this share of a text's characters in clauses and preamble the form is doubtful: of 78 long resolutions of the
# United Nations 77 have more; covers, votes and annexes make up the rest.
LEAST_EXPLAINED = 0.15
SHORT = 8_000
UNSUPPORTED: tuple[Reading, tuple[str, ...]] = ("none", ("no clauses were looked for in this language",))


def how_read(kind: Kind, source: str, text: str, parts: Parts, lexicon: Lexicon) -> tuple[Reading, tuple[str, ...]]:
    """Whether what the body decides was read, and what is missing, in words for people.

    `text` is that of the view of `source` in which the places of `parts` are.
    """
    if not parts.decides:
        return "complete", ()
    if not parts.clauses:
        reason = _why_none(kind, source, text, parts, lexicon)
        return ("none", (reason,)) if reason else ("complete", ())
    reasons = (
        *doubts_of_order(text, parts),
        *_unread(text, parts, lexicon),
        *_unread_heading(text, parts),
        *doubts_of_edges(kind, source, text, parts, lexicon),
        *doubts_of_letters(source),
        *_unexplained(kind, text, parts),
    )
    return ("partial" if reasons else "complete"), reasons


def _why_none(kind: Kind, source: str, text: str, parts: Parts, lexicon: Lexicon) -> str | None:
    """What shows that clauses are missing in a text in which none was found."""
    if kind in DECIDING:
        return f"no clause could be read in this {kind}: please look at the document"
    if parts.opened or (parts.preamble and kind == "other"):
        return "a body begins to speak, but no clause could be read: please look at the document"
    if kind == "other" and calls_itself(text):
        return "its title calls it a statement or a decision, but no clause could be read: please look"
    if text.lstrip()[:1].islower():
        return "the text begins within a sentence, and no clause could be read in it"
    if kind != "other":
        return None
    return next(chain(_unread(text, parts, lexicon), doubts_of_letters(source)), None)


def _unread(text: str, parts: Parts, lexicon: Lexicon) -> Iterator[str]:
    place = unread_decision(text, parts, lexicon)
    if place is not None:
        yield f"this looks like a decision, but could not be read as a clause of its own: “{shown(text, place)}”"


def _unread_heading(text: str, parts: Parts) -> Iterator[str]:
    place = unread_heading(text, parts)
    if place is not None:
        yield f"no clause could be read under the heading “{shown(text, place)}”"


def _unexplained(kind: Kind, text: str, parts: Parts) -> Iterator[str]:
    explained = sum(end - start for start, end in parts.preamble) + sum(each.end - each.start for each in parts.clauses)
    if kind in DECIDING and len(text) > SHORT and explained < len(text) * LEAST_EXPLAINED:
        yield f"only {explained / len(text):.0%} of the text is explained as preamble or clauses"
