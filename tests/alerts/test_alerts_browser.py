"""The HTML of messages in a real browser, where there is one: at a phone's width nothing sticks out."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from alerts.render import Renderer
from alerts.sample import sample_findings
from config.subscriptions import Subscriptions
from tests.alerts.made_findings import document, finding, noon
from tests.alerts.test_alerts_render import delivery

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
measured = """<!DOCTYPE html><body><iframe width="375" height="800" srcdoc="{page}"></iframe><script>
document.querySelector("iframe").onload = (loaded) => {{
  const page = loaded.target.contentDocument, style = loaded.target.contentWindow.getComputedStyle(page.body);
  document.title = JSON.stringify([page.documentElement.scrollWidth, parseFloat(style.fontSize)]);
}};</script></body>"""


@pytest.mark.skipif(browser is None, reason="needs a Chromium browser to look at messages with")
def test_messages_fit_a_phone(tmp_path: Path) -> None:
    """Messages of every kind and a digest, with long words and addresses, are 375 pixels wide, in readable letters."""
    renderer = Renderer(Subscriptions((), {}, register_url="https://register.example.org"))
    long = {"title": "Donaudampfschifffahrt" * 8, "url": f"https://example.org/{'a' * 400}", "body": "B" * 60}
    told = (*sample_findings(noon), finding(kind="source_state", note="x" * 300), document(7, **long))
    digest = replace(delivery(*told), digest="weekly:2026-11-23")
    for number, shown in enumerate((delivery(*told), digest)):
        page = tmp_path / f"{number}.html"
        page.write_text(measured.format(page=html.escape(renderer.render(shown, "mail").body)), encoding="utf-8")
        done = subprocess.run(
            [
                *(str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"),
                *(f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        title = re.search(r"<title>(.*?)</title>", done.stdout)
        assert title is not None, done.stderr[-2000:]
        width, letters = json.loads(title[1])
        assert width <= 375
        assert letters >= 16
