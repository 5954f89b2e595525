"""The metrics: they parse, they say what is so, and hold nothing that a publisher wrote."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.cli import cli
from flows.commands.metrics import command
from flows.delivering import deliver_now
from flows.metrics import CONTENT_TYPE, exposition
from flows.recording import record_landed
from tests.flows.conftest import MANDATES
from tests.patience import PATIENCE
from warehouse.model import WarehouseError
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish, snapshot_path

DOCS = Path(__file__).parents[2] / "docs"


def values() -> dict[str, float]:
    """Each sample with its labels, as the standard parser reads it."""
    found = {}
    for family in text_string_to_metric_families(exposition(Settings())):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}[{labels}]" if labels else sample.name] = sample.value
    return found


def test_the_numbers_are_those_of_the_warehouse(place: Path) -> None:
    """One document, one mandate, one message sent, one healthy source."""
    found = values()
    assert found["mandates_documents"] == found["mandates_mandates"] == found["mandates_open_mandates"] == 1
    assert found["mandates_deliveries[state=sent]"] == 1
    assert found["mandates_deliveries[state=dead]"] == 0
    assert found["mandates_sources[state=healthy]"] == 1
    assert found["mandates_crawl_documents[source=papers]"] == 1
    assert found["mandates_snapshot_behind"] == 0
    assert found["mandates_snapshot_bytes"] == snapshot_path(place / "home").stat().st_size
    assert "mandates_delivery_waiting_since_seconds" not in found


def test_what_is_wrong_shows(place: Path) -> None:
    """A failing source, a dead delivery and one that waits."""
    with session(place / "home") as connection:
        connection.execute("UPDATE sources SET failures = 4, error = 'no answer'")
        connection.execute("UPDATE deliveries SET state = 'failed', due_at = TIMESTAMPTZ '2026-01-02 03:04:05+00'")
    publish(place / "home")
    found = values()
    assert found["mandates_source_failures[source=papers]"] == 4
    assert found["mandates_sources[state=failing]"] == 1
    assert found["mandates_deliveries[state=failed]"] == 1
    assert found["mandates_delivery_waiting_since_seconds"] == 1767323045


def test_before_the_first_run_there_are_metrics_too(place: Path) -> None:
    """A dashboard is made before anything has run."""
    snapshot_path(place / "home").unlink()
    assert values()["mandates_info[version=0.1.0]"] == 1


def test_no_words_of_publishers_are_in_it(place: Path) -> None:
    """Labels are ids and states of our own."""
    assert "ferry" not in exposition(Settings()).lower()


def test_a_file_is_written_in_one_step(place: Path) -> None:
    """Nothing stays beside it, and the former content until the new one is whole."""
    target = place / "mandates.prom"
    ended = CliRunner().invoke(cli, ["metrics", "--out", str(target)])
    assert ended.exit_code == 0, ended.output
    assert target.read_text().endswith("# EOF\n")
    assert [path.name for path in place.glob("*.prom*")] == ["mandates.prom"]
    assert CliRunner().invoke(command, ["--out", "x", "--serve", "0"]).exit_code == 2


@pytest.mark.enable_socket
def test_over_http_on_loopback(place: Path) -> None:
    """With the type that Prometheus asks for; other paths are not there, and a broken file is 503, not the end."""
    with subprocess.Popen(
        [sys.executable, MANDATES, "metrics", "--serve", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        address = child.stdout.readline().split()[0]
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                assert answer.headers["Content-Type"] == CONTENT_TYPE
                assert answer.read().decode().endswith("# EOF\n")
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(address.replace("/metrics", "/etc/passwd"), timeout=PATIENCE)
            (place / "config" / "sources.yaml").write_text("- nonsense")
            with pytest.raises(urllib.error.HTTPError, match="503"):
                urllib.request.urlopen(address, timeout=PATIENCE)
        finally:
            child.terminate()


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_named(place: Path) -> None:
    """With what to do, and without a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, MANDATES, "metrics", "--serve", str(port)], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert done.stderr == f"Error: 127.0.0.1:{port}: Address already in use; --serve 0 takes a free port\n"


def test_a_folder_that_is_not_there_is_named(place: Path) -> None:
    """By the name that was given, not by that of the file beside it."""
    ended = CliRunner().invoke(command, ["--out", str(place / "no" / "such.prom")])
    assert ended.exit_code == 2
    assert f"there is no folder {place / 'no'}" in " ".join(ended.output.split())


def test_every_metric_is_documented(place: Path) -> None:
    """The page has each name, and no name that is gone."""
    with session(place / "home") as connection:
        connection.execute("UPDATE deliveries SET state = 'failed', due_at = now()")
    publish(place / "home")
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    table = page[page.index("| metric |") : page.index("## A dashboard")]
    assert set(re.findall(r"mandates_\w+", table)) == {name.partition("[")[0] for name in values()}


def _queries() -> list[str]:
    """All that the page and the dashboard ask Prometheus."""
    page = (DOCS / "metrics.md").read_text(encoding="utf-8").partition("## A dashboard")[2]
    panels = [query.replace("\\|", "|") for query in re.findall(r"^\|.*\| `(.+)` \|$", page, re.MULTILINE)]
    alarms = re.findall(r"expr: (.+)", page)
    board = json.loads((DOCS / "grafana.json").read_text(encoding="utf-8"))
    drawn = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    assert set(panels) == set(drawn)
    assert len(alarms) == page.count("- alert:")
    return [*panels, *alarms, *drawn]


def test_queries_and_the_dashboard_ask_only_for_what_is_exported(place: Path) -> None:
    """Each name, and each state that a query asks for; a panel of a name that is gone would stay empty."""
    with session(place / "home") as connection:
        connection.execute("UPDATE deliveries SET state = 'failed', due_at = now()")
    publish(place / "home")
    exported = values()
    names = {name.partition("[")[0] for name in exported}
    for query in _queries():
        assert (asked := set(re.findall(r"mandates_\w+", query))), query
        assert asked <= names, query
        for name, label, said in re.findall(r'(mandates_\w+)\{(\w+)=~?"([^"]+)"\}', query):
            for value in said.split("|"):
                assert f"{name}[{label}={value}]" in exported, query


def test_the_last_run_of_each_kind_is_known(place: Path) -> None:
    """When it ended, how long it took and whether an error ended it; one that has nothing to do counts too."""
    before = values()
    assert before["mandates_run_failed[kind=monitor]"] == before["mandates_run_failed[kind=dispatch]"] == 0
    assert before["mandates_run_duration_seconds[kind=monitor]"] > 0
    assert "mandates_run_end_seconds[kind=record]" not in before
    assert deliver_now(Settings()).rows == ()
    after = values()
    assert after["mandates_run_end_seconds[kind=dispatch]"] > before["mandates_run_end_seconds[kind=dispatch]"]
    live_path(place / "home").write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError):
        record_landed(Settings(), load_subscriptions(place / "config"))
    assert values()["mandates_run_failed[kind=record]"] == 1
    (place / "home" / "runs" / "record.json").write_text("half")
    assert "mandates_run_failed[kind=record]" not in values()
