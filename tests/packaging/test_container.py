"""The image: what it is built from is complete. Docker itself is not needed to see this."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from ruamel.yaml import YAML

CHECKOUT = Path(__file__).parents[2]
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")


def test_the_build_gets_every_file_that_the_wheel_is_made_of() -> None:
    """.dockerignore lets in the packages, the metadata and the pinned versions, and nothing else."""
    let_in = {
        line[1:] for line in (CHECKOUT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"
    }
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    files = [project["project"]["readme"], *project["project"]["license-files"], "pyproject.toml", "constraints.txt"]
    assert let_in == {*wheel["packages"], *wheel["force-include"], *files}


def test_the_pins_are_versions_without_hashes() -> None:
    """The command in the Dockerfile makes of constraints.txt what pip takes as constraints for a folder."""
    found = re.search(r"sed (.+?) constraints\.txt", DOCKERFILE)
    assert found is not None
    command = f"sed {found[1]} constraints.txt"
    made = subprocess.run(["sh", "-c", command], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    pins = [Requirement(line) for line in made.splitlines() if line.strip() and not line.startswith("#")]
    assert {"prefect", "duckdb"} <= {pin.name for pin in pins}
    assert all(str(pin.specifier).startswith("==") for pin in pins)


def test_compose_mounts_the_folder_that_the_image_works_in() -> None:
    """Configuration, secrets and state are in one folder, which outlives the container."""
    services = YAML(typ="safe").load((CHECKOUT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    (folder,) = re.findall(r"(?m)^WORKDIR (/srv\S+)$", DOCKERFILE)
    assert {volume for service in services.values() for volume in service["volumes"]} == {f"./watch:{folder}"}
    assert {service["image"] for service in services.values()} == {"mandate-monitor"}
