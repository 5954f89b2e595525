"""How a publisher answers: what counts as a valid response, and how it says that a document does not exist."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from config.blocks import Block, Regex

log = logging.getLogger(__name__)


class Accept(Block):
    """What counts as a valid response; anything else is a failure, never "nothing new"."""

    status: tuple[int, ...] = Field(default=(200,), description="status codes that carry content")
    types: tuple[str, ...] = Field(default=(), description="media types, e.g. application/pdf; if empty, any")
    magic: str | None = Field(default=None, description="what the body must begin with, e.g. %PDF")
    min_bytes: int = Field(default=1, ge=0, description="the smallest body that can be real")
    fail_headers: tuple[str, ...] = Field(default=(), description="headers that mean a challenge or an error page")
    fail_words: tuple[str, ...] = Field(default=(), description="words that mean a challenge or an error page")


class Missing(Block):
    """How a publisher answers for a document that does not exist; any one of these signs is enough.

    A response that is neither a document nor one of these signs is a failure.
    """

    status: tuple[int, ...] = Field(default=(), description="status codes")
    empty: bool = Field(default=False, description="an empty body, with a status that carries content")
    max_bytes: int | None = Field(
        default=None,
        ge=1,
        description="a body of at most this many bytes that does not begin with `accept.magic`: a stub",
    )
    redirect: Regex | None = Field(
        default=None,
        description="a regular expression, searched in the URL that redirects led to; not for status 500 and above",
    )
    words: tuple[Annotated[str, Field(min_length=3)], ...] = Field(
        default=(), description="any of these in the body, whatever the status"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.status or self.empty or self.max_bytes or self.redirect or self.words):
            raise ValueError("is empty: give `status`, `empty`, `max_bytes`, `redirect` or `words`")
        return self


def missing_as_before(value: Any, *, empty: bool) -> Any:
    """A block whose `missing_status`, the key until December 2026, is written as `missing` is.

    Raises:
        ValueError: it has both.
    """
    if not isinstance(value, dict) or "missing_status" not in value:
        return value
    if "missing" in value:
        raise ValueError("give `missing` alone: `missing_status` is its former name")
    status = value["missing_status"]
    now = f"missing: {{status: {list(status)}{', empty: true' if empty else ''}}}"
    log.warning(
        "%s: write `missing_status` as `%s`; the old key is read until December 2027", value.get("id", "series"), now
    )
    rest = {key: each for key, each in value.items() if key != "missing_status"}
    return {**rest, "missing": {"status": status, "empty": empty}}
