"""Where state and configuration live, and the few numbers an operator may set, from the environment (`MANDATES_…`).

Errors:
    SettingsError    a variable holds what it cannot mean; `variable`
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from config.redaction import hosts_only


class SettingsError(Exception):
    """An environment variable that cannot be used; the sentence names it."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {hosts_only(problem)}")
        self.variable = variable


class Settings(BaseModel):
    """One installation. Each field can be set as MANDATES_<FIELD>; --home and --config come first.

    Read here rather than by pydantic-settings, whose import takes 60 ms of every command.

    Raises:
        SettingsError: a variable holds no such value.
    """

    model_config = ConfigDict(frozen=True)

    home: Path = Field(default=Path("data"), description="folder that holds all state")
    config: Path = Field(
        default=Path("config"), description="folder with sources.yaml, subscriptions.yaml, sessions.yaml, topics.yaml"
    )
    contact: str = Field(
        default="https://example.org/mandate-monitor",
        description="URL or mailto: in the User-Agent where a publisher can reach you",
    )
    landing: str | None = Field(
        default=None,
        description="landing place that several machines share: a folder or s3://BUCKET/FOLDER; by default none",
    )
    register_url: str | None = Field(
        default=None,
        description="public address of the register (`mandates register`), to which messages then link; "
        "by default none",
    )
    lock_wait_seconds: float = Field(
        default=60.0, ge=0, description="how long a command waits while another one writes"
    )
    raw_budget_bytes: int = Field(
        default=20_000_000_000, ge=0, description="how much of what was fetched is kept; the oldest is deleted first"
    )

    read_seconds: float = Field(
        default=10.0, gt=0, description="processor time for reading one document; each megabyte adds 0.4 times as much"
    )
    read_memory_bytes: int = Field(
        default=1_500_000_000, ge=300_000_000, description="address space of a process that reads documents"
    )

    @field_validator("register_url")
    @classmethod
    def _without_final_slash(cls, address: str | None) -> str | None:
        return None if address is None else web_page(address)

    def __init__(self) -> None:
        given = {name: value for name in type(self).model_fields if (value := os.environ.get(variable(name)))}
        try:
            super().__init__(**given)
        except ValidationError as error:
            (misfit, *_) = error.errors(include_url=False)
            name = variable(str(misfit["loc"][0]))
            raise SettingsError(name, f"{misfit['msg']}, not {misfit['input']!r}") from None


def variable(name: str) -> str:
    """The environment variable that sets a field."""
    return f"MANDATES_{name.upper()}"


def web_page(address: str) -> str:
    """An http: or https: address to which paths can be added.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"https?://[^\s<>?#]+", address):
        raise ValueError("write an http: or https: address")
    return address.rstrip("/")
