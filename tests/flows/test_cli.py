"""The command line: quick to answer, every command explained, errors in one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from flows.cli import cli, commands, main
from flows.written import GivenPath

mandates = str(Path(sys.executable).parent / "mandates")
heavy = ("prefect", "duckdb", "pyarrow", "apprise", "httpx", "lxml", "pydantic", "rich")


def walk(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """All commands below `command`, with their words."""
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            found += walk(below, (*path, name))
    return found


@pytest.mark.parametrize("name", list(commands))
def test_every_command_has_help_with_an_example(name: str) -> None:
    """`mandates COMMAND --help` explains the command and shows a call that one can copy."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for path, below in walk(command, (name,)):
        assert below.help, path
        assert "Example" in (below.epilog or below.help), path


def test_help_imports_nothing_heavy() -> None:
    """`mandates --help` loads none of the large libraries, which is what keeps it quick."""
    code = (
        "import sys\nfrom flows.cli import main\n"
        f"try: main(['--help'])\nfinally: print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command() -> None:
    """The first help names every command with one line each."""
    text = CliRunner().invoke(cli, ["--help"]).output
    for name, (_, line) in commands.items():
        assert name in text
        assert line.split()[0] in text


def test_an_unknown_command_is_a_usage_error() -> None:
    """A command that does not exist ends with exit code 2 and its name."""
    done = subprocess.run([mandates, "alarm"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "alarm" in done.stderr


def test_our_errors_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error that is meant for people comes without a traceback, with exit code 1."""
    broken = tmp_path / "prefect.yaml"
    broken.write_text("nmae: x\n")
    with pytest.raises(SystemExit) as caught:
        main(["deploy", "--check", "--file", str(broken)])
    assert caught.value.code == 1
    assert capsys.readouterr().err.startswith(f"mandates: {broken}:1: nmae: is not a known key")


def test_a_fault_that_somebody_keeps_holds_no_connection(home: Path) -> None:
    """Prefect keeps the error of a run; what its frames held is let go, so that DuckDB has nothing to complain of."""
    script = """
import pathlib, sys, threading
from flows.cli import main
from flows.commands.snapshot import command
from warehouse.store.database import session

def fails(**_options):
    try:
        with session(pathlib.Path(sys.argv[1])) as connection:
            connection.execute("SELECT nothing")
    except Exception as error:
        # A thread that outlives the interpreter, as Prefect's do.
        threading.Thread(target=lambda _kept: threading.Event().wait(), args=[error], daemon=True).start()
        raise

command.callback = fails
main(["snapshot"])
"""
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "nothing" in done.stderr
    assert "nanobind" not in done.stderr


def test_ctrl_c_while_the_command_is_loading_is_one_line() -> None:
    """No traceback, and the exit code that shells know."""
    code = """
import os, signal, sys
import mandate_monitor
class Interrupting:
    def find_spec(self, name, *_):
        if name == "flows.cli":
            os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Interrupting())
mandate_monitor.main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "mandates: interrupted\n")


def test_an_option_is_never_taken_for_the_file_of_the_one_before_it() -> None:
    """Every option that takes a file or a folder says that its own value is missing; nothing is written."""
    asked = 0
    for path, command in walk(cli):
        for option in command.params:
            if isinstance(option, click.Option) and isinstance(option.type, click.Path):
                asked += 1
                assert isinstance(option.type, GivenPath), (path, option.opts)
    assert asked > 20
    done = CliRunner().invoke(cli, ["feed", "--atom", "--ics", "x.ics"])
    assert done.exit_code == 2
    assert "Invalid value for '--atom': --ics is an option; name a file or folder before it" in done.output
    assert CliRunner().invoke(cli, ["--home", "--config", "x", "ledger"]).exit_code == 2
