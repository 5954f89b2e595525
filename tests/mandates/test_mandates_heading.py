"""What documents say of themselves at their heads."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import get_args

import pytest
from ruamel.yaml import YAML

from config import blocks
from config.labels import labels
from mandates import model
from mandates.analysis import analyse
from mandates.documents.heading import read_heading

gold = Path(__file__).parent / "gold"


def _heading_of(name: str):  # noqa: ANN202 - the record says what it is
    return read_heading((gold / f"{name}.txt").read_bytes().decode("utf-8"))


def test_adopted_resolution_names_itself() -> None:
    """Symbol, title, session, item and the day of adoption come from the letterhead."""
    found = _heading_of("en_pages")
    assert (found.symbol, found.title) == ("A/RES/81/931", "Safe landing places for small ferries")
    assert (found.kind, found.stage, found.session, found.agenda_item) == ("resolution", "adopted", 81, "72 (b)")
    assert (found.adopted_on, found.adopted_precision) == (date(2026, 12, 17), "day")


def test_considered_document_is_not_the_documents_own_symbol() -> None:
    """A resolution without a symbol at its head has none, whatever documents it says that it considered."""
    found = read_heading(
        "RESOLUTION ON FERRY FARES\n\nThe Asian-African Legal Consultative Organization at its Sixty-Fifth session,\n\n"
        "Having considered the Secretariat Document No. AALCO/65/NAIROBI/2027/S 8;\n\n1. Directs the Secretariat to report.\n"  # noqa: E501 - read as a whole
    )
    assert (found.symbol, found.body, found.session) == (None, "AALCO", 65)


def test_numbered_preamble_tells_an_ipu_draft() -> None:
    """An Assembly's text whose preamble is numbered in brackets is a draft."""
    assert (_heading_of("en_ipu_draft").body, _heading_of("en_ipu_draft").stage) == ("IPU", "draft")
    assert _heading_of("en_ipu").stage == "adopted"


def test_report_says_what_it_answers() -> None:
    """A report is no resolution; the resolution it is submitted pursuant to is what it answers."""
    found = read_heading(
        "General Assembly\n\nDistr.: General\n2 July 2026\n\nEighty-first session\n\nItem 72 of the preliminary list\n\n"  # noqa: E501 - read as a whole
        "Migration\n\nFerry fares\n\nReport of the Secretary-General\n\nSummary\n\n"
        "Pursuant to General Assembly resolution 79/912 of 19 December 2024, the present report is submitted."
    )
    assert (found.kind, found.title, found.answers) == ("report", "Ferry fares", ("A/RES/79/912",))
    assert (found.symbol, found.adopted_on) == (None, date(2026, 7, 2))


def test_prose_without_a_head_says_nothing() -> None:
    """Bodies and symbols named in a story are not the story's own."""
    found = read_heading("Ferry school opens\n\nThe Human Rights Council discussed A/HRC/62/11 in Geneva last week.\n")
    assert (found.symbol, found.body, found.kind, found.title) == (None, None, "other", "Ferry school opens")


@pytest.mark.parametrize(
    ("name", "symbol", "kind"),
    [
        ("en_hrcdec", "A/HRC/DEC/62/105", "decision"),
        ("en_au", "EX.CL/Dec.1290(XLVIII)", "decision"),
        ("en_oas", "AG/RES. 3199 (LV-O/26)", "resolution"),
        ("en_old", "A/RES/1187(XII)", "resolution"),
        ("en_who", "WHA79.21", "resolution"),
        ("en_unnum", "AALCO/RES/65/S 9", "resolution"),
        ("fr_assemblee", "A/RES/81/940", "resolution"),
        ("es_consejo", "A/HRC/RES/63/71", "resolution"),
    ],
)
def test_symbols_of_many_bodies(name: str, symbol: str, kind: str) -> None:
    """Each body's way of writing symbols is read, in three languages."""
    found = _heading_of(name)
    assert (found.symbol, found.kind) == (symbol, kind)


def test_real_heads(shared: Path) -> None:
    """The publications that the project was made for are known by what their heads say."""
    seeds = {
        path.name[:3]: read_heading(path.read_bytes().decode("utf-8")) for path in (shared / "seeds").glob("*.txt")
    }
    assert seeds["000"].symbol is None
    assert (seeds["001"].symbol, seeds["001"].adopted_on) == ("AALCO/RES/52/S 5", date(2013, 9, 12))
    assert (seeds["002"].stage, seeds["002"].session) == ("draft", 122)
    assert (seeds["003"].kind, seeds["003"].symbol, seeds["003"].answers) == ("report", None, ("A/RES/56/170",))


@pytest.mark.parametrize(
    "case",
    YAML(typ="safe").load((Path(__file__).parent / "heads.yaml").read_text(encoding="utf-8")),
    ids=itemgetter("title"),
)
def test_heads_of_other_bodies_and_forms(case: dict[str, object]) -> None:
    """Symbol, title, kind, stage and day of adoption are those that the head states, however the body lays it out."""
    found = read_heading(str(case["text"]))
    said = {name: getattr(found, name) for name in ("symbol", "title", "kind", "stage", "adopted_on")}
    assert said == {name: case[name] for name in said}


AMENDMENTS = YAML(typ="safe").load(Path(__file__).with_name("amendments.yaml"))


@pytest.mark.parametrize("sample", AMENDMENTS, ids=itemgetter("id"))
def test_an_amendment_names_the_draft_that_it_amends(sample: dict[str, str]) -> None:
    """Its kind and its draft are said at the head; the wording that it proposes is no clause of its own."""
    found = analyse(sample["text"])
    said = (sample["symbol"], sample["title"], sample["amends"])
    assert (found.heading.kind, found.heading.stage) == ("amendment", "draft")
    assert (found.heading.symbol, found.heading.title, found.heading.amends) == said
    assert found.clauses == ()
    assert found.reading == "complete"


def test_what_amends_a_treaty_is_no_amendment_to_a_draft() -> None:
    """A resolution may be about amendments, and a draft resolution about draft amendments."""
    found = read_heading(
        "A/C.6/82/L.9\n\nSixth Committee\n\nAmber Islands: draft resolution\n\nAmendment to the draft statute of the "
        "mediation service\n\nThe General Assembly,\n\n1. Adopts the amendment."
    )
    assert (found.kind, found.stage, found.amends) == ("resolution", "draft", None)


def test_kinds_and_stages_are_the_same_everywhere() -> None:
    """The configuration, the analysis and the labels know the same kinds and stages."""
    assert blocks.Kind == model.Kind
    assert blocks.Stage == model.Stage
    assert set(labels("kind", "en")) == set(get_args(model.Kind))
    assert set(labels("stage", "en")) == set(get_args(model.Stage))
