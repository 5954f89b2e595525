"""What a Word file is made of once it is read: paragraphs, and rows of tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mandates.text.blocks import BlockKind

# A cell with several paragraphs is a cell of a table up to here; beyond it the table is there for the layout.
_LONGEST_CELL = 300


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a row of a table (`table` tells one table from another)."""

    kind: BlockKind
    words: str
    level: int = 0
    label: str = ""
    glue: str = ""
    bold: bool = False
    size: float | None = None
    table: int | None = None

    @property
    def written(self) -> str:
        """The label and the words."""
        return f"{self.label}{self.glue}{self.words}"


def row_of(cells: list[list[Piece]], table: int | None) -> list[Piece]:
    """A row as one line with tabs; where it is only for the layout, the paragraphs of its cells one after the other."""
    if any(len(cell) > 1 and _is_laid_out(cell) for cell in cells):
        return [piece for cell in cells for piece in cell]
    row = "\t".join(" ".join(" ".join(piece.written.split()) for piece in cell) for cell in cells)
    bold = all(piece.bold for cell in cells for piece in cell)
    return [Piece("table", row, bold=bold, table=table)] if row.strip() else []


def _is_laid_out(cell: list[Piece]) -> bool:
    """Whether a cell with several paragraphs is a column of a layout and not one value of a table."""
    return sum(len(piece.words) for piece in cell) > _LONGEST_CELL or any(
        piece.label or piece.table is not None for piece in cell
    )
