"""Where messages go: a name for each recipient, and a reference to the address, which is never written out."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Doubt = Literal["resend", "hold"]


def _address(text: str) -> str:
    """A plain e-mail address: no display name, no list, no space, since it becomes part of an Apprise URL."""
    local, _, domain = text.partition("@")
    if not local or "." not in domain or any(character in text for character in ' ,;:<>"\r\n\t?&'):
        raise ValueError("is not one plain e-mail address such as desk@example.org")
    return text


Address = Annotated[str, AfterValidator(_address)]


class Named(BaseModel):
    """A part of a file that is known by its key and remembers where it is (`file:line`), for errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    _name: str = PrivateAttr("")
    _place: str = PrivateAttr("")

    @property
    def name(self) -> str:
        """The key that it has."""
        return self._name

    @property
    def place(self) -> str:
        """File and line of that key."""
        return self._place

    def named(self, name: str, place: str) -> Self:
        """Tell it once, when its file is loaded."""
        self._name, self._place = name, place
        return self


class Reference(BaseModel):
    """Where a secret is kept: exactly one of an environment variable, a file and a Prefect Secret block."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = Field(
        default=None, description="name of an environment variable"
    )
    file: Annotated[str, StringConstraints(min_length=1)] | None = Field(
        default=None, description="path of a file that contains it"
    )
    prefect_secret: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = Field(
        default=None, description="name of a Prefect Secret block"
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.env, self.file, self.prefect_secret)) != 1:
            raise ValueError("name exactly one of env, file and prefect_secret")
        return self

    def __str__(self) -> str:
        """What people call it; the secret itself is not known here."""
        if self.env is not None:
            return f"the environment variable {self.env}"
        return f"the file {self.file}" if self.file is not None else f"the Prefect Secret block {self.prefect_secret}"


def _no_written_secret(value: Any) -> Any:
    """THE one place that keeps addresses out of the file: a URL would be copied, committed and logged with it.

    The message does not repeat the value.
    """
    if isinstance(value, str) and value not in {"mailbox", "terminal"}:
        raise ValueError(
            "do not write an address here: put the Apprise URL elsewhere and refer to it with "
            "{env: NAME}, {file: path} or {prefect_secret: name}; `mailbox` and `terminal` need no URL"
        )
    return value


def _or_a_word(schema: dict[str, Any]) -> None:
    """Make a JSON Schema say that `mailbox` and `terminal` may be written without `url:`."""
    full = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"enum": ["mailbox", "terminal"]}, full]


class Target(Named):
    """One recipient. `mailbox` keeps messages as files in MANDATES_HOME/mail; `terminal` prints one line for each."""

    model_config = ConfigDict(json_schema_extra=_or_a_word)

    url: Annotated[Literal["mailbox", "terminal"] | Reference, BeforeValidator(_no_written_secret)] = Field(
        description="`mailbox`, `terminal`, or where the Apprise URL is"
    )
    to: Address | None = Field(default=None, description="the e-mail address, if the URL is a mail server's")
    after_doubt: Doubt = Field(
        default="resend",
        description="when it is uncertain whether a message arrived: `resend` it under the same delivery id, "
        "or `hold` it and notify the operators",
    )
    timeout_seconds: float = Field(
        15, ge=1, le=120, description="how long its server may take before delivery counts as uncertain"
    )

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        """`desk: mailbox` is short for `desk: {url: mailbox}`."""
        return {"url": value} if isinstance(value, str) else value


def _address_or_reference(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"https://[^\s<>]+", value):
        raise ValueError(
            "write an https: address, or refer to one with {env: NAME}, {file: path} or {prefect_secret: name}"
        )
    return value


class Heartbeat(BaseModel):
    """The address that each good run requests, so that somebody notices when no run reports any more.

    Anybody who knows the address can report too, so it is better to keep it outside the file and refer to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    url: Annotated[str | Reference, BeforeValidator(_address_or_reference)] = Field(
        description="an https: address, or where it is kept"
    )
    private_addresses: bool = Field(default=False, description="allow a service on this machine or in your own network")
