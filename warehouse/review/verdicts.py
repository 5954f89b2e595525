"""What a person makes of an uncertain reading: confirm it, reject it or correct it, and which fields that decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

from warehouse.review.decision import Decision, DecisionError
from warehouse.review.edited_yaml import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

Verdict = Literal["confirm", "reject", "correct"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
# What `correct` may set right.
RIGHT = ("is_mandate", "type", "addressee", "addressee_id", "due_start", "due_end", "deliverable", "state")


def decisions_by(
    asked: Mapping[str, Any], verdict: Any, right: Mapping[str, Any] | None, *, who: Any, now: datetime, why: str
) -> tuple[Decision, ...]:
    """The decisions that a verdict on one uncertain reading makes.

    `asked` has `what` is uncertain (as in `Uncertain`) and the `key`, and of an earlier decision its `field` and
    `value`; `right` are the fields that a correction sets.

    Raises:
        DecisionError: the verdict or a field cannot be, or the name of who decides is missing.
    """
    if verdict not in VERDICTS:
        raise DecisionError(f"verdict is {verdict!r}; use one of {', '.join(VERDICTS)}")
    key = str(asked.get("key") or "")
    if not isinstance(who, str) or not who.strip():
        raise DecisionError("`who` at the top is empty: write your name or your desk", task_key=key)
    fields = _fields(verdict, asked, right or {})
    return tuple(Decision(key, field, value, who.strip(), now, why).checked() for field, value in fields)


def _fields(verdict: Verdict, asked: Mapping[str, Any], right: Any) -> Iterator[tuple[str, str | None]]:
    """The fields that it decides, with their values."""
    what = asked.get("what")
    if verdict == "correct":
        if what == "text":
            raise DecisionError("a text cannot be corrected; confirm that somebody has checked it")
        if not isinstance(right, dict) or not right or not right.keys() <= set(RIGHT):
            raise DecisionError(f"`right` must have one or more of {', '.join(RIGHT)}")
        yield from ((field, as_text(field, value)) for field, value in right.items())
    elif right:
        raise DecisionError("has `right` without `verdict: correct`")
    elif what == "decision":
        yield str(asked.get("field")), as_text("value", asked.get("value")) if verdict == "confirm" else None
    elif what == "ledger":
        yield "state", "done" if verdict == "confirm" else "dropped"
    elif verdict == "confirm":
        yield "reviewed", "yes"
    elif what == "text":
        raise DecisionError("a text cannot be rejected; confirm that somebody has checked it")
    else:
        yield "is_mandate", "no"
