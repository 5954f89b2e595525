"""An analysis in the field names of the United Nations' mandate registry: paragraphs with verbs and who is asked.

The names are those of the registry's own published code (the table `mandates.paragraphs` and what hangs on it);
`docs/schemas/un-mandates.json` describes the record, `docs/un-mandates.md` says what fills each field.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Literal

from mandates.classify.actions import find_action
from mandates.documents import symbols
from mandates.documents.bodies import asked, is_united_nations
from mandates.languages.lexicon import infinitive_of
from mandates.languages.words import expression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.languages.lexicon import Force
    from mandates.model import Analysis, Clause, Mandate, Part

VerbType = Literal["directive", "deciding", "observing", "reinforcing", "evaluative"]
AssigneeType = Literal["Member States", "UN Organs", "UN Secretariat", "UN System", "other"]

_LINK = "https://docs.un.org/en/{symbol}"
_ORGANS = frozenset(
    {
        "un:general-assembly",
        "un:security-council",
        "un:ecosoc",
        "un:human-rights-council",
        "un:icj",
        "un:president-of-the-general-assembly",
        "un:president-of-the-council",
    }
)
_OFFICES = re.compile(r"un:(?:[\w-]*secretary-general|secretariat|special-representative[\w-]*|ohchr|unodc)")
# What the registry calls a deliverable of the kinds that the analysis knows; the others have no counterpart there.
_DELIVERABLES = {
    "report": "report",
    "oral_update": "briefing",
    "study": "analysis",
    "summary": "information_sharing",
    "list": "information_sharing",
    "information": "information_sharing",
    "statement": "information_sharing",
    "campaign": "information_sharing",
    "meeting": "meeting",
    "consultation": "meeting",
    "plan": "strategy",
    "guidance": "standards",
    "assistance": "technical_assistance",
    "support": "technical_assistance",
    "budget": "financial_resources",
    "opinion": "recommendations",
}
_ARTICLE = re.compile(r"^(?:an?|the)\s+", re.IGNORECASE)


def as_registry(analysis: Analysis, text: str) -> Iterator[dict[str, Any]]:
    """One record for each document in the text, without the name of its file."""
    own = analysis.heading
    for part in analysis.parts:
        yield {
            "document_symbol": part.symbol,
            "title": part.title,
            "issuing_body": own.body,
            "date": own.adopted_on.isoformat() if own.adopted_on and len(analysis.parts) == 1 else None,
            "paragraphs": list(_paragraphs(analysis, text, part)),
        }


def as_registry_mandate(clause: Clause, mandate: Mandate, language: str | None) -> dict[str, Any]:
    """The entry of one verb that asks for something, as `mandates[]` of its paragraph has it."""
    assignees = _assignees(clause, mandate.addressee_resolved or mandate.addressee, mandate.addressee_id)
    deliverables = _deliverables(mandate, language)
    return _mandate(mandate.verb, language, assignees, mandate.quote) | {"deliverables": deliverables}


def as_registry_place(clause: Clause) -> dict[str, str | None]:
    """The printed number of a clause and its words, as its paragraph has them."""
    prefix, words = _bare(clause)
    return {"prefix": prefix, "text": words}


def _paragraphs(analysis: Analysis, text: str, part: Part) -> Iterator[dict[str, Any]]:
    """The preambular and the operative paragraphs of a document, in its order."""
    begin, end = (bisect_left(analysis.preamble, (place, 0)) for place in (part.start, part.end))
    preamble = analysis.preamble[begin:end]
    clauses = [analysis.clauses[place] for place in part.clauses]
    spans: list[tuple[int, int, Clause | None]] = [(start, end, None) for start, end in preamble]
    spans += [(clause.start, clause.end, clause) for clause in clauses]
    cited_at = [cited.start for cited in analysis.citations]
    for position, (start, end, clause) in enumerate(sorted(spans, key=lambda span: span[0])):
        prefix, words = _bare(clause) if clause else (None, " ".join(text[start:end].split()))
        yield {
            "position": position,
            "text": words,
            "type": "paragraph",
            "heading_level": None,
            "paragraph_type": "operative" if clause else "preambular",
            "paragraph_level": 1,
            "prefix": prefix,
            "links": [
                [cited.symbol, _address(cited.symbol)]
                for cited in analysis.citations[bisect_left(cited_at, start) : bisect_left(cited_at, end)]
            ],
            "mandates": list(_mandates(clause, text, analysis.language)) if clause else [],
        }


def _bare(clause: Clause) -> tuple[str | None, str]:
    """The printed number of a clause ("1.", "(a)"), and its words behind it."""
    number = re.escape((clause.number or "").strip("()[]. "))
    found = re.match(rf"\W?{number}[.)\]]{{0,2}}(?=\s)", clause.display) if number else None
    return (found[0], clause.display[found.end() :].strip()) if found else (clause.number, clause.display)


def _mandates(clause: Clause, text: str, language: str | None) -> Iterator[dict[str, Any]]:
    """What the clause's first verb says, and what each verb with a task asks."""
    if not clause.mandates:
        yield _mandate(clause.verb, language, _assignees(clause, clause.addressee, clause.addressee_id), clause.quote)
    elif clause.mandates[0].verb != clause.verb:
        yield _mandate(clause.verb, language, [], text[clause.start : clause.mandates[0].start])
    for each in clause.mandates:
        yield as_registry_mandate(clause, each, language)


