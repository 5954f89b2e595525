"""docs/alerts.md names every key that the subscriptions' files take, and nothing else of theirs."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

from config.filters import Filters
from config.strict_yaml import load
from config.subscriptions import Subscription, SubscriptionsFile
from config.targets import Target

checkout = Path(__file__).parents[2]
page = (checkout / "docs" / "alerts.md").read_text(encoding="utf-8")


def documented(heading: str) -> set[str]:
    """The keys in the first column of the tables under a heading."""
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


def test_every_key_is_documented() -> None:
    """Targets, subscriptions and filters: the tables are complete and hold no key that is gone."""
    assert documented("Targets") == set(Target.model_fields)
    assert documented("Subscriptions") == {*Subscription.model_fields, *Filters.model_fields}
    assert all(f"`{key}`" in page for key in SubscriptionsFile.model_fields if key not in {"targets", "subscriptions"})


def test_the_example_is_valid(tmp_path: Path) -> None:
    """The example in the page can be copied; those of other pages are tried in tests/website/test_recipes.py."""
    (example,) = re.findall(r"( *)```yaml\n(.*?targets:.*?)```", page, re.DOTALL)
    (tmp_path / "subscriptions.yaml").write_text(dedent(example[1].rstrip() + "\n"), encoding="utf-8")
    assert load(tmp_path / "subscriptions.yaml", SubscriptionsFile).targets
