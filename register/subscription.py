"""A question as a subscription to copy into subscriptions.yaml; what a subscription cannot ask for is named."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from config.topics import TOPIC
from warehouse.query.search_words import bare_terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from warehouse.pages.search import Question

# What each filter is called in a subscription.
_FILTERS = {
    "body": "bodies", "kind": "kinds", "stage": "stages", "type": "types", "addressee": "addressees",
    "responsible": "responsible", "topic": "topics",
}  # fmt: skip
# The news of a mandate that comes into each of these states.
_NEWS = {
    "due_soon": "mandate_due", "overdue": "mandate_overdue", "answered": "mandate_answered",
    "partly_answered": "mandate_answered", "renewed": "mandate_renewed", "superseded": "mandate_dropped",
    "withdrawn": "mandate_dropped", "open": "new_mandate",
}  # fmt: skip
_LONGEST_WORD = 200
_ID = re.compile(r"[a-z]+:[a-z0-9-]+")


def subscription(question: Question, today: date, language: str, words: Mapping[str, str]) -> str:
    """The subscription as YAML, on its own below `subscriptions:`, for a target that is called `desk`.

    `words` are the sentences of its comments: `copy`, `all_words` and `left_out`, which has a place for {what}.
    """
    filters = _filters(question, today)
    about = list(dict.fromkeys(_NEWS[state] for state in question.filters.state if state in _NEWS))
    lines = [f"# {words['copy']}", "subscriptions:", f"  {_yaml(_name(question))}:", "    targets: [desk]"]
    if about:
        lines.append(f"    about: [{', '.join(about)}]")
    if filters:
        lines.append("    filters:")
        lines += [f"      {name}: {_yaml(value)}" for name, value in filters.items()]
    if language != "en":
        lines.append(f"    language: {language}")
    if len(_terms(question)[0]) > 1:
        lines.append(f"    # {words['all_words']}")
    if left_out := _left_out(question):
        lines.append(f"    # {words['left_out'].format(what=_comment(left_out))}")
    return "\n".join(lines) + "\n"


def _filters(question: Question, today: date) -> dict[str, Any]:
    given = question.filters.given
    filters: dict[str, Any] = {
        theirs: [_pattern(value) if ours == "addressee" else value for value in given[ours]]
        for ours, theirs in _FILTERS.items()
        if ours in given
    }
    wanted, unwanted = _terms(question)
    unwanted = tuple(word for word in unwanted if word not in wanted)
    if wanted:
        filters["words"] = {"any": list(wanted), "not": list(unwanted)} if unwanted else list(wanted)
    if (last := question.filters.due_before) is not None and last >= today:
        filters["due_within_days"] = (last - today).days
    return filters


def _terms(question: Question) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that are wanted and unwanted, but those that a subscription would take for the name of a topic."""
    wanted, unwanted = (
        tuple(word for word in words if not word.startswith(TOPIC) and len(word) <= _LONGEST_WORD)
        for words in bare_terms(question.words)
    )
    return wanted, unwanted


def _pattern(addressee: str) -> str:
    """A subscription takes words as the whole name, unless there are stars around them."""
    return addressee if _ID.fullmatch(addressee) or "*" in addressee else f"*{addressee}*"


def _left_out(question: Question) -> list[tuple[str, Sequence[Any]]]:
    taken = {*_FILTERS, "due_before"}
    states = [state for state in question.filters.state if state not in _NEWS]
    others = [(name, values) for name, values in question.filters.given.items() if name not in taken | {"state"}]
    return others + ([("state", states)] if states else [])


def _name(question: Question) -> str:
    """A name made of what is asked for; only letters of names, so that it is one."""
    said = " ".join(
        [*bare_terms(question.words)[0], *(str(v) for values in question.filters.given.values() for v in values)]
    )
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:40].strip("-") or "search"


def _comment(left_out: Sequence[tuple[str, Sequence[Any]]]) -> str:
    """On one line, whatever is in it."""
    said = "; ".join(f"{name}: {', '.join(map(str, values))}" for name, values in left_out)
    return json.dumps(said, ensure_ascii=False)[1:-1]


def _yaml(value: Any) -> str:
    """YAML takes JSON for its own; letters that it would not show are written by their numbers."""
    said = json.dumps(value, ensure_ascii=False)
    return re.sub(
        r"[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]", lambda sign: f"\\u{ord(sign[0]):04x}", said
    )
