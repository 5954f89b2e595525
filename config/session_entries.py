"""The shape of `sessions.yaml`, for its JSON Schema and for the errors of a file that does not fit."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic looks it up
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.sessions import Confidence  # noqa: TC001 - pydantic looks it up


class Entry(BaseModel):
    """One session of a body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body: str = Field(min_length=1, description="the short name of the body: UNGA, ECOSOC, IPU, AALCO")
    number: int = Field(gt=0, description="81 for the eighty-first session")
    start: date = Field(description="the first day")
    end: date = Field(description="the last day")
    confidence: Confidence = Field(
        description="checked: seen in a document of that session; listed: from the body's published list; computed: "
        "from a rule, so that deadlines resolved by it are marked as inferred"
    )
    source: str = Field(min_length=1, description="where these days were found")
    by: str | None = Field(default=None, min_length=1, description="who entered it")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end < self.start:
            raise ValueError("the session ends before it starts")
        return self


class SessionsFile(BaseModel):
    """`sessions.yaml`: sessions that the calendar of the program lacks, or has otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shipped: bool = Field(default=True, description="whether to use the calendar that comes with the program as well")
    # Null: the key with nothing but comments below it, as the starter file has it.
    sessions: tuple[Entry, ...] | None = Field(
        default=None, description="sessions to add; one that the program already has is replaced"
    )

    @model_validator(mode="after")
    def _lists_each_once(self) -> Self:
        seen: set[tuple[str, int]] = set()
        for entry in self.sessions or ():
            if (entry.body, entry.number) in seen:
                raise ValueError(f"the session {entry.body} {entry.number} is listed twice")
            seen.add((entry.body, entry.number))
        return self
