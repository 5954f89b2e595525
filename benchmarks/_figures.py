"""Figures with their aims: how they are printed, and kept as one JSON line a run in `benchmarks/results/`.

The lines hold no names of machines and no paths. Small runs (`--quick`) are not kept: their figures say that a
benchmark works, and compare with nothing.
"""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._measured import Cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

RESULTS = Path(__file__).parent / "results"
# So many runs of a benchmark are kept, the newest last.
KEPT = 20


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure: a small version, so many rounds of heavy commands, and beside another checkout's code."""

    quick: bool = False
    rounds: int = 3
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One value; `unit` is "s", "MB", "/s", "x" (a ratio) and the like.

    `aim` is the most that it should be; of a rate ("/s", "MB/s"), the least.

    A command's figure is its wall time, with all of its cost beside it.
    """

    name: str
    value: float
    unit: str
    aim: float | None = None
    cost: Cost | None = None


def spent(name: str, cost: Cost) -> Figure:
    """The figure of a command."""
    return Figure(name, cost.wall, "s", cost=cost)


def keep(benchmark: str, figures: Iterable[Figure], folder: Path = RESULTS) -> None:
    """Append a run to those of its benchmark, and let the oldest go."""
    line = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "name": benchmark,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "figures": [_as_json(figure) for figure in figures],
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{benchmark}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [*lines, json.dumps(line)][-KEPT:]
    path.write_text("".join(f"{each}\n" for each in kept), encoding="utf-8")


def last(benchmark: str, folder: Path = RESULTS) -> tuple[str, list[Figure]] | None:
    """The day and the figures of the newest run; None where there was none."""
    path = folder / f"{benchmark}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    if not lines:
        return None
    run = json.loads(lines[-1])
    return run["date"][:10], [_figure(**known) for known in run["figures"]]


def table(runs: Sequence[tuple[str, str, Sequence[Figure]]]) -> str:
    """All figures of some runs, each given as (benchmark, day, figures)."""
    head = ("benchmark", "figure", "value", "aim", "measured", "processor", "tree", "largest", "written")
    rows = [head, *(_row(benchmark, day, figure) for benchmark, day, figures in runs for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(map(_padded, row, head, widths)).rstrip() for row in rows)


def _row(benchmark: str, day: str, figure: Figure) -> tuple[str, ...]:
    aim = ""
    if figure.aim is not None:
        least = figure.unit.endswith("/s")
        missed = figure.value < figure.aim if least else figure.value > figure.aim
        aim = f"{'>=' if least else '<='} {figure.aim:g} {figure.unit}" + (" missed" if missed else "")
    shown = (benchmark, figure.name, _written(figure.value, figure.unit), aim, day)
    if figure.cost is None:
        return (*shown, "", "", "", "")
    cost = figure.cost
    sizes = (_written(size, "MB") for size in (cost.tree, cost.largest, cost.written))
    return (*shown, _written(cost.processor, "s"), *sizes)


def _padded(cell: str, column: str, width: int) -> str:
    return cell.ljust(width) if column in {"benchmark", "figure", "measured"} else cell.rjust(width)


def _written(value: float, unit: str) -> str:
    # More than three figures is more than two runs agree on.
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _as_json(figure: Figure) -> dict[str, Any]:
    known = asdict(figure)
    known["value"] = _rounded(figure.value)
    if figure.cost is not None:
        known["cost"] = {name: _rounded(value) for name, value in asdict(figure.cost).items()}
    return {name: value for name, value in known.items() if value is not None}


def _figure(*, cost: dict[str, float] | None = None, **known: Any) -> Figure:
    return Figure(**known, cost=Cost(**cost) if cost else None)


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
