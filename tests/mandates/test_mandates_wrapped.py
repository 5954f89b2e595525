"""Where lines break makes no difference: a hard-wrapped text reads as it does with one line for each paragraph."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse
from mandates.text.wrapped import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

_HERE = Path(__file__).parent
_INVENTED = ("forms.yaml", "speakers.yaml")


@cache
def _documents(path: Path) -> tuple[str, ...]:
    return tuple(_texts(YAML(typ="safe").load(path.read_text(encoding="utf-8"))))


def _texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict) and isinstance(tree.get("text"), str):
        yield tree["text"]
    elif isinstance(tree, dict | list):
        for each in tree.values() if isinstance(tree, dict) else tree:
            yield from _texts(each)


def _wrapped(text: str, width: int) -> str:
    lines = (
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) if len(line) > width else [line]
        for line in text.split("\n")
    )
    return "\n".join(line for each in lines for line in each)


def _read(text: str) -> list[tuple[object, ...]]:
    return [
        (
            clause.number,
            " ".join(clause.quote.split()),
            clause.type,
            clause.is_mandate,
            clause.addressee and " ".join(clause.addressee.split()),
            [" ".join(due.quote.split()) for due in clause.dues],
        )
        for clause in analyse(text).clauses
    ]


@pytest.mark.parametrize("width", [60, 72])
@pytest.mark.parametrize("name", _INVENTED)
def test_invented_documents_read_the_same_hard_wrapped(name: str, width: int) -> None:
    """Each clause has the same words, type, addressee and deadlines, whatever the form of the document."""
    others = [text for text in _documents(_HERE / name) if _read(_wrapped(text, width)) != _read(text)]
    assert others == []


@pytest.mark.parametrize("width", [60, 72])
def test_the_open_cases_read_the_same_hard_wrapped(shared: Path, width: int) -> None:
    """The same holds for the short cases that were written elsewhere."""
    texts = [text for path in sorted((shared / "cases/open").glob("*.yaml")) for text in _documents(path)]
    assert len(texts) > 40
    assert [text for text in texts if _read(_wrapped(text, width)) != _read(text)] == []


WRAPPED = {
    "a speaker of three long names": (
        "The Conference of the Parties to the Lakes Convention, the\nConference of the Parties to the Rivers Convention"
        " and the\nConference of the Parties to the Canals Convention,\n\nRecalling their agreement,"
    ),
    "a number that begins a line": "The Board took note of the papers set out in paragraph\n12 of the report.",
    "a date over two lines": "1. Requests the Secretariat to print all maps by 31\nJanuary 2028;",
    "a bracket that is closed on the next line": "Committee, minutes of the thirtieth session (Amra,\n8 May 2027)",
}


@pytest.mark.parametrize("way", WRAPPED)
def test_a_line_that_goes_on_is_joined_to_the_next(way: str) -> None:
    """Small letters, an open bracket or an unfinished sentence show that the line was broken."""
    assert unwrapped(WRAPPED[way]).replace("\n\n", "¶").count("\n") == 0


WHOLE = {
    "a heading above the organ": "Protection of all piers and quays within the lake\nThe Harbour Council,",
    "numbered paragraphs": "1. Requests the Secretariat to print the maps of it;\n2. Urges States to pay.",
    "a list with bullets": "The Board of Pilots decided on the following three measures\n– a map\n– a register",
    "a heading above small letters": "Decision 12\nrequested the Office to act",
    "a paragraph on each line": (
        "Calling upon all ports to light the piers of the lake at night and to publish what they spend on it within "
        "a month of the end of the year, as agreed,\nDecides to go on"
    ),
}


@pytest.mark.parametrize("way", WHOLE)
def test_a_line_that_ends_a_paragraph_stays_one(way: str) -> None:
    """Headings, items and paragraphs are never joined to what follows them."""
    assert unwrapped(WHOLE[way]) == WHOLE[way]


def test_a_letterhead_in_columns_keeps_its_lines() -> None:
    """What stands side by side at the top of a page is no paragraph: the symbol stays alone at its line's end."""
    gap = " " * 70
    text = (
        f"United Nations{gap}A/C.2/85/L.44\nGeneral Assembly{gap}Distr.: Limited\n{' ' * 84}3 December 2030\n\n"
        "Eighty-fifth session\nSecond Committee\n\nHarbours and coastal settlements\n\nThe General Assembly,\n\n"
        "Recalling its earlier resolutions on harbours, the settlements that depend on them and the people who\n"
        "work in both of them every day,\n\n"
        "1. Requests the Secretary-General to submit a report on harbours to it at its eighty-sixth\nsession;\n"
    )
    assert analyse(text).heading.symbol == "A/C.2/85/L.44"
