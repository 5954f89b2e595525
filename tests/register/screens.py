"""Pages on the screens that people have, and what axe-core finds there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from tests.patience import until
from tests.register.test_pages import CHECKOUT

if TYPE_CHECKING:
    from website.chromium import Page

PHONE, DESK, HEIGHT = 360, 1280, 900
# `make axe` puts it there.
AXE = Path(os.environ.get("MANDATES_CACHE") or CHECKOUT / ".venv" / "cache") / "axe-core" / "package" / "axe.min.js"
EXAMINE = """
window.found = null;
axe.run(OPTIONS).then(result => {
    window.found = result.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.impact}: ${rule.id}: ${node.html}`));
}, error => { window.found = [String(error)]; });
0"""


def unfold(shown: Page) -> None:
    """Open whatever folds on the page, as a reader may."""
    shown.run("for (const each of document.querySelectorAll('details')) each.open = true")


def examined(shown: Page, *rules: str) -> list[str]:
    """What axe-core finds on the page, by all of its rules where none is named."""
    shown.run(f"{AXE.read_text()};0")
    # Behind a shadow axe-core cannot tell the contrast, and would say nothing.
    shown.run("for (const each of document.querySelectorAll('.scroll')) each.style.background = 'none'")
    shown.run(EXAMINE.replace("OPTIONS", json.dumps({"runOnly": rules} if rules else {})))
    until(lambda: shown.run("window.found !== null"))
    return list(shown.run("window.found"))
