"""The matrix and the brief as web pages that print well; every word from outside is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from alerts.papers.brief import Brief
    from alerts.papers.matrix import Matrix

_TEMPLATES = Path(__file__).parent / "templates"
# What shares a column on paper, where there is less room than on a screen.
PAPER = (
    ("document", "clause"), ("request",), ("addressee",), ("deadline",), ("deliverable",), ("state", "answer"),
    ("responsible",), ("status", "note"),
)  # fmt: skip


def paper_columns(matrix: Matrix) -> tuple[tuple[str, ...], ...]:
    """The columns on paper, each with what it holds, without the one by which the rows are grouped."""
    kept = (tuple(column for column in columns if column != matrix.columns[0]) for columns in PAPER)
    return tuple(columns for columns in kept if columns)


def matrix_page(matrix: Matrix) -> str:
    """The matrix as a page of its own."""
    columns = paper_columns(matrix)
    heads = [heading(matrix, names) for names in columns]
    return _template("matrix.html.j2").render(matrix=matrix, columns=columns, heads=heads)


def heading(matrix: Matrix, names: tuple[str, ...]) -> str:
    """What stands above a column on paper: "State, answered by"."""
    first, *more = (matrix.words.headings[name] for name in names)
    return ", ".join([first, *(each[:1].lower() + each[1:] for each in more)])


def brief_page(brief: Brief) -> str:
    """The brief as a page of its own."""
    return _template("brief.html.j2").render(brief=brief)


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
