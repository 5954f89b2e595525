"""What the values of fields are called in each language (en, fr, es): `labels.yaml`, for messages, files and pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import BaseModel, ConfigDict

from config.blocks import Kind, Stage  # noqa: TC001 - pydantic looks them up
from config.filters import MandateType, State  # noqa: TC001 - pydantic looks them up
from config.strict_yaml import load
from config.translated import Translated  # noqa: TC001 - as these

if TYPE_CHECKING:
    from collections.abc import Mapping

Field = Literal["type", "state", "kind", "stage", "basis", "language", "rule"]
Basis = Literal["stated date", "session calendar", "inferred", "cadence", "decided", "none"]
FIELDS: tuple[Field, ...] = get_args(Field)
_FILE = Path(__file__).parent / "labels.yaml"


class _Labels(BaseModel):
    """The labels of the values of each field. A language that is missing is an error when the file is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: dict[MandateType, Translated]
    state: dict[State, Translated]
    kind: dict[Kind, Translated]
    stage: dict[Stage, Translated]
    basis: dict[Basis, Translated]
    language: dict[str, Translated]
    rule: dict[str, Translated]


@cache
def labels(field: Field, language: str) -> Mapping[str, str]:
    """The label of each value of a field, as in the middle of a sentence; the English one in other languages."""
    return {value: label.said_in(language) for value, label in getattr(_read(), field).items()}


@cache
def _read() -> _Labels:
    return load(_FILE, _Labels, places=False)
