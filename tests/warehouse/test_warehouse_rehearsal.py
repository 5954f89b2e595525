"""An upgrade can be rehearsed: it is tried on a copy, and says what it does."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.test_warehouse_items import former_home
from warehouse.store import schema
from warehouse.store.database import live_path
from warehouse.store.rehearsal import rehearse

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rehearsal_changes_nothing_and_an_upgrade_does_what_it_said(tmp_path: Path) -> None:
    """The plan names the migrations that a former home lacks, causes no alert, and leaves the file and folder alone."""
    home = tmp_path / "home"
    former_home(home, {})
    before = hashlib.sha256(live_path(home).read_bytes()).hexdigest()
    run = CliRunner().invoke(cli, ["--home", str(home), "upgrade", "--plan", "--json"])
    assert run.exit_code == 0, run.output
    plan = json.loads(run.stdout)
    assert plan["migrations"] == [each.name for each in schema.migrations()[3:]]
    assert plan["alerts"] == 0
    assert plan["before"] == plan["after"]
    assert hashlib.sha256(live_path(home).read_bytes()).hexdigest() == before
    assert not list(home.glob(".rehearsal-*"))
    assert CliRunner().invoke(cli, ["--home", str(home), "upgrade"]).exit_code == 0
    again = rehearse(home)
    assert again is not None
    assert again.migrations == ()


def test_where_there_is_no_warehouse_nothing_is_made(tmp_path: Path) -> None:
    """An empty home stays empty."""
    tmp_path.joinpath("home").mkdir()
    assert rehearse(tmp_path / "home") is None
    assert not list((tmp_path / "home").iterdir())
