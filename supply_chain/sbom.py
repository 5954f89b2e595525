"""`make sbom`: build/sbom.json, the software bill of materials of an installation (CycloneDX 1.6, JSON).

cyclonedx-py lists everything in the environment, including developers' tools and where it was installed from. This
keeps only what an installation contains, without the addresses of an index or the folders of the machine.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from typing import TYPE_CHECKING, Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply_chain import CHECKOUT, TOOLS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TARGET = CHECKOUT / "build" / "sbom.json"
VERSION = "1.6"
_VALIDATE = f"""
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
sys.exit(str(JsonStrictValidator(SchemaVersion.from_version({VERSION!r})).validate_str(sys.stdin.read()) or '') or None)
"""


def listed() -> dict[str, Any]:
    """Everything in this environment, as cyclonedx-py sees it."""
    command: list[str | Path] = [TOOLS / "cyclonedx-py", "environment", "--pyproject", CHECKOUT / "pyproject.toml"]
    command += ["--mc-type", "application", "--output-reproducible", "--sv", VERSION, "-o", "-", sys.executable]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    document: dict[str, Any] = json.loads(found.stdout)
    return document


def needs() -> dict[str, list[str]]:
    """What each package of an installation requires on this system, by their canonical names; "" is the program.

    cyclonedx-py also follows extras that nobody asked for, and so comes from Prefect to pytest.
    """
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, set[str]] = {}
    # A package comes again where another one asks for more extras of it.
    waiting = [("", "", project["dependencies"])]
    seen = set[tuple[str, str]]()
    while waiting:
        name, extra, wanted = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for requirement in map(Requirement, wanted):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                other = canonicalize_name(requirement.name)
                found.setdefault(name, set()).add(other)
                waiting += [(other, each, requires(other) or []) for each in ("", *requirement.extras)]
        found.setdefault(name, set())
    return {name: sorted(others) for name, others in found.items()}


def reduced(document: Mapping[str, Any], needed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The document with the packages in `needed` alone, without addresses and folders.

    Raises:
        KeyError: one of them is not among the components.
    """
    components: dict[str, Any] = {canonicalize_name(each["name"]): each for each in document["components"]}
    references = {name: components[name]["bom-ref"] for name in needed if name}
    references[""] = document["metadata"]["component"]["bom-ref"]
    dependencies = [
        {"ref": references[name], "dependsOn": [references[each] for each in others]}
        for name, others in sorted(needed.items())
    ]
    return {
        **document,
        "metadata": {"component": _bare(document["metadata"]["component"])},
        "components": [_bare(components[name]) for name in sorted(needed) if name],
        "dependencies": dependencies,
    }


def _bare(component: Mapping[str, Any]) -> dict[str, Any]:
    """A component without the places it came from."""
    kept = {"bom-ref", "type", "name", "version", "description", "licenses", "purl", "group"}
    bare = {name: value for name, value in component.items() if name in kept}
    if "purl" in bare:
        # `?vcs_url=…` and the like.
        bare["purl"] = re.sub(r"[?#].*", "", bare["purl"])
    return bare


def main() -> None:
    """Write the document, and see that it is valid."""
    document = json.dumps(reduced(listed(), needs()), indent=1, ensure_ascii=False)
    subprocess.run([TOOLS / "python", "-c", _VALIDATE], input=document, text=True, check=True)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(document + "\n", encoding="utf-8")
    print(f"{TARGET}: {len(json.loads(document)['components'])} packages, valid CycloneDX {VERSION}")


if __name__ == "__main__":
    main()
