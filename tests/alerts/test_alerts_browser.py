"""The HTML of messages in a real browser, where there is one: on a phone, on a desktop and in the dark."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from alerts.render import Renderer
from alerts.sample import sample_findings
from config.subscriptions import Subscriptions
from tests.alerts.made_findings import changed, document, finding, noon
from tests.alerts.test_alerts_render import delivery
from tests.patience import PATIENCE
from warehouse.findings.finding import Finding, FindingKind
from warehouse.model import Delivery, SourceCheck

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.slow
browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if browser is None:
    pytest.skip("needs a Chromium browser to look at messages with", allow_module_level=True)

NARROW, WIDE = 360, 800
# Chromium's names of the two schemes: 0 is dark, 1 is light.
SCHEMES = {"light": 1, "dark": 0}
# The smallest contrast of body text (WCAG 2.2, 1.4.3).
CONTRAST = 4.5
# What of a page sticks out to the right, its letters, and the text that is hardest to read.
MEASURED = """<!DOCTYPE html><meta name="color-scheme" content="light dark"><body>{frames}<script>
const light = (colour) => {{
  const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}};
const ground = (element, view) => {{
  for (let each = element; each; each = each.parentElement) {{
    const colour = view.getComputedStyle(each).backgroundColor;
    if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
  }}
  return "rgb(255, 255, 255)";
}};
onload = () => {{
  const all = [...document.querySelectorAll("iframe")].map((frame) => {{
    const page = frame.contentDocument, view = frame.contentWindow;
    let worst = 21, words = "", outside = "";
    for (const element of page.body.querySelectorAll("*")) {{
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
      if (!own) continue;
      const pair = [light(view.getComputedStyle(element).color), light(ground(element, view))].sort((a, b) => b - a);
      const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
      if (contrast < worst) [worst, words] = [contrast, element.textContent.slice(0, 60)];
      // An address is cut with an ellipsis by its line.
      if (!element.closest(".link") && element.getBoundingClientRect().right > frame.clientWidth + 0.5)
        outside = element.textContent.slice(0, 60);
    }}
    return {{width: page.documentElement.scrollWidth, letters: parseFloat(view.getComputedStyle(page.body).fontSize),
      dark: light(view.getComputedStyle(page.body).backgroundColor) < 0.2, worst, words, outside}};
  }});
  document.title = JSON.stringify(all);
}};</script></body>"""


def every_kind() -> dict[str, Delivery]:
    """A message of each kind of finding, messages of several, and digests, all with long words and addresses."""
    long = {"title": "Donaudampfschifffahrt" * 8, "url": f"https://example.org/{'a' * 400}", "body": "B" * 60}
    note = "aalco has been failing since 20 November 2026\nWhat failed: https://example.org/" + "x" * 300
    undelivered = "A message to desk was not delivered\nReason: " + "y" * 300
    operators = [
        Finding.for_operators(kind, finding_id=kind, about=about, title=about, note=said, now=noon)
        for kind, about, said in (
            ("source_state", "aalco", note),
            ("delivery_state", "desk", undelivered),
            ("alerts_held", "12 new mandates", "More than 10 new mandates came at once."),
            ("weekly_report", "all is well", "9 of 9 sources are healthy."),
        )
    ]
    found: list[Finding] = [*(changed(each, **long) for each in sample_findings(noon)), *operators]
    shown = {each.kind: delivery(each) for each in found}
    assert shown.keys() == set(get_args(FindingKind)), "every kind of finding is looked at"
    proposed = changed(finding(stage="draft"), **long)
    many = [document(number, body=f"Body {number} " + "b" * 30, title=long["title"]) for number in range(14)]
    return {
        **shown,
        "proposed": delivery(proposed),
        "several": delivery(*found, repeat_of_uncertain=True),
        "digest": replace(delivery(*found, *many), digest="weekly:2026-11-23"),
    }


def pages() -> Mapping[str, str]:
    """The HTML of each message, in English, and the digest in the other languages."""
    renderer = Renderer(Subscriptions((), {}, register_url="https://register.example.org"))
    unread = [SourceCheck("s" * 70, noon)]
    return {name: renderer.render(shown, "mail", unread).body for name, shown in every_kind().items()}


def look(folder: Path, page: Path, scheme: str, *more: str) -> str:
    """What Chromium prints of a page, in a light or a dark scheme."""
    done = subprocess.run(
        [
            *(str(browser), "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"),
            *(f"--user-data-dir={folder / 'profile'}", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}"),
            *(*more, page.as_uri()),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_message_fits_and_can_be_read(tmp_path: Path, width: int, scheme: str) -> None:
    """On a phone and a desktop, by day and by night: nothing sticks out, letters are large, every text has contrast."""
    made = pages()
    frames = "".join(
        f'<iframe width="{width}" height="800" srcdoc="{html.escape(page)}"></iframe>' for page in made.values()
    )
    outer = tmp_path / "all.html"
    outer.write_text(MEASURED.format(frames=frames), encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", look(tmp_path, outer, scheme, "--dump-dom"), re.DOTALL)
    assert title is not None
    seen: list[dict[str, Any]] = json.loads(html.unescape(title[1]))
    assert len(seen) == len(made)
    for name, page in zip(made, seen, strict=True):
        assert page["width"] <= width, (name, page)
        assert page["outside"] == "", (name, page)
        assert page["letters"] >= 16, (name, page)
        assert page["dark"] == (scheme == "dark"), (name, page)
        assert page["worst"] >= CONTRAST, (name, page)


@pytest.mark.parametrize(("width", "scheme"), [(NARROW, "light"), (NARROW, "dark"), (WIDE, "light"), (WIDE, "dark")])
def test_screenshots_are_taken(tmp_path: Path, width: int, scheme: str) -> None:
    """A picture of the digest is taken; MANDATES_SCREENSHOTS names a folder that keeps those of all messages."""
    kept = os.environ.get("MANDATES_SCREENSHOTS")
    folder = Path(kept) if kept else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages().items():
        if not kept and name != "digest":
            continue
        written = tmp_path / f"{name}.html"
        # Headless windows have a least width; the frame has the one that is asked for.
        frame = f'<iframe style="border:0" width="{width}" height="1600" srcdoc="{html.escape(page)}"></iframe>'
        head = '<!DOCTYPE html><meta name="color-scheme" content="light dark"><style>body{margin:0}</style>'
        written.write_text(head + frame, encoding="utf-8")
        picture = folder / f"{name}-{width}-{scheme}.png"
        look(tmp_path, written, scheme, f"--window-size={max(width, 500)},1600", f"--screenshot={picture}")
        assert picture.read_bytes().startswith(b"\x89PNG")
