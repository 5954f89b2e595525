"""The fields of a mandate, in one table: how each is taken from an analysis, and what it is in a batch file.

The schema of batch files, their rows and the insert into `mandates` are made from it. Its columns and their comments
are in `warehouse/migrations/`, which do not change once they are published; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable

    from mandates.model import Due, Mandate

SPAN = [("start", pa.int32()), ("end", pa.int32())]


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its name, its type, and how it is taken from a mandate."""

    name: str
    type: pa.DataType
    of: Callable[[Mandate], Any]


_DUE = pa.struct(
    [
        *SPAN,
        ("quote", pa.string()),
        ("due_start", pa.date32()),
        ("due_end", pa.date32()),
        ("basis", pa.string()),
        ("rule", pa.string()),
        ("sense", pa.string()),
    ]
)


def _as_it_is(*names: str) -> list[Field]:
    return [Field(name, pa.string(), attrgetter(name)) for name in names]


def _first(name: str, otherwise: str | None = None) -> Callable[[Mandate], Any]:
    """A field of the first deadline, which is what the flat columns are about; all of them are in `dues`."""
    return lambda mandate: getattr(mandate.dues[0], name) if mandate.dues else otherwise


def _due(due: Due) -> dict[str, Any]:
    return {field.name: getattr(due, field.name) for field in _DUE}


FIELDS = (
    *_as_it_is("verb", "type", "addressee", "addressee_id"),
    Field("due", pa.string(), _first("quote")),
    Field("due_start", pa.date32(), _first("due_start")),
    Field("due_end", pa.date32(), _first("due_end")),
    Field("due_basis", pa.string(), _first("basis", otherwise="none")),
    Field("dues", pa.list_(_DUE), lambda mandate: [_due(due) for due in mandate.dues]),
    *_as_it_is("agenda_item", "agenda_title", "action", "deliverable", "rule"),
    Field("due_sense", pa.string(), _first("sense")),
    *_as_it_is("addressee_resolved"),
)

# Besides its fields: what it is called, where it is, and what its clause gives it.
_NAMES = ("mandate_id", "clause_id", "version_id", "document_id", '"start"', '"end"', "quote")
_GIVEN = ("task_key", "confidence", "review")

STRUCT = pa.struct(
    [("mandate_id", pa.string()), *SPAN, ("quote", pa.string()), *((field.name, field.type) for field in FIELDS)]
)
INSERT = "INSERT INTO mandates BY NAME SELECT " + ", ".join(  # noqa: S608 - our own names
    (*_NAMES, *(field.name for field in FIELDS), *_GIVEN)
) + " FROM rows_in"  # fmt: skip


def values(mandate: Mandate) -> dict[str, Any]:
    """The fields of a mandate, by name."""
    return {field.name: field.of(mandate) for field in FIELDS}
