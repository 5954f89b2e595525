"""Symbols that the grammar does not know, acts that are called by their number, and publications of several authors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mandates.documents import symbols
from tests.sites.publisher import Publisher, as_json, crawled, remembered, source_of

if TYPE_CHECKING:
    from config.sources import Source

# Real forms that documents of these bodies bear, with invented numbers.
KNOWN = [
    ("P10_TA(2026)0101", "EU"), ("TA-10-2026-0101", "EU"), ("COM(2026) 120", "EU"), ("CELEX:32015R0757R(03)", "EU"),
    ("ST 12345/26", "EU"), ("SC/16444", "UN"), ("CM/Rec(2022)21", "COE"), ("GRETA(2026)05", "COE"),
    ("MC.DEC/3/17", "OSCE"), ("AG/RES. 2910 (XLVII-O/17)", "OAS"), ("MERCOSUR/CMC/DEC. No. 12/26", "MERCOSUR"),
    ("C.N.180.2026.TREATIES-IV.13", "UNTC"), ("WHA66.23", "WHO"), ("A.1126(30)", "IMO"), ("2/CP.27", "UNFCCC"),
    ("UNEP/EA.6/Res.1", "UNEA"), ("HSP/HA.2/Res.7", "UNHA"), ("S/RES/2720(2023)", "UNSC"), ("A/AC.96/1234", "UNGA"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "body"), KNOWN)
def test_forms_of_many_bodies_are_known(words: str, body: str) -> None:
    """The symbols of the bodies that are watched are read, with the body whose they are."""
    symbol = symbols.parse(words)
    assert symbol is not None
    assert symbol.body == body


@pytest.mark.parametrize(
    ("words", "body", "text"),
    [
        ("Resolution 2597 (2025)", "COE", "Resolution 2597 (2025)"),
        ("Resolution 2720 (2023)", "UNSC", "S/RES/2720 (2023)"),
        ("Resolution 2720(2023)", None, "S/RES/2720 (2023)"),
        ("Resolution 2597 (2025)", None, None),
        ("Resolution 2597", "COE", None),
        ("the Resolution 2597 (2025)", "COE", None),
    ],
)
def test_an_act_that_is_called_by_its_number_is_that_of_the_body_that_publishes_it(
    words: str, body: str | None, text: str | None
) -> None:
    """Without a body the year decides, where the numbers of that year are known; else it is not guessed."""
    symbol = symbols.of_act(words, body)
    assert (symbol.text if symbol else None) == text


def interface(publisher: Publisher, *rows: dict[str, Any], **more: Any) -> Source:
    """A JSON interface with these rows."""
    fields = {"title": {"json": "t"}, "url": {"json": "u"}, "symbol": {"json": "s"}, **more.pop("fields", {})}
    return source_of(kind="json", url=publisher.says("/api", as_json(rows)), item={"json": "*"}, fields=fields, **more)


async def test_a_symbol_that_is_not_known_is_kept_and_reported(publisher: Publisher) -> None:
    """It is shown as the source writes it, said once for all documents, and makes no two documents one."""
    rows = [
        {"t": f"Title {n}", "u": f"/{n}", "s": s}
        for n, s in enumerate(("Doc.  16123", "Doc. 16123", "A/81/7", "12/03/2026"))
    ]
    source = interface(publisher, *rows)
    harvest = await crawled(source)
    assert [each.symbol for each in harvest.publications] == ["Doc. 16123", "Doc. 16123", "A/81/7", "12/03/2026"]
    assert [each.identity.partition(":")[0] for each in harvest.publications] == ["url", "url", "symbol", "url"]
    (row,) = harvest.dropped
    assert row.kind == "incomplete"
    assert row.reason == "symbols in a form that is not known, kept as written: Doc. 16123, 12/03/2026"
    assert (await crawled(source, remembered(harvest))).dropped == ()


async def test_a_resolution_of_a_parliamentary_assembly_is_known_by_its_number(publisher: Publisher) -> None:
    """Where the source names the body, "Resolution 2597 (2025)" identifies the document and says what it is."""
    source = interface(
        publisher, {"t": "On boats", "u": "/1", "s": "Resolution 2597 (2025)"}, body="COE", language="en"
    )
    harvest = await crawled(source)
    (publication,) = harvest.publications
    assert (publication.symbol, publication.kind, publication.stage) == (
        "Resolution 2597 (2025)",
        "resolution",
        "adopted",
    )
    assert publication.identity == "symbol:RESOLUTION2597(2025) en"
    assert harvest.dropped == ()


async def test_several_authors_are_kept(publisher: Publisher) -> None:
    """With `many` all authors are kept, each once, told apart by "; "; an account is not one of them."""
    row = {"t": "On boats", "u": "/1", "by": ["A. Sample; Ph.D.", "system admin", "B. Sample", "B. Sample"]}
    author = {"json": "by.*", "many": True}
    (publication,) = (await crawled(interface(publisher, row, fields={"author": author}))).publications
    assert publication.author == "A. Sample, Ph.D.; B. Sample"
    (first,) = (await crawled(interface(publisher, row, fields={"author": {"json": "by.*"}}))).publications
    assert first.author == "A. Sample, Ph.D."


@pytest.mark.parametrize(
    ("names", "author"),
    [
        ("<dc:creator>A. Sample</dc:creator><dc:creator>B. Sample</dc:creator>", "A. Sample; B. Sample"),
        ("<author>a.sample@example.org (A. Sample)</author>", "A. Sample"),
        ("<author>A. Sample</author>", "A. Sample"),
        ("", None),
    ],
)
async def test_all_authors_of_a_feed_entry_are_kept(publisher: Publisher, names: str, author: str | None) -> None:
    """An entry may have several creators; of an address with a name, the name is kept."""
    entry = f"<item><title>On boats</title><link>{publisher.url}/1</link>{names}</item>"
    feed = f"<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel>{entry}</channel></rss>"
    (publication,) = (await crawled(source_of(kind="feed", url=publisher.says("/rss", feed)))).publications
    assert publication.author == author