def _mandate(verb: str, language: str | None, assignees: list[dict[str, Any]], words: str) -> dict[str, Any]:
    lemma, force = infinitive_of(verb, language or "en")
    return {
        "action_verb": verb,
        "action_verb_normalized": lemma,
        "action_verb_type": _verb_type(lemma, force),
        "assignees": assignees,
        "mentioned_entities": list(_mentioned(words, {each["assignee_normalized"] for each in assignees})),
        "deliverables": [],
    }


def _verb_type(lemma: str, force: Force) -> VerbType:
    """The registry's five types: the force of the verb in the lexicon, finer where it only says something."""
    if force not in {"statement", "decide"}:
        return "deciding" if expression(r"^<<registry_deciding>>$").match(lemma) else "directive"
    for name in ("reinforcing", "evaluative", "deciding"):
        if expression(rf"^<<registry_{name}>>\b").match(lemma):
            return name
    return "deciding" if force == "decide" else "observing"


def _assignees(clause: Clause, words: str | None, short: str | None) -> list[dict[str, Any]]:
    if not words:
        return []
    standing = {each.quote: each.label.partition(": ")[2] for each in clause.evidence if each.label.startswith("addr")}
    kind = _assignee_type(words, short, standing.get(words))
    return [{"assignee": words, "assignee_normalized": short or words, "assignee_type": kind}]


def _assignee_type(words: str, short: str | None, standing: str | None) -> AssigneeType:
    if standing == "states" or short is None:
        return "Member States" if expression(r"\b<<registry_states>>\b").search(words) else "other"
    if short in _ORGANS:
        return "UN Organs"
    if _OFFICES.fullmatch(short):
        return "UN Secretariat"
    return "UN System" if short.startswith("un:") else "other"


def _mentioned(words: str, asked_of: set[str]) -> Iterator[dict[str, Any]]:
    """The bodies and offices that the words name besides those who are asked, each once."""
    seen = set(asked_of)
    for name, short in asked():
        if short not in seen and (found := name.search(words)):
            seen.add(short)
            yield {
                "mentioned_entity": " ".join(found[0].split()),
                "mentioned_entity_normalized": short,
                "mentioned_entity_type": _assignee_type(found[0], short, None),
            }


def _deliverables(mandate: Mandate, language: str | None) -> list[dict[str, Any]]:
    if mandate.deliverable is None:
        return []
    first, *others = mandate.deliverable.split("; ")
    kinds = [(words, find_action(words, 0, len(words), language or "en")[0]) for words in others]
    return [
        {
            "deliverable": words,
            "deliverable_normalized": _ARTICLE.sub("", words).casefold(),
            "deliverable_type": _DELIVERABLES.get(action or ""),
        }
        for words, action in ((first, mandate.action), *kinds)
    ]


def _address(symbol: str) -> str | None:
    """Where the United Nations shows its documents; None for those of others."""
    known = symbols.parse(symbol)
    is_shown = known is not None and known.body is not None and is_united_nations(known.body)
    return _LINK.format(symbol=symbol.replace(" ", "")) if is_shown else None
