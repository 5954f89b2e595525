"""What somebody typed into the form of an item, and which decisions it makes.

Whatever is wrong with it is said beside the form, which keeps what was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from warehouse.review.decision import DECIDED, DecisionError
from warehouse.review.verdicts import RIGHT, VERDICTS, decisions_by

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from starlette.requests import Request

    from warehouse.review.case import Name
    from warehouse.review.decision import Decision

MOST_BYTES, MOST_FIELDS = 64_000, 40
LONGEST_NAME, LONGEST_NOTE = 200, 5_000
# Whether it is said that there is no deadline.
NO_DEADLINE = "no_deadline"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]+")
DAYS = ("due_start", "due_end")

Fault = Literal[
    "no_verdict", "no_name", "long_name", "long_note", "nothing_changed", "changed_not_correct", "emptied", "value",
    "days",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in. `right` has the fields of a correction, "" where one is empty."""

    verdict: str = ""
    who: str = ""
    why: str = ""
    right: Mapping[str, str] = field(default_factory=dict)
    without_deadline: bool = False

    def changed(self, shown: Mapping[str, str]) -> dict[str, str]:
        """The fields that are no longer as they were `shown`. The two days of a deadline are one thing."""
        right = {name: value for name, value in self.right.items() if value != shown.get(name, "")}
        has_other_days = bool(right.keys() & set(DAYS))
        right = {name: value for name, value in right.items() if name not in DAYS}
        if self.without_deadline:
            return right if shown.get(NO_DEADLINE) else right | {"due_end": "none"}
        if has_other_days:
            first, last = (self.right.get(name, "") for name in DAYS)
            right |= {"due_start": first or last, "due_end": last}
        return right


async def sent(request: Request) -> dict[str, str]:
    """The fields of a form that was sent, each once.

    Raises:
        HTTPException: it is none, or larger than a form can be.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return dict(
            parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
        )
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


def filled(fields: Mapping[str, str]) -> Filled:
    """A form from its fields: blanks at the ends and what cannot be seen are no part of what was typed."""
    right = {name: line(fields[name]) for name in RIGHT if name in fields}
    why = _CONTROL_BUT_LINES.sub(" ", fields.get("why", "").replace("\r\n", "\n").replace("\r", "\n")).strip()
    without_deadline = fields.get(NO_DEADLINE) == "yes"
    return Filled(fields.get("verdict", ""), line(fields.get("who", "")), why, right, without_deadline)


def decisions(
    form: Filled, name: Name, value: str | None, shown: Mapping[str, str], now: datetime
) -> tuple[tuple[Decision, ...], tuple[tuple[Fault, str], ...]]:
    """The decisions that a form makes, or what is wrong with it: each fault with the field that it is about.

    `value` is that of the decision in question, `shown` are the fields as the form had them.
    """
    changed = form.changed(shown)
    faults = [*_faults(form), *_faults_of_fields(form, changed)]
    if faults:
        return (), tuple(faults)
    asked = {"what": name.what, "key": name.key, "field": name.field, "value": value}
    right = changed if form.verdict == "correct" else None
    try:
        return decisions_by(asked, form.verdict, right, who=form.who, now=now, why=form.why), ()
    except DecisionError:
        return (), (("value", "verdict"),)


def _faults(form: Filled) -> list[tuple[Fault, str]]:
    found: list[tuple[Fault, str]] = []
    if form.verdict not in VERDICTS:
        found.append(("no_verdict", "verdict"))
    if not form.who:
        found.append(("no_name", "who"))
    if len(form.who) > LONGEST_NAME:
        found.append(("long_name", "who"))
    if len(form.why) > LONGEST_NOTE:
        found.append(("long_note", "why"))
    return found


def _faults_of_fields(form: Filled, changed: Mapping[str, str]) -> list[tuple[Fault, str]]:
    if form.verdict != "correct":
        return [("changed_not_correct", "verdict")] if changed and form.verdict in VERDICTS else []
    if not changed:
        return [("nothing_changed", "verdict")]
    found: list[tuple[Fault, str]] = []
    for name, value in changed.items():
        if not value and name not in DAYS:
            found.append(("emptied", name))
        elif name not in DAYS and not DECIDED[name].fullmatch(value):
            found.append(("value", name))
    if changed.get("due_end") != "none" and "due_end" in changed and not _is_period(*(changed[name] for name in DAYS)):
        found.append(("days", "due_end"))
    return found


def _is_period(first: str, last: str) -> bool:
    try:
        return date.fromisoformat(first) <= date.fromisoformat(last)
    except ValueError:
        return False


def line(typed: str) -> str:
    """Words on one line, without what cannot be seen."""
    return " ".join(_CONTROL.sub(" ", typed).split())
