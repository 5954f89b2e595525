"""`mandates demo` as a newcomer meets it: three calls, each a process of its own."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

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


def demo(home: Path, *words: str) -> dict[str, Any]:
    """Run the demonstration; what it says of itself."""
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


def test_three_calls(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first tells of everything, the second of nothing, the third of exactly the resolution that was published."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    first = demo(home)
    assert {source["outcome"] for source in first["sources"]} == {"ok"}
    assert first["new_documents"] > 10
    assert first["new_mandates"] > 10
    assert {delivery["state"] for delivery in first["deliveries"]} == {"sent"}
    before, sent = counts(home), letters(home)
    assert before["documents"] == first["new_documents"]
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


def test_the_first_run_fits_a_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty lines at most, none of Prefect or Apprise among them, and a list that fits 80 columns."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    program = [command, "--home", str(home), "demo"]
    done = subprocess.run(program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) <= 60
    assert "mandates query 'FROM open_mandates'" in done.stdout
    found = [line for line in lines if line.startswith("  ") and "…  " in line]
    assert found
    assert max(map(len, found)) <= 80
    assert not [line for line in lines if "apprise" in line.casefold() or "prefect." in line or "| " in line]
