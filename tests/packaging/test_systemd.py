"""The systemd units that come with the program are valid, sandboxed, and call commands that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from config.deployments import load_deployments
from config.shipped import deployments_file
from config.units import WRITTEN_FOLDER, units
from flows.cli import cli, commands
from flows.serve.supervisor import stop_seconds
from flows.serve.tree import Tree, children

# systemd's own scale goes from 0 (nothing is allowed) to 100; above 50 it says "medium".
EXPOSED_AT_MOST = 15


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units as `mandates systemd --to` writes them."""
    run = CliRunner().invoke(cli, ["systemd", "--to", str(tmp_path)])
    assert run.exit_code == 0, run.output
    return tmp_path


def _analyzed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not installed")
    # The colon at the end adds systemd's own folders.
    return subprocess.run(
        [analyze, *words],
        env={"SYSTEMD_UNIT_PATH": f"{folder}:", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def _services(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.service"))


def test_the_units_are_valid(folder: Path) -> None:
    """`systemd-analyze verify` finds nothing to say about the units as they are written."""
    found = _analyzed(folder, "verify", *map(str, [*_services(folder), *folder.glob("*.timer")]))
    ours = [line for line in found.stderr.splitlines() if "mandates" in line]
    assert ours == []
    assert found.returncode == 0, found.stderr


def test_every_service_is_in_the_sandbox(folder: Path) -> None:
    """The review by systemd itself gives each service an exposure of at most 1.5 of 10."""
    services = _services(folder)
    assert len(services) >= 3
    for service in services:
        found = _analyzed(
            folder, "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSED_AT_MOST}", str(service)
        )
        assert found.returncode == 0, found.stdout[-300:] + found.stderr


def test_a_service_outside_the_sandbox_would_be_noticed(folder: Path) -> None:
    """The review depends on the drop-in: without it the same units are exposed."""
    shutil.rmtree(folder / "mandates-.service.d")
    service = str(folder / "mandates-run.service")
    found = _analyzed(folder, "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSED_AT_MOST}", service)
    assert found.returncode != 0


def test_the_units_call_this_installations_programs_and_commands_that_exist(folder: Path) -> None:
    """Each ExecStart is a program of this environment, and a `mandates` command is one of ours."""
    calls = [
        call
        for service in _services(folder)
        for call in re.findall(r"^ExecStart=(\S+) (\S+)", service.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert len(calls) >= 3
    for program, command in calls:
        assert Path(program).parent == Path(sys.executable).parent
        assert Path(program).exists()
        assert Path(program).name == "prefect" or command in commands
    assert not any(WRITTEN_FOLDER in unit.text for unit in units(Path("/srv/programs")))


def test_the_workers_poll_pools_that_deployments_use(folder: Path) -> None:
    """One unit is for the machine that records, one for machines that only fetch."""
    pools = {
        service.name: re.findall(r"^ExecStart=.* --pool (\S+)", service.read_text(encoding="utf-8"), re.MULTILINE)
        for service in _services(folder)
    }
    of = {each.name: each.work_pool.name for each in load_deployments(deployments_file())}
    assert pools["mandates-worker@.service"] == [of["record"]]
    assert pools["mandates-fetch@.service"] == [of["fetch"]]


def test_a_service_may_take_as_long_to_stop_as_the_tree_needs(folder: Path) -> None:
    """With as many pools as one likes, the tree has ended its children some seconds before systemd kills them."""
    text = (folder / "mandates-.service.d" / "sandbox.conf").read_text(encoding="utf-8")
    (allowed,) = re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)
    tree = Tree(Path("home"), 4200, ("one", "two", "three"), 4, register=4280)
    assert stop_seconds(children(tree, Path("warm"))) + 5 <= int(allowed)


def test_the_sandbox_allows_the_limits_of_reading_processes(folder: Path) -> None:
    """Reading processes bound themselves with prlimit, and go on without limits where it is refused."""
    text = (folder / "mandates-.service.d" / "sandbox.conf").read_text(encoding="utf-8")
    allowed, refused = re.findall(r"^SystemCallFilter=(~?)(.+)$", text, re.MULTILINE)
    assert (allowed[0], refused[0]) == ("", "~")
    assert "prlimit64" in _calls(folder, allowed[1].split())
    assert "prlimit64" not in _calls(folder, refused[1].split())


def _calls(folder: Path, groups: list[str]) -> set[str]:
    """The system calls of groups, those of the groups in them included."""
    found = set()
    for group in groups:
        listed = _analyzed(folder, "syscall-filter", group)
        names = {line.strip() for line in listed.stdout.splitlines()[1:] if line.startswith("    ")}
        names = {name for name in names if not name.startswith("#")}
        found |= {name for name in names if not name.startswith("@")}
        found |= _calls(folder, [name for name in names if name.startswith("@")])
    return found


def test_without_a_folder_the_units_are_printed() -> None:
    """What is printed can be pasted: each unit after a line with its place."""
    run = CliRunner().invoke(cli, ["systemd"])
    assert run.exit_code == 0
    assert "# /etc/systemd/system/mandates-run.timer\n[Unit]" in run.stdout
    assert "# /etc/systemd/system/mandates-.service.d/sandbox.conf" in run.stdout
