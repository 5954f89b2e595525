"""What a page with charts shows, read back from its HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup
from lxml import etree

if TYPE_CHECKING:
    from bs4 import Tag

_INLINE = re.compile(r"\sstyle=|\son\w+=|<script(?! src)", re.IGNORECASE)


class Drawn:
    """A page; making one checks what holds for every page with charts.

    Each figure is well-formed SVG with a title and a description, is explained by a table, and no style or script is
    written into the page.
    """

    def __init__(self, page: str) -> None:
        assert not _INLINE.search(page)
        self.soup = BeautifulSoup(page, "html.parser")
        names = [tag["id"] for tag in self.soup.find_all(id=True)]
        assert len(names) == len(set(names))
        for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
            etree.fromstring(drawing)
        for svg in self.soup.select("svg.chart, svg.strip"):
            assert svg.find("title").get_text(strip=True)  # type: ignore[union-attr]
            assert svg.find("desc").get_text(strip=True)  # type: ignore[union-attr]
            assert {svg["aria-labelledby"], svg["aria-describedby"]} <= set(names)
        known = {tag["id"] for tag in self.soup.select("pattern")}
        assert {tag["fill"] for tag in self.soup.select("[fill]")} <= {f"url(#{name})" for name in known}

    def chart(self, name: str) -> Tag:
        """The figure with that name."""
        found = self.soup.select_one(f'[aria-labelledby="{name}-title"]')
        assert found is not None
        return found

    def table(self, heading: str) -> list[list[Tag]]:
        """The cells of the first table of a section."""
        table = self.soup.select_one(f'section[aria-labelledby="{heading}"] table')
        assert table is not None
        assert table.find("caption") is not None
        return [row.find_all(["td", "th"]) for row in table.select("tbody tr")]

    @property
    def text(self) -> str:
        """All words of it."""
        return " ".join(self.soup.get_text(" ").split())


def asked(link: str) -> dict[str, list[str]]:
    """What a link to the search asks for."""
    parts = urlsplit(link)
    assert parts.path == "/search"
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query):
        found.setdefault(name, []).append(value)
    return found
