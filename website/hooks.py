"""Pages of the site whose text lives beside docs/, where a repository shows it at first sight.

MkDocs calls the `on_…` functions. A link to such a file from a page in docs/ leads to its page on the site.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mkdocs.structure.files import File

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

CHECKOUT: Final = Path(__file__).parents[1]
# Each file, and the page that it becomes.
BESIDE: Final = {
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "reporting.md",
    "config/templates/README.md": "templates.md",
}
_LINK: Final = re.compile(r"\]\(([^)\s#:]+)(#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages."""
    for path, page in BESIDE.items():
        if (CHECKOUT / path).is_file():
            files.append(File.generated(config, page, content=(CHECKOUT / path).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links between docs/ and the files beside it lead to pages of the site."""
    here = page.file.src_uri
    place = next((path for path, name in BESIDE.items() if name == here), f"docs/{here}")

    def lead(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(place), found[1]))
        target = BESIDE.get(path, path.removeprefix("docs/"))
        if target == path:
            return found[0]
        return f"]({posixpath.relpath(target, posixpath.dirname(here) or '.')}{found[2] or ''})"

    return _LINK.sub(lead, markdown)
