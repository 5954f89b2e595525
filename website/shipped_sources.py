"""The table of the shipped sources, made from `config/sources.yaml`.

python -m website.shipped_sources        writes it into docs/sources.md (`make schemas` calls it)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.sources import load_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sources import Source

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "sources.md"
BEGIN: Final = "<!-- made from config/sources.yaml by `make schemas` -->\n"
END: Final = "<!-- end of what is made -->\n"


def table(sources: Sequence[Source]) -> str:
    """The sources that are on, then the others with the reason; each group as in the file."""
    on = [source for source in sources if source.enabled]
    off = [source for source in sources if not source.enabled]
    counts = f"{len(on)} of {len(sources)} sources are on.\n"
    head = "\n| source | what it is | kind | evidence | on or off | address |\n|---|---|---|---|---|---|\n"
    return counts + head + "".join(map(_row, (*on, *off)))


def _row(source: Source) -> str:
    state = "on" if source.off is None else f"off: {source.off}"
    # An address with placeholders leads nowhere.
    address = f"`{source.url}`" if "{" in source.url else f"<{source.url}>"
    cells = (source.id, source.title or "", source.kind, source.evidence or "", state, address)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def page(before: str) -> str:
    """The page with the table as it is now.

    Raises:
        ValueError: the page has no place for it.
    """
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} lacks the lines between which the table belongs")
    return head + begin + table(load_sources(ROOT / "config" / "sources.yaml")) + end + tail


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
