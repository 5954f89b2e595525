"""The metrics: they parse, they say what is so, and hold nothing that a publisher wrote."""

from __future__ import annotations

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
from flows.cli import cli
from flows.commands.metrics import command
from flows.metrics import CONTENT_TYPE, exposition
from tests.flows.conftest import MANDATES
from tests.patience import PATIENCE
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path


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
    page = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    table = page[page.index("| metric |") : page.index("## A dashboard")]
    assert set(re.findall(r"mandates_\w+", table)) == {name.partition("[")[0] for name in values()}
