"""The notebook: each of its queries answers on a snapshot, and with marimo at hand it runs from top to bottom."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from warehouse.query.queries import query
from warehouse.store.database import live_path
from warehouse.store.snapshot import publish

checkout = Path(__file__).parents[2]
notebook = checkout / "notebooks" / "mandates.py"
queries = checkout / "docs" / "queries"
# As the page has them: the beginning of a chart and of a table, and the words in their place.
CHART, TABLE, NOTHING = r"\u003Cmarimo-vega", r"\u003Cmarimo-table", r"There is nothing to show yet.\u003C/em"


def _asked() -> list[str]:
    """The SQL that the notebook's cells ask, their own and that of the worked queries."""
    calls = [node for node in ast.walk(ast.parse(notebook.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    named = [(getattr(call.func, "id", ""), call.args[0]) for call in calls if call.args]
    words = [(name, str(said.value)) for name, said in named if isinstance(said, ast.Constant)]
    own = [said for name, said in words if name == "ask"]
    return own + [(queries / f"{said}.sql").read_text(encoding="utf-8") for name, said in words if name == "worked"]


def _run(python: str, home: Path, folder: Path) -> str:
    """The page that the notebook makes of a home; every cell runs."""
    shutil.copytree(queries, folder / "docs" / "queries")
    shutil.copytree(notebook.parent, folder / "notebooks")
    page = folder / "page.html"
    command = [python, "-m", "marimo", "export", "html", "--no-sandbox", f"notebooks/{notebook.name}", "-o", str(page)]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"MANDATES_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "MarimoExceptionRaisedError" not in done.stderr
    return page.read_text(encoding="utf-8")


def test_every_query_of_the_notebook_answers(chronicle: Path) -> None:
    """No cell asks for a column that is not there, and none comes back empty-handed."""
    asked = _asked()
    assert len(asked) >= 13
    assert all(query(chronicle, sql).rows for sql in asked)


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(chronicle: Path, analysts_python: str, tmp_path: Path) -> None:
    """All cells run, with DuckDB 1.5, and draw their charts, each with its table."""
    page = _run(analysts_python, chronicle, tmp_path)
    assert page.count(CHART) == 11
    assert page.count(TABLE) == 12
    assert NOTHING not in page


@pytest.mark.slow
def test_the_notebook_runs_on_an_empty_home(home: Path, blank: Path, analysts_python: str, tmp_path: Path) -> None:
    """A home in which nothing is recorded yet gives words in place of charts, and no error."""
    home.mkdir()
    shutil.copyfile(blank, live_path(home))
    publish(home)
    page = _run(analysts_python, home, tmp_path)
    assert page.count(NOTHING) == 11
    assert CHART not in page
    assert TABLE not in page


@pytest.mark.slow
def test_the_notebook_says_where_there_is_no_snapshot(home: Path, analysts_python: str, tmp_path: Path) -> None:
    """Without a snapshot it names the command that publishes one."""
    assert "mandates snapshot" in _run(analysts_python, home, tmp_path)
