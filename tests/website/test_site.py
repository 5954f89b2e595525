"""The documentation site: it builds, its links lead somewhere, and every page is near the README."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_LINK = re.compile(r"\]\(([^)\s#:]+)(?:#[^)\s]*)?\)")


def _build(root: Path, site: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--site-dir",
        str(site),
        "--config-file",
        str(root / "mkdocs.yml"),
    ]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def _copied(folder: Path) -> Path:
    for name in ("docs", "website"):
        shutil.copytree(CHECKOUT / name, folder / name)
    shutil.copytree(CHECKOUT / "config" / "templates", folder / "config" / "templates")
    for file in (CHECKOUT / "mkdocs.yml", *CHECKOUT.glob("*.md")):
        shutil.copy(file, folder)
    return folder


def test_the_site_builds_and_all_its_links_lead_somewhere(tmp_path: Path) -> None:
    """Every link is right, every page is in the navigation, and the site loads nothing from elsewhere."""
    done = _build(CHECKOUT, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "site").rglob("*.html"):
        loaded = re.findall(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(https?://[^\"]*)\"", page.read_text("utf-8"))
        assert not [url for url in loaded if "example.org" not in url], page


def test_a_wrong_link_stops_the_build(tmp_path: Path) -> None:
    """A link to a page or a heading that does not exist is an error, also from a page that lives beside docs/."""
    root = _copied(tmp_path / "copy")
    with (root / "docs" / "alerts.md").open("a", encoding="utf-8") as page:
        page.write("\n[a page](no-such-page.md) and [a heading](sources.md#no-such-heading)\n")
    with (root / "CHANGELOG.md").open("a", encoding="utf-8") as page:
        page.write("\n[a page](docs/neither-this.md)\n")
    done = _build(root, tmp_path / "site")
    assert done.returncode != 0
    assert all(name in done.stderr for name in ("no-such-page.md", "no-such-heading", "neither-this.md")), done.stderr


def _links(path: str) -> set[str]:
    text = (CHECKOUT / path).read_text("utf-8")
    return {posixpath.normpath(posixpath.join(posixpath.dirname(path), link)) for link in _LINK.findall(text)}


def test_every_page_is_two_clicks_from_the_readme() -> None:
    """The README leads to every page, directly or over one other page."""
    pages = {str(path.relative_to(CHECKOUT)) for path in (CHECKOUT / "docs").rglob("*.md")}
    pages |= {path.name for path in CHECKOUT.glob("*.md")} - {"README.md"}
    first = _links("README.md")
    assert all((CHECKOUT / path).exists() for path in first), first
    second = {link for path in first if path.endswith(".md") for link in _links(path)}
    assert not pages - first - second
