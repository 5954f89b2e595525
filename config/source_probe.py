"""Symbols counted up: the keys of a series, and what `current` in it means."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from config.blocks import Duration  # noqa: TC001 - pydantic looks it up
from config.current import Turn, sessions_begun, years
from config.sessions import SessionDates  # noqa: TC001 - pydantic looks it up
from config.source_answers import Missing, missing_as_before
from config.source_common import AnySource, is_address
from config.source_templates import PLACE
from config.suggestions import or_known

CURRENT = "current"


class ProbeSource(AnySource):
    """Documents by symbol, counting up: an unpublished one is a miss, a network error is not."""

    kind: Literal["symbol-probe"]
    template: str = Field(description="the symbol, e.g. A/RES/{session}/{number}")
    vars: dict[str, str | int] = Field(
        default_factory=dict,
        description="values of the other placeholders in `template`, e.g. session: 81; `session: current` follows the "
        "calendar of sessions, `year: current` the year",
    )
    calendar: str | None = Field(
        default=None, description="the body in sessions.yaml whose session is `current`; by default `body`"
    )
    numbering: Literal["restarts", "continues"] = Field(
        default="restarts",
        description="whether numbers start again with each session or year, or continue",
    )
    former_for: Duration = Field(
        default=timedelta(days=60),
        description="how long the previous session or year is still probed after the next one begins, and at least "
        "until the new one has a document",
    )
    first: int = Field(default=1, ge=0, description="the lowest number")
    stop_after_misses: int = Field(
        default=3, ge=1, le=100, description="how many missing numbers in a row end the count in an ordinary crawl"
    )
    look_ahead: int = Field(
        default=20,
        ge=1,
        le=200,
        description="how many missing numbers in a row end the count once a day and in a sweep",
    )
    suffixes: tuple[str, ...] = Field(default=(), description="tried after each number, e.g. /Rev.1 or a letter: ' A'")
    url: str = Field(description="the URL of a document, with {symbol} or {symbol:quoted} in it")
    missing: Missing = Field(
        default=Missing(status=(404,), empty=True), description="how the publisher says that a document does not exist"
    )
    # Put in by the loader: the sessions that `current` goes by.
    _sessions: tuple[SessionDates, ...] = PrivateAttr(default=())

    @model_validator(mode="before")
    @classmethod
    def _former_key(cls, value: Any) -> Any:
        return missing_as_before(value, empty=True)

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if {found[1] for found in PLACE.finditer(is_address(value))} != {"symbol"}:
            raise ValueError("must have {symbol} or {symbol:quoted} in it, and no other field")
        return value

    @model_validator(mode="after")
    def _template_is_filled(self) -> Self:
        names = set(re.findall(r"\{(\w+)\}", self.template))
        if "number" not in names:
            raise ValueError("template: has no {number} to count")
        if missing := names - {"number"} - set(self.vars):
            raise ValueError(f"vars: does not define {', '.join(sorted(missing))}")
        current = [name for name, value in self.vars.items() if value == CURRENT]
        if len(current) > 1:
            raise ValueError(f"vars: only one may be `current`, not {' and '.join(current)}")
        for name in ("calendar", "numbering", "former_for"):
            if not current and name in self.model_fields_set:
                raise ValueError(f"{name}: has an effect only where one of `vars` is `current`")
        return self

    @property
    def moving(self) -> str | None:
        """The variable that goes by the calendar; None where the series is fixed."""
        return next((name for name, value in self.vars.items() if value == CURRENT), None)

    @property
    def meets(self) -> str | None:
        """The body whose sessions are needed; None where none are."""
        return (self.calendar or self.body or "") if self.moving not in {None, "year"} else None

    def with_sessions(self, sessions: tuple[SessionDates, ...]) -> Self:
        """The same with the sessions of the body that `meets`.

        Raises:
            KeyError: that body has no sessions; the sentence names the key.
        """
        own = tuple(each for each in sessions if each.body == self.meets)
        if not own:
            known = or_known(self.meets or "", dict.fromkeys(each.body for each in sessions))
            raise KeyError(f"vars.{self.moving}: sessions.yaml has no sessions of {self.meets!r}{known}")
        complete = self.model_copy()
        complete._sessions = own  # noqa: SLF001 - its own
        return complete

    def turns(self, on: date) -> tuple[Turn, ...]:
        """The current value of the variable that moves, and the one before it; empty where nothing has begun."""
        return years(on) if self.meets is None else sessions_begun(self._sessions, on)

    def called(self, number: int, value: int | None = None) -> str:
        """The symbol of a number, with the value of the variable that moves."""
        return self.label(value).replace("{number}", str(number))

    def label(self, value: int | str | None = None) -> str:
        """What the symbols of a series have in common, with {number} in it: A/RES/81/{number}."""
        moving = {} if self.moving is None else {self.moving: value}
        return self.template.format(**{**self.vars, **moving}, number="{number}")
