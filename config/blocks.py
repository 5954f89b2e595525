"""What every block of a source is made of: frozen models, durations, regular expressions, kinds of documents."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

# As in `mandates.model`, which the configuration does not import; a test checks that they agree.
Kind = Literal["resolution", "decision", "amendment", "report", "initiative", "statement", "news", "other"]
Stage = Literal["preliminary_draft", "draft", "adopted", "official_record"]

# Beyond it there is a mistake in the unit, and some way further Python cannot count.
LONGEST = timedelta(days=3660)
_units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", str(value).strip())
    if match is None:
        raise ValueError("write a number and a unit: 30s, 15m, 1h, 7d, 2w")
    seconds = float(match.group(1)) * _units[match.group(2)]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"is out of range: at most {LONGEST.days}d")
    return timedelta(seconds=seconds)


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(lambda value: f"{value.total_seconds():g}s", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smhdw]$", "examples": ["30s", "15m", "1h", "7d"]}),
]


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return value


Regex = Annotated[str, BeforeValidator(_regex)]


# A step of a path of keys; a condition in brackets may have dots in its value.
JSON_STEP = re.compile(r"[^.\[\]]+(?:\[[^\[\]=]+=[^\[\]]*\])?")


def _json_path(value: str) -> str:
    # An empty path is the value itself.
    if value and ".".join(JSON_STEP.findall(value)) != value:
        raise ValueError(f"{value!r} is not a path of keys such as data.*.title or metadata[key=dc.title].value")
    return value


JsonPath = Annotated[str, AfterValidator(_json_path)]
JSON_PATH_WORDS = (
    "a path of keys: `data.*.fields.title`; `*` is each member of a list, `metadata[key=dc.title]` "
    "those whose `key` is dc.title"
)


class Block(BaseModel):
    """A part of a source: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
