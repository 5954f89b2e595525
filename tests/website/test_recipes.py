"""The recipes do what they say: their addresses are usable, their YAML is valid."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from alerts.deliver import open_channel
from config.subscriptions import SubscriptionsFile
from config.targets import Target

CHECKOUT = Path(__file__).parents[2]
RECIPES = (CHECKOUT / "docs" / "recipes.md").read_text("utf-8")
ADDRESSES = re.findall(r"^(MANDATES_\w+_URL)='([^']+)'$", RECIPES, re.MULTILINE)


@pytest.mark.parametrize(("variable", "address"), ADDRESSES, ids=[address.split("?")[0] for _, address in ADDRESSES])
def test_each_address_is_one_that_the_program_sends_to(variable: str, address: str, tmp_path: Path) -> None:
    """An address is accepted by the check of a target, with the dress that the page promises."""
    to = "desk@example.org" if variable == "MANDATES_MAIL_URL" else None
    target = Target.model_validate({"url": {"env": variable}, "to": to}).named("target", "docs/recipes.md")
    dress = {"MANDATES_MAIL_URL": "mail", "MANDATES_SLACK_URL": "slack"}.get(variable, "plain")
    assert open_channel(target, address, tmp_path).dress == dress


def test_there_are_recipes_for_every_service_that_is_promised() -> None:
    """Mail servers, Gmail, Microsoft 365, Slack, Teams and Telegram each have an address."""
    found = "\n".join(address for _, address in ADDRESSES)
    for service in ("smtp.example.org", "gmail.com", "azure://", "slack", "logic.azure.com", "tgram://", "jsons://"):
        assert service in found


def _blocks() -> list[str]:
    pages = [*(CHECKOUT / "docs").glob("*.md"), CHECKOUT / "README.md"]
    found = (
        block
        for page in pages
        for block in re.findall(r"^ *```yaml\n(.*?)^ *```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    return [
        block for block in found if re.search(r"^ *(targets|subscriptions|heartbeat|operators):", block, re.MULTILINE)
    ]


@pytest.mark.parametrize("block", _blocks())
def test_each_example_of_subscriptions_is_valid(block: str) -> None:
    """What the pages show of subscriptions.yaml is read without an error."""
    SubscriptionsFile.model_validate(YAML(typ="safe").load(block))
