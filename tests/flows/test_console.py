"""Progress: lines in the terminal and in a file, without secrets."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from alerts.secrecy import redactor
from flows.cli import main
from flows.console import progress, visible
from flows.engine import speak_up


def test_lines_go_to_the_terminal_and_to_a_file(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What our packages log is seen on standard error, once, and kept in MANDATES_HOME/logs."""
    speak_up()
    with progress("Asking …"):
        logging.getLogger("scrapers.crawl.crawl").info("aalco: %d items", 3)
    logging.getLogger("scrapers.crawl.crawl").info("said afterwards")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.splitlines() == ["Asking …", "  aalco: 3 items"]
    assert "INFO scrapers.crawl.crawl: aalco: 3 items" in (home / "logs" / "mandates.log").read_text()


def test_no_secret_is_logged(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that holds a target's address is shown and kept without it."""
    speak_up()
    redactor.learn("json://user:very-secret-word@hooks.example.org/path-of-the-hook")
    with progress("Delivering …"):
        logging.getLogger("alerts.deliver").warning("refused: %s", "very-secret-word")
    assert "very-secret-word" not in capsys.readouterr().err
    assert "very-secret-word" not in (home / "logs" / "mandates.log").read_text()


def test_a_line_that_cannot_be_shown_ends_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line with a mistake in it is shown as it stands, and the run goes on."""
    speak_up()
    with progress("Asking …"):
        logging.getLogger("scrapers.crawl.crawl").info("%d items", "three")
    assert "%d items ('three',)" in capsys.readouterr().err


def test_a_home_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no log file can be written, progress is shown all the same."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("MANDATES_HOME", str(tmp_path / "file"))
    with progress("Asking …"):
        pass


def test_words_cannot_command_the_terminal() -> None:
    """Escape sequences, bells and marks of direction in a publisher's words do not reach the terminal."""
    assert visible("a\x1b[2Jb\x07c\u202ed\ne") == "a[2Jbcd\ne"


@pytest.mark.parametrize("verbose", [False, True])
def test_only_our_lines_reach_the_terminal(verbose: bool, tmp_path: Path) -> None:
    """Warnings of libraries stay off the terminal unless `--verbose` asks for them; ours are shown by themselves."""
    script = """
import logging, sys
from flows.cli import cli
cli([*sys.argv[1:], "mute", "--help"], standalone_mode=False)
for name in ("apprise", "urllib3.connectionpool", "some.library"):
    logging.getLogger(name).warning("a line of %s", name)
logging.getLogger("warehouse.store.lock").warning("waiting for the lock")
"""
    program = [sys.executable, "-c", script, "--home", str(tmp_path), *(["--verbose"] if verbose else [])]
    said = subprocess.run(program, capture_output=True, text=True, check=True).stderr
    assert "waiting for the lock" in said
    for name in ("apprise", "urllib3.connectionpool", "some.library"):
        assert (f"a line of {name}" in said) is verbose


def test_a_refused_mail_is_said_once(home: Path, tmp_path: Path) -> None:
    """Where a mail server cannot be reached, our table says so, and Apprise adds no lines of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (tmp_path / "subscriptions.yaml").write_text(
        "targets: {desk: {url: {env: DESK}, to: desk@example.org}}\nsubscriptions: {all: {targets: [desk]}}\n"
    )
    program = [str(Path(sys.executable).parent / "mandates"), "--config", str(tmp_path), "subscriptions", "test", "all"]
    address = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org"
    done = subprocess.run(program, env={**os.environ, "DESK": address}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "refused" in done.stdout
    assert done.stderr == ""


def test_a_fault_of_ours_is_shown_without_secrets(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error that nobody foresaw is shown with its traceback, for a report, and without keys in addresses."""

    def fail(*_args: object, **_options: object) -> None:
        raise RuntimeError("at https://user:hunter2@example.org/?token=hunter2")

    monkeypatch.setattr("flows.cli.cli.main", fail)
    with pytest.raises(SystemExit) as ended:
        main([])
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "Traceback" in said
    assert said.splitlines()[-1] == "mandates: internal error, please report it"
    assert "https://example.org/?token=…" in said
    assert "hunter2" not in said.split("RuntimeError")[-1]
