"""What the program is made of is listed without places, asked about honestly, and locked only if it works."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from supply_chain import CHECKOUT, TOOLS, audit, lock, sbom

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {"name": "click", "version": "8.0", "vulns": []}
UNKNOWN = {"name": "lxml", "skip_reason": "the source does not know it"}
VULNERABLE = {
    "name": "jinja2",
    "version": "3.0",
    "vulns": [{"id": "EX-2030-1", "fix_versions": ["3.1"], "aliases": ["CVE-2030-1"], "description": ""}],
}


def test_a_bill_has_what_an_installation_has_and_nothing_for_developers() -> None:
    """Each declared dependency and what it needs in turn, without the extras that nobody asked for."""
    needed = sbom.needs()
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert needed[""] == sorted(canonicalize_name(Requirement(each).name) for each in project["dependencies"])
    assert {"starlette", "aiosqlite"} <= set(needed), "Prefect's own needs"
    assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(needed)
    assert all(other in needed for others in needed.values() for other in others)


def test_a_bill_names_no_place() -> None:
    """Neither an index nor a folder of whoever makes it, wherever the tool puts them."""
    package = {
        "bom-ref": "Click==8.0",
        "name": "Click",
        "version": "8.0",
        "type": "library",
        "purl": "pkg:pypi/click@8.0?vcs_url=https://index.example.org/click",
        "externalReferences": [{"type": "distribution", "url": "file:///srv/wheels/click.whl"}],
        "properties": [{"name": "place", "value": "/srv/wheels"}],
    }
    document = {
        "bomFormat": "CycloneDX",
        "metadata": {"component": {"bom-ref": "root", "name": "us"}, "tools": {"components": [package]}},
        "components": [package, {**package, "name": "pytest", "bom-ref": "pytest==9"}],
        "dependencies": [{"ref": "root", "dependsOn": ["Click==8.0", "pytest==9"]}],
    }
    found = sbom.reduced(document, {"": ["click"], "click": []})
    text = json.dumps(found)
    assert "example.org" not in text
    assert "/srv" not in text
    assert [each["name"] for each in found["components"]] == ["Click"]
    assert found["components"][0]["purl"] == "pkg:pypi/click@8.0"
    assert found["dependencies"] == [
        {"ref": "root", "dependsOn": ["Click==8.0"]},
        {"ref": "Click==8.0", "dependsOn": []},
    ]


@pytest.mark.slow
@pytest.mark.long
def test_the_bill_of_this_environment_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real tool, this environment, and the tool's own check of the format; the suite has a bill of one package."""
    if not (TOOLS / "cyclonedx-py").exists():
        pytest.skip("the tools of `make sbom` are not in .venv/audit")
    monkeypatch.setattr(sbom, "TARGET", tmp_path / "sbom.json")
    sbom.main()
    found = json.loads((tmp_path / "sbom.json").read_text(encoding="utf-8"))
    versions = {each["name"]: each["version"] for each in found["components"]}
    assert versions["prefect"].startswith("3.")
    assert str(CHECKOUT) not in json.dumps(found)


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have `pip-audit` be a program that prints these packages, or nothing and an error."""

    def _answer(*packages: dict[str, Any], error: str = "") -> None:
        (tmp_path / "report.json").write_text(json.dumps({"dependencies": packages, "fixes": []}), encoding="utf-8")
        script = tmp_path / "pip-audit"
        saying = f"echo '{error}' >&2; exit 1" if error else f"cat {tmp_path}/report.json"
        script.write_text(f"#!/bin/sh\n{saying}\n", encoding="utf-8")
        script.chmod(0o755)
        monkeypatch.setattr(audit, "TOOLS", tmp_path)

    return _answer


def test_a_known_vulnerability_fails_with_its_names_and_the_version_that_has_none(
    answers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """The only thing that fails."""
    answers(KNOWN, VULNERABLE)
    assert audit.main() == 1
    assert "VULNERABLE: jinja2 3.0: EX-2030-1, CVE-2030-1; fixed in 3.1" in capsys.readouterr().out


def test_packages_that_the_source_does_not_know_are_not_called_sound(
    answers: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """pip-audit reports no vulnerabilities of them."""
    answers(KNOWN, UNKNOWN)
    assert audit.main() == 0
    said = capsys.readouterr().out
    assert "NOT CHECKED: lxml: the source does not know it" in said
    assert "1 packages checked, 1 not" in said


@pytest.mark.parametrize("error", ["", "the name could not be resolved"])
def test_where_no_source_answers_it_says_that_nothing_was_checked(
    answers: Any, capsys: pytest.CaptureFixture[str], error: str
) -> None:
    """Neither an error nor an empty answer is good news, and the reason is given."""
    answers(UNKNOWN, error=error)
    assert audit.main() == 0
    said = capsys.readouterr().out
    assert said.startswith("NOT CHECKED for known vulnerabilities")
    assert (error or "does not know it") in said
    assert "0 known" not in said


def test_a_lock_file_that_names_a_place_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index of whoever locks is nobody else's business."""

    def _resolved(command: list[Any], words: str | None = None) -> None:
        command[-1].write_text("--index-url https://index.example.org/simple\nclick==8.0\n", encoding="utf-8")

    monkeypatch.setattr(lock, "_run", _resolved)
    # The tool is not called, so it need not be installed.
    monkeypatch.setattr(lock.shutil, "which", lambda *_, **__: "uv")
    with pytest.raises(lock.LockError, match="names the place of a package"):
        lock.resolve(tmp_path)


@pytest.mark.parametrize("works", [True, False])
def test_the_lock_changes_only_if_the_program_works_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], works: bool
) -> None:
    """The new file takes the place of the old one after the last check, or never."""
    locked, resolved = tmp_path / "constraints.txt", tmp_path / "new.txt"
    locked.write_text("click==8.0 \\\n    --hash=sha256:00\nrich==13\n", encoding="utf-8")
    resolved.write_text("click==8.1 \\\n    --hash=sha256:11\nanyio==4\n", encoding="utf-8")
    monkeypatch.setattr(lock, "resolve", lambda _: {locked: resolved})

    def _checked(new: Path, _: Path) -> None:
        assert locked.read_text(encoding="utf-8").startswith("click==8.0"), "not yet"
        if not works:
            raise lock.LockError("failed: a test")

    monkeypatch.setattr(lock, "LOCK", locked)
    monkeypatch.setattr(lock, "check", _checked)
    assert lock.main([]) == (0 if works else 1)
    assert locked.read_text(encoding="utf-8").startswith("click==8.1" if works else "click==8.0")
    said = capsys.readouterr()
    assert all(each in said.out for each in ("anyio: new → 4", "click: 8.0 → 8.1", "rich: 13 → removed"))
    assert works or "the lock files stay as they were" in said.err


def test_no_shipped_lock_file_names_a_place() -> None:
    """What is in the repository can be installed from any index."""
    files = sorted(CHECKOUT.glob("constraints*.txt"))
    assert len(files) == 3
    for path in files:
        assert not lock._PLACE.search(path.read_text(encoding="utf-8"))
