"""What a source sends besides its URL: headers of its own, and the body of a search that is posted.

A secret is never written into the file: `${NAME}` in a header is the environment variable of that name.
"""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, JsonValue, WithJsonSchema, model_validator

from config.blocks import Block
from config.suggestions import did_you_mean

VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")
PRODUCT = "MandateMonitor"
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e]{1,2000}")
_HOLDS_A_SECRET = re.compile(r"authorization|(?:^|[-_])(?:key|api-?key|token|secret|password)(?:$|[-_])")
# RFC 9110, 7.6.1, and what a program must not choose freely.
_REFUSED = {
    **dict.fromkeys(
        ("connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy-connection"),
        "concerns the connection (hop-by-hop), which the program manages",
    ),
    **dict.fromkeys(("proxy-authorization", "proxy-authenticate"), "is for a proxy: put it into HTTPS_PROXY"),
    "host": "follows from the URL",
    "cookie": "is refused: no session is kept, and a cookie copied from a browser is a person's log-in",
    "content-length": "follows from the body",
    "content-type": "follows from `post`; for `text`, give `post.type`",
    "accept-encoding": "is set by the program, which unpacks responses within its limits",
    **dict.fromkeys(
        ("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "range"),
        "is set by the program, which remembers what it has fetched",
    ),
}
_USUAL = ("Accept", "Accept-Language", "From", "Authorization", "User-Agent", "X-API-Key", "Referer")


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    seen: set[str] = set()
    for name, value in headers.items():
        _check(name, value)
        if name.lower() in seen:
            raise ValueError(f"{name}: is given twice (upper and lower case make no difference)")
        seen.add(name.lower())
    return headers


def _check(name: str, value: str) -> None:
    lowered = name.lower()
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name[:60]!r} is not the name of a header{did_you_mean(name, _USUAL)}")
    if lowered in _REFUSED:
        raise ValueError(f"{name}: {_REFUSED[lowered]}")
    if not _VALUE.fullmatch(value) or value != value.strip():
        raise ValueError(f"{name}: its value must be one line of printable ASCII")
    if "${" in VARIABLE.sub("", value):
        raise ValueError(f"{name}: write an environment variable as ${{NAME}}")
    if lowered == "user-agent" and PRODUCT not in value:
        raise ValueError(f"{name}: must contain {PRODUCT}, so that the publisher can see which program asks")
    if _HOLDS_A_SECRET.search(lowered) and not VARIABLE.search(value):
        raise ValueError(f"{name}: do not write a secret here; put it into an environment variable, as ${{NAME}}")


Headers = Annotated[dict[str, str], AfterValidator(_sendable)]


class Post(Block):
    """A list that is requested with POST. Give one of `json`, `form` and `text`; `{page}` in it counts pages."""

    json_body: Annotated[JsonValue, WithJsonSchema({})] = Field(
        default=None, alias="json", description='sent as JSON; "{page}" alone becomes a number'
    )
    form: dict[str, str] | None = Field(default=None, description="sent like a web form")
    text: str | None = Field(default=None, min_length=1, max_length=100_000, description="sent as it is")
    type: str | None = Field(
        default=None,
        pattern=r"^[\w.+-]+/[\w.+-]+$",
        description="the media type of `text`, e.g. application/sparql-query; otherwise text/plain",
    )

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if sum(body is not None for body in (self.json_body, self.form, self.text)) != 1:
            raise ValueError("give one of `json`, `form` and `text`")
        if self.type is not None and self.text is None:
            raise ValueError("type: is for `text` only")
        return self

    @property
    def counts_pages(self) -> bool:
        """Whether `{page}` is in it."""
        return "{page}" in self.model_dump_json()
