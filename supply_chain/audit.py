"""`make audit`: look for known vulnerabilities in what is locked.

pip-audit reports “no known vulnerabilities” for packages that its source does not know, for example behind a mirror.
Here they are reported as not checked. The exit code is 1 only if a vulnerability was found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from supply_chain import LOCK, TOOLS

if TYPE_CHECKING:
    from collections.abc import Mapping

# pip-audit's names of its sources, in this order.
SOURCES = ("pypi", "osv")
SECONDS = 15


@dataclass(frozen=True, slots=True)
class Audited:
    """What a source says: the vulnerabilities, how many packages it knows, and why it does not know others."""

    found: tuple[str, ...]
    checked: int
    unchecked: Mapping[str, str]


def read(report: Mapping[str, Any]) -> Audited:
    """A report of `pip-audit --format json`."""
    found, checked, unchecked = [], 0, {}
    for package in report["dependencies"]:
        if "skip_reason" in package:
            unchecked[package["name"]] = package["skip_reason"]
            continue
        checked += 1
        for each in package["vulns"]:
            fixed = ", ".join(each["fix_versions"]) or "no version"
            names = ", ".join([each["id"], *each.get("aliases", [])])
            found.append(f"{package['name']} {package['version']}: {names}; fixed in {fixed}")
    return Audited(tuple(found), checked, unchecked)


def asked(lock: Path, source: str) -> Audited | str:
    """What the source says about everything in a lock file; a sentence if it does not answer."""
    command: list[str | Path] = [
        TOOLS / "pip-audit",
        "--requirement",
        lock,
        "--no-deps",
        "--disable-pip",
        "--format",
        "json",
    ]
    command += ["--vulnerability-service", source, "--timeout", str(SECONDS), "--progress-spinner", "off"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return read(json.loads(answer.stdout))
    except (ValueError, KeyError, TypeError):
        return (answer.stderr.strip().splitlines() or ["pip-audit gave no answer"])[-1]


def audited(lock: Path) -> Audited | str:
    """What the first source that answers says; each is asked for one package before it is asked for all."""
    reasons = []
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first.txt"
        pins = (line.split()[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line)
        first.write_text(f"{next(pins)}\n", encoding="utf-8")
        for source in SOURCES:
            one = asked(first, source)
            if isinstance(one, str) or not one.checked:
                why = one if isinstance(one, str) else "; ".join(one.unchecked.values())
                reasons.append(f"{source}: {why}")
                continue
            return asked(lock, source)
    return "\n  ".join(reasons)


def main() -> int:
    """Print what was found and what was not checked."""
    answer = audited(LOCK)
    if isinstance(answer, str):
        print(f"NOT CHECKED for known vulnerabilities, because no source of advisories answered:\n  {answer}")
        return 0
    for name, why in answer.unchecked.items():
        print(f"NOT CHECKED: {name}: {why}")
    for line in answer.found:
        print(f"VULNERABLE: {line}")
    print(f"{len(answer.found)} known vulnerabilities; {answer.checked} packages checked, {len(answer.unchecked)} not")
    return 1 if answer.found else 0


if __name__ == "__main__":
    sys.exit(main())
