"""The wheel in an environment of its own and beside others' packages: everything works without a checkout."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from config.deployments import load_deployments
from config.shipped import deployments_file
from mandate_monitor import PACKAGES
from tests.packaging.installed import Installed, environment, neighbour, wheel

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """An environment with the wheel, and nothing else of ours."""
    made = environment(tmp_path_factory.mktemp("env"))
    made.pip(built)
    return made


def test_the_wheel_takes_one_name(built: Path) -> None:
    """Another project's `config` or `flows` can neither be overwritten nor overwrite ours."""
    with zipfile.ZipFile(built) as archive:
        names = {name.partition("/")[0] for name in archive.namelist()}
    assert names == {"mandate_monitor", "mandate_monitor-0.1.0.dist-info"}


def test_every_package_says_that_it_is_typed(built: Path) -> None:
    """Type checkers read the annotations of a package only where `py.typed` is beside it."""
    with zipfile.ZipFile(built) as archive:
        names = set(archive.namelist())
    assert {f"mandate_monitor/app/{name}/py.typed" for name in PACKAGES} | {"mandate_monitor/py.typed"} <= names


# Each page that the sources list, and the first document of the site, with the address that the sources have.
SITE = """
from pathlib import Path
import mandate_monitor
mandate_monitor.prepare_path()
from urllib.request import urlopen
from config.sources import load_sources
from demo.site import PublicationSite
from flows.commands.demo import configuration
with PublicationSite(Path("site")) as site:
    sources = load_sources(configuration(Path("config"), site) / "sources.yaml")
    pages = [urlopen(str(source.url)).read() for source in sources if "{" not in str(source.url)]
print(len(sources), min(map(len, pages)))
"""


def test_the_demo_comes_with_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """The site answers what its sources ask for first."""
    done = installed.run("python", "-c", SITE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    sources, least = map(int, done.stdout.split())
    assert sources > 5
    assert least > 100


@pytest.mark.slow
@pytest.mark.long
def test_the_demo_runs_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """A whole demonstration without a checkout; its mandates can be queried."""
    done = installed.run("mandates", "demo", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new_mandates"]
    found = installed.run("mandates", "query", "--json", "SELECT count(*) AS n FROM open_mandates", cwd=tmp_path)
    assert json.loads(found.stdout)["n"] > 0, found.stderr


def test_the_calendar_comes_with_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """A session becomes days without any configuration."""
    words = "Requests the Secretary-General to submit a report to the General Assembly at its eightieth session."
    (tmp_path / "text.txt").write_text(f"The General Assembly\n\n1. {words}\n")
    done = installed.run("mandates", "extract", "--format", "json", "text.txt", cwd=tmp_path)
    (clause,) = json.loads(done.stdout)["clauses"]
    assert (clause["due_start"], clause["due_basis"]) == ("2025-09-09", "session calendar")


def test_the_deployments_come_with_the_wheel(installed: Installed, tmp_path: Path) -> None:
    """`mandates deploy` needs no file in the current folder."""
    done = installed.run("mandates", "deploy", "--check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{len(load_deployments(deployments_file()))} deployments, all keys valid" in done.stdout


def test_workers_find_the_flows(installed: Installed, tmp_path: Path) -> None:
    """A worker's process imports a flow by its entry point, with nothing of ours on its path but `mandate_monitor`."""
    code = (
        "from prefect.flows import load_flow_from_entrypoint as load\n"
        "print(load('mandate_monitor.jobs:monitor').name, load('mandate_monitor.jobs:dispatch').name)"
    )
    done = installed.run("python", "-c", code, cwd=tmp_path)
    assert done.stdout.split() == ["monitor", "dispatch"], done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("order", ["before", "after"])
def test_neighbours_with_the_same_names_change_nothing(built: Path, tmp_path: Path, order: str) -> None:
    """Packages called `config` and `flows` in the same environment keep their own content, and so do ours."""
    made = environment(tmp_path / "env")
    theirs = [neighbour(tmp_path / "projects", name) for name in ("config", "flows")]
    made.pip(*([*theirs, built] if order == "before" else [built]))
    if order == "after":
        made.pip(*theirs)
    said = made.run("python", "-c", "import config, flows.cli; print(config.owner); flows.cli.main()", cwd=tmp_path)
    assert said.stdout.splitlines() == ["somebody else's config", "somebody else"], said.stderr
    (tmp_path / "text.txt").write_text("The Council\n\n1. Requests the Secretariat to report by 1 March 2027.\n")
    done = made.run("mandates", "extract", "--format", "json", "text.txt", cwd=tmp_path)
    assert '"is_mandate": true' in done.stdout, done.stderr


def test_an_intruder_is_named(installed: Installed, tmp_path: Path) -> None:
    """Where another `config` is imported before ours can be, the command says which one and ends."""
    (tmp_path / "config.py").write_text("owner = 'somebody else'\n")
    code = "import config, mandate_monitor; mandate_monitor.main()"
    done = installed.run("python", "-c", code, cwd=tmp_path)
    assert done.returncode == 1
    assert "the package 'config' of another project was imported from" in done.stderr
    assert str(tmp_path / "config.py") in done.stderr
    assert "Traceback" not in done.stderr
