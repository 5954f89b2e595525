"""What a subscription lets through. Every field takes the wanted values, or {any: …, not: …} to leave some out."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from config.blocks import Kind, Stage  # noqa: TC001 - pydantic looks them up
from config.topics import TOPIC, NamesTopics

About = Literal[
    "new_document",
    "new_mandate",
    "changed_clause",
    "draft_adopted",
    "corrigendum",
    "mandate_due",
    "mandate_overdue",
    "mandate_answered",
    "mandate_renewed",
    "mandate_dropped",
    "item_unreadable",
    "reading_incomplete",
    "source_state",
]
MandateType = Literal[
    "agenda_placement",
    "reporting_request",
    "task_assignment",
    "establishment",
    "convening",
    "budget",
    "extension_renewal",
]
State = Literal[
    "open",
    "due_soon",
    "overdue",
    "answered",
    "partly_answered",
    "renewed",
    "superseded",
    "withdrawn",
    "corrected",
    "unknown",
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]

Value = TypeVar("Value")

# Findings of these kinds carry no mandate, so a filter on a mandate's fields never lets them through.
without_mandate = frozenset({"new_document", "draft_adopted", "corrigendum", "item_unreadable", "source_state"})


def _as_written(schema: dict[str, Any]) -> None:
    """Make a JSON Schema say what people may write: the short form, or `any` and `not`."""
    wanted = schema["properties"]["any"]["anyOf"][0]
    one = wanted.get("items", wanted)
    value = {"anyOf": [one, wanted]} if one is not wanted else one
    described = {"description": schema["description"]} if "description" in schema else {}
    parts = {
        "any": value | {"description": "what to let through"},
        "not": value | {"description": "what to leave out"},
    }
    both = {"type": "object", "properties": parts, "additionalProperties": False}
    schema.clear()
    schema.update(described, anyOf=[*value.get("anyOf", [value]), both | {"minProperties": 1}])


class Choice(BaseModel, Generic[Value]):
    """Some values wanted (`any`), some not (`not`). A list or a single value is short for `any`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_as_written)
    any: tuple[Value, ...] | None = None
    none: tuple[Value, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return {"any": value if isinstance(value, (list, tuple)) else [value]}
        if "none" in value:
            raise ValueError("`none` is not a known key here; leave values out with `not`")
        return {
            "none" if key == "not" else key: part if isinstance(part, (list, tuple)) else [part]
            for key, part in value.items()
        }

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if self.any is None and not self.none:
            raise ValueError("can never match: it names no value")
        if self.any is not None and not set(self.any) - set(self.none):
            raise ValueError("can never match: every wanted value is also left out" if self.any else "can never match")
        return self


class Within(BaseModel):
    """Days from today within which a deadline ends (`any`), or must not end (`not`). A number is short for `any`."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_as_written)
    any: int | None = None
    none: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return {"any": value}
        return {"none" if key == "not" else key: part for key, part in value.items()}

    @model_validator(mode="after")
    def _can_match(self) -> Self:
        if self.any is None and self.none is None:
            raise ValueError("can never match: it names no number of days")
        if any(days is not None and days < 0 for days in (self.any, self.none)):
            raise ValueError("can never match: days are counted from today, so they must be 0 or more")
        if self.any is not None and self.none is not None and self.none >= self.any:
            raise ValueError("can never match: all wanted days are also left out")
        return self


class Filters(NamesTopics):
    """All filters must agree; one that is not given agrees with everything.

    A filter takes a value, a list, or `{any: […], not: […]}`. Upper and lower case make no difference in `words`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    bodies: Choice[Words] | None = Field(default=None, description="names of bodies, `*` for any letters")
    sources: Choice[Words] | None = Field(default=None, description="ids of sources, `*` for any letters")
    kinds: Choice[Kind] | None = Field(default=None, description="kinds of document")
    stages: Choice[Stage] | None = Field(default=None, description="stages of a document")
    types: Choice[MandateType] | None = Field(default=None, description="types of mandate")
    addressees: Choice[Words] | None = Field(
        default=None, description="ids (`un:secretary-general`) or words of the addressee, `*` for any letters"
    )
    responsible: Choice[Words] | None = Field(
        default=None, description="units to which people gave mandates (`mandates matrix`), `*` for any letters"
    )
    topics: Choice[Words] | None = Field(default=None, description="topics, `*` for any letters")
    words: Choice[Words] | None = Field(
        default=None,
        description="whole words in quotes and titles, `*` for the rest of a word; `topic:migration` for a topic",
    )
    due_within_days: Within | None = Field(default=None, description="a number of days from today")

    @property
    def named_topics(self) -> tuple[str, ...]:
        """The topics among the words, wanted or not."""
        words = (*(self.words.any or ()), *self.words.none) if self.words is not None else ()
        return tuple(each.removeprefix(TOPIC) for each in words if each.startswith(TOPIC))

    @property
    def needs_mandate(self) -> bool:
        """Whether something is wanted that only a mandate has."""
        return any(
            field is not None and field.any is not None
            for field in (self.types, self.addressees, self.responsible, self.due_within_days)
        )
