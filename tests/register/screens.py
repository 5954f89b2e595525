"""Pages on the screens that people have, and what axe-core finds there."""

from __future__ import annotations

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
axe.run().then(result => {
    window.found = result.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.impact}: ${rule.id}: ${node.html}`));
}, error => { window.found = [String(error)]; });
0"""


def examined(shown: Page) -> list[str]:
    """What axe-core finds on the page."""
    shown.run(f"{AXE.read_text()};0")
    shown.run(EXAMINE)
    until(lambda: shown.run("window.found !== null"))
    return list(shown.run("window.found"))
