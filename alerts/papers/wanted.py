"""What filters ask for, in one line: in the title of a matrix, of a brief and of a feed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from alerts.escape import one_line
from config.labels import FIELDS, labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alerts.frame import Frame
    from alerts.papers.words import Words
    from warehouse.query.filters import Filters

_ID = re.compile(r"[a-z]+:[a-z-]+")


def wanted(filters: Filters, words: Words, around: Frame, named: Iterable[tuple[str | None, str | None]]) -> str:
    """Such as "AALCO, session 64, addressed to the Secretary-General"; "" for filters that ask for everything.

    `named` are ids of addressees with the names that documents give them: who is asked for by an id has a name here.
    """
    names, parts = names_used(named), []
    for field, values in filters.given.items():
        said = words.or_.join(_said(field, value, words, around, names) for value in values)
        parts.append(one_line(words.selected.get(field, "{values}").format(values=said), 120))
    return ", ".join(filter(None, parts))


def names_used(named: Iterable[tuple[str | None, str | None]]) -> dict[str, str]:
    """One name for each id of an addressee: of all that documents give it, the one that is used most."""
    used: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, name in named:
        if key and name:
            used[key][one_line(name, 200)] += 1
    return {key: min(names, key=lambda name: (-names[name], name)) for key, names in used.items()}


def _said(field: str, value: Any, words: Words, around: Frame, names: Mapping[str, str]) -> str:
    if field in FIELDS:
        return labels(field, words.language).get(value) or str(value)
    if field in {"due_after", "due_before"}:
        return around.date(value)
    if field == "session":
        return words.session.format(number=value)
    if field == "addressee" and _ID.fullmatch(value):
        return names.get(value) or value.partition(":")[2].replace("-", " ")
    return str(value)
