"""`mandates demo` as a newcomer meets it: three calls, each a process of its own."""

from __future__ import annotations

import email
import email.policy
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from warehouse.export.offered import offered
from warehouse.query.queries import query

if TYPE_CHECKING:
    from email.message import EmailMessage

pytestmark = pytest.mark.slow
command = str(Path(sys.executable).parent / "mandates")
counted = (
    "documents",
    "versions",
    "sightings",
    "clauses",
    "mandates",
    "citations",
    "relations",
    "alerts",
    "deliveries",
)


@dataclass(frozen=True)
class First:
    """The first call, as people make it: its home and what it printed."""

    home: Path
    lines: list[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    """A demonstration in an empty home."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = subprocess.run(
        [command, "--home", str(home), "demo"],
        env=os.environ | {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return First(home, done.stdout.splitlines())


def demo(home: Path, *words: str) -> dict[str, Any]:
    """Run the demonstration again; what it says of itself."""
    done = subprocess.run(
        [command, "--home", str(home), "demo", "--json", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def counts(home: Path) -> dict[str, int]:
    """Rows of each table."""
    return {table: query(home, f"SELECT count(*) FROM {table}").rows[0][0] for table in counted}


def letters(home: Path) -> dict[str, EmailMessage]:
    """The messages in the mailboxes, by file."""
    parse = email.message_from_bytes
    return {
        str(path): parse(path.read_bytes(), policy=email.policy.default)  # type: ignore[misc]
        for path in sorted((home / "mail").rglob("*.eml"))
    }


def test_it_ends_with_an_export_that_the_register_offers(first: First) -> None:
    """Its files are there, and the line names them."""
    found = offered(first.home)
    assert found is not None
    assert all((first.home / "export" / each.path).stat().st_size == each.bytes for each in found.files)
    assert f"Parquet: {len(found.files)} files" in "\n".join(first.lines)


def test_three_calls(first: First, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first tells of everything, the second of nothing, the third of exactly the resolution that was published."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    home = first.home
    assert query(home, "SELECT DISTINCT outcome FROM fetches").rows == [("ok",)]
    assert query(home, "SELECT DISTINCT state FROM deliveries").rows == [("sent",)]
    before, sent = counts(home), letters(home)
    assert before["documents"] > 10
    assert before["mandates"] > 10
    assert sent

    second = demo(home)
    assert (second["new_documents"], second["findings"], second["deliveries"]) == (0, [], [])
    assert counts(home) == before
    assert letters(home).keys() == sent.keys()

    third = demo(home, "--publish", "1")
    assert third["new_documents"] == 1
    (document_id,) = {finding["document_id"] for finding in third["findings"]}
    (symbol,) = {finding["symbol"] for finding in third["findings"]}
    assert query(home, f"SELECT symbol FROM documents WHERE document_id = '{document_id}'").rows == [(symbol,)]
    assert third["deliveries"]
    new = [letter for path, letter in letters(home).items() if path not in sent]
    assert len(new) == sum(delivery["target"] != "screen" for delivery in third["deliveries"])
    for letter in new:
        body = letter.get_body(("plain",))
        assert body is not None
        assert symbol in body.get_content()
        assert "You get this because" in body.get_content()


def test_real_sources_do_not_mix_with_invented_ones(home: Path) -> None:
    """A home that holds the demonstration's documents is refused for a real run."""
    (home / "demo").mkdir(parents=True)
    done = subprocess.run([command, "--home", str(home), "run"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "invented documents" in done.stderr


def test_the_first_run_fits_a_page(first: First) -> None:
    """Sixty lines at most, none of Prefect or Apprise among them, and a list that fits 80 columns."""
    assert len(first.lines) <= 60
    assert "mandates query 'FROM open_mandates'" in "\n".join(first.lines)
    found = [line for line in first.lines if line.startswith("  ") and "…  " in line]
    assert found
    assert max(map(len, found)) <= 80
    assert not [line for line in first.lines if "apprise" in line.casefold() or "prefect." in line or "| " in line]
