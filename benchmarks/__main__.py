"""`python -m benchmarks`: the last figures of all measurements with their aims; with names, measure these first.

python -m benchmarks                        the table
python -m benchmarks all                    measure everything, which takes hours, then the table
python -m benchmarks ingest reading         these two
python -m benchmarks --quick all            small versions; their figures are not kept
python -m benchmarks reading --beside PATH  and the code of another checkout in turn
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import benchmarks
from benchmarks._figures import Options, keep, last, table


def main(words: list[str] | None = None) -> None:
    """Run each named module's `main`, keep its figures, and print the table."""
    known = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name[0] != "_")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"all, or some of: {', '.join(known)}")
    parser.add_argument("--quick", action="store_true", help="small versions")
    parser.add_argument("--rounds", type=int, default=Options().rounds, help="of heavy commands (default %(default)s)")
    parser.add_argument("--beside", type=Path, metavar="PATH", help="a checkout whose code does the same (reading)")
    given = parser.parse_args(words)
    wanted = known if given.names == ["all"] else given.names
    for name in wanted:
        if name not in known:
            parser.error(f"no benchmark is called {name!r}; there are: {', '.join(known)}")
    options = Options(given.quick, given.rounds, given.beside.resolve() if given.beside else None)
    today = datetime.now(UTC).date().isoformat()
    measured = []
    for name in wanted:
        print(f"== {name}", flush=True)
        figures = importlib.import_module(f"benchmarks.{name}").main(options)
        measured.append((name, today, figures))
        if not options.quick:
            keep(name, figures)
    if wanted:
        print()
    print(table(measured or [(name, *run) for name in known if (run := last(name)) is not None]))
    if not wanted and (missing := [name for name in known if last(name) is None]):
        print(f"not measured yet: {', '.join(missing)}", file=sys.stderr)


if __name__ == "__main__":
    main()
