"""The OAI-PMH catalogue, read as a harvester reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace

    from demo.site import PublicationSite

    Ask = Callable[..., "etree._Element"]

names = {"o": "http://www.openarchives.org/OAI/2.0/", "m": "http://www.loc.gov/MARC21/slim"}


@pytest.fixture
def ask(site: PublicationSite) -> Ask:
    def asked(**query: str) -> etree._Element:
        answer = httpx.get(f"{site.url}/oai2d", params={k.removesuffix("_"): v for k, v in query.items()})
        assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
        return etree.fromstring(answer.content)

    return asked


def found(tree: etree._Element, path: str) -> list[str]:
    return [str(node.text or "") for node in tree.iterfind(path, names)]


def record(tree: etree._Element, symbol: str) -> dict[str, list[str]]:
    for marc in tree.iterfind(".//m:record", names):
        fields: dict[str, list[str]] = {}
        for field in marc.iterfind("m:datafield", names):
            for part in field.iterfind("m:subfield", names):
                fields.setdefault(f"{field.get('tag')}${part.get('code')}", []).append(part.text or "")
        if fields.get("191$a") == [symbol]:
            return fields
    raise AssertionError(symbol)


def code(tree: etree._Element) -> str | None:
    error = tree.find("o:error", names)
    return None if error is None else error.get("code")


def test_a_harvest_follows_tokens_to_the_end(ask: Ask) -> None:
    """Pages of four; the token alone asks for the next; the last page of several has an empty one."""
    tree = ask(verb="ListRecords", metadataPrefix="marcxml")
    seen = found(tree, ".//o:identifier")
    tokens = found(tree, ".//o:resumptionToken")
    while tokens[-1]:
        tree = ask(verb="ListRecords", resumptionToken=tokens[-1])
        seen += found(tree, ".//o:identifier")
        tokens += found(tree, ".//o:resumptionToken")
    assert len(seen) == len(set(seen)) == 10
    assert len(tokens) == 3
    assert tokens[-1] == ""


def test_records_say_what_the_papers_are(ask: Ask, site: PublicationSite) -> None:
    """Symbol, title, dates, subjects, related symbols and files; a translation is a file of the same record."""
    pages = [ask(verb="ListRecords", metadataPrefix="marcxml")]
    while token := found(pages[-1], ".//o:resumptionToken")[0]:
        pages.append(ask(verb="ListRecords", resumptionToken=token))
    tree = etree.Element("all")
    tree.extend([node for page in pages for node in page.iterfind(".//o:record", names)])
    fields = record(tree, "A/RES/81/901")
    assert fields["245$a"] == ["Recruitment of seasonal migrant workers :"]
    assert fields["992$a"] == ["28 October 2026"]
    assert fields["269$a"] == ["2026-11-04"]
    assert "MIGRANT WORKERS" in fields["650$a"]
    assert fields["993$a"] == ["A/C.3/81/L.91", "A/81/990"]
    assert sorted(fields["856$y"]) == ["English", "Français"]
    for address in fields["856$u"]:
        assert httpx.get(address).content.startswith(b"%PDF")
    assert record(tree, "A/C.3/81/L.91")["993$a"] == ["A/RES/81/901"]
    assert found(tree, './/m:datafield[@tag="791"]/m:subfield') == ["A/RES/81/901"]


def test_a_deleted_record_has_a_header_only(ask: Ask) -> None:
    """Its status says so, and it has no metadata."""
    tree = ask(verb="ListRecords", metadataPrefix="marcxml")
    (deleted,) = tree.xpath('//o:record[o:header/@status="deleted"]', namespaces=names)
    assert len(deleted) == 1


def test_a_window_holds_both_its_days(ask: Ask, site: PublicationSite, clock: SimpleNamespace) -> None:
    """What is published on the last day of a window is in it; a later harvest finds only what came since."""
    clock.time += timedelta(days=3)
    site.publish_next()
    later = ask(verb="ListRecords", metadataPrefix="marcxml", from_="2026-11-22", until="2026-11-24")
    assert found(later, './/m:datafield[@tag="191"]/m:subfield') == ["A/RES/81/903"]
    first = ask(verb="ListRecords", metadataPrefix="marcxml", from_="2026-11-21", until="2026-11-21")
    assert first.find(".//o:resumptionToken", names).get("completeListSize") == "10"


def test_a_changed_text_is_catalogued_anew(ask: Ask, site: PublicationSite, clock: SimpleNamespace) -> None:
    """The record keeps its identifier and gets a new datestamp."""
    clock.time += timedelta(days=3)
    site.publish_next(5)
    tree = ask(verb="ListRecords", metadataPrefix="marcxml", from_="2026-11-24T00:00:00Z")
    assert found(tree, './/m:datafield[@tag="191"]/m:subfield') == ["A/RES/81/904", "A/RES/81/903"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"verb": "ListRecords", "metadataPrefix": "marcxml", "from_": "2031-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "rubbish"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "400!!"}, "badResumptionToken"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "marcxml", "until": "last week"}, "badArgument"),
        ({"verb": "Dance"}, "badVerb"),
        ({}, "badVerb"),
    ],
)
def test_refusals_have_their_code(ask: Ask, query: dict[str, str], wanted: str) -> None:
    """Each wrong question gets the protocol's own error, with status 200."""
    assert code(ask(**query)) == wanted


def test_identify_names_the_earliest_day(ask: Ask) -> None:
    """A harvester can ask where to begin."""
    assert found(ask(verb="Identify"), ".//o:earliestDatestamp") == ["2026-11-21T08:00:00Z"]
