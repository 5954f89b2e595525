"""`mandates chain`: a series with its differences, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.made import batch, nobody
from tests.warehouse.test_links_chains import ALL
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a series of four resolutions, published."""
    home = tmp_path_factory.mktemp("series")
    land(home, batch(0, *ALL))
    record(home, nobody)
    publish(home)
    return home


def _said(home: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["--home", str(home), "chain", *words])
    return done.exit_code, done.output


def test_the_series_is_shown_with_what_changed(series: Path) -> None:
    """Counts, removed and added words, new and dropped clauses, and since when; not what stayed the same."""
    code, said = _said(series, "a/res/80/7")
    assert code == 0
    assert "A/RES/78/7  Safe harbours  2023-12-01\n  renews A/RES/76/7: 1 same, 1 changed, 1 new, 0 dropped\n" in said
    assert "[-dusk-] {+sunset+}" in said
    assert "[since A/RES/76/7, 2021-12-01]" in said
    assert "dropped 3" in said
    assert "same    " not in said
    assert "report on harbours" in _said(series, "A/RES/80/7", "--all")[1]


def test_a_draft_leads_to_the_series_of_the_adopted_text(series: Path) -> None:
    """The draft's symbol is as good as that of the resolution, in words and as JSON."""
    assert _said(series, "A/C.3/80/L.5") == _said(series, "A/RES/80/7")
    rows = [json.loads(line) for line in _said(series, "A/C.3/80/L.5", "--json")[1].splitlines()]
    assert [row["renews"] for row in rows] == [None, "A/RES/76/7", "A/RES/78/7", "A/RES/80/7"]
    assert {clause["change"] for clause in rows[2]["clauses"]} == {"same", "new", "dropped"}


def test_what_has_no_series_is_said(series: Path) -> None:
    """A resolution that stands alone, or is not recorded, ends the call with a plain sentence."""
    code, said = _said(series, "A/RES/80/8")
    assert code == 1
    assert "A/RES/80/8: no recorded resolution renews it or is renewed by it" in said
    code, said = _said(series, "NONSENSE" * 1_000)
    assert (code, "…: is not recorded" in said, len(said) < 200) == (1, True, True)
