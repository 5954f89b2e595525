"""The notebook: each of its queries answers on a snapshot, and with marimo at hand it runs from top to bottom."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.warehouse.made import batch, entry, nobody, text
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.snapshot import publish

notebook = Path(__file__).parent.parent.parent / "notebooks" / "mandates.py"


def _queries() -> list[str]:
    """The SQL that the notebook's cells ask."""
    tree = ast.parse(notebook.read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ask"]
    return [call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)]


@pytest.fixture
def published(home: Path) -> Path:
    """A snapshot with two documents, one citing the other."""
    citing = entry("A/RES/80/2", title="Harbours", words=text.replace("A/RES/70/1", "A/RES/80/1"))
    land(home, batch(0, entry(), citing))
    record(home, nobody)
    publish(home)
    return home


def test_every_query_of_the_notebook_answers(published: Path) -> None:
    """No cell asks for a column that is not there, and none comes back empty-handed."""
    queries = _queries()
    assert len(queries) >= 6
    assert all(query(published, str(sql)).rows for sql in queries)


def test_the_notebook_runs_from_top_to_bottom(published: Path, analysts_python: str, tmp_path: Path) -> None:
    """All cells run, with DuckDB 1.5, and draw their charts."""
    page = tmp_path / "page.html"
    copied = shutil.copy(notebook, tmp_path)
    command = [analysts_python, "-m", "marimo", "export", "html", "--no-sandbox", str(copied), "-o", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "MarimoExceptionRaisedError" not in done.stderr
    assert page.read_text(encoding="utf-8").count("vega") >= 4
