"""From a message to the clause: what an alert links to is the very clause that it quotes."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, get_args

from alerts.model import Dress
from alerts.render import Renderer
from config.subscriptions import Subscriptions
from tests.alerts.test_alerts_render import delivery
from tests.register.test_document import LIT, OIL, REPORT, section
from tests.register.test_typeset import solid
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import httpx

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow, Entry

REGISTER = "https://register.example.org"


def found_in(home: Path, *crawls: Entry) -> list[Finding]:
    """What each crawl brought, recorded and published."""
    found: list[Finding] = []

    def heard(findings: Sequence[Finding]) -> tuple[AlertRow, ...]:
        found.extend(findings)
        return ()

    for number, entry in enumerate(crawls):
        land(home, batch(number, entry))
        record(home, heard)
    publish(home)
    return found


async def test_each_alert_leads_to_the_clause_that_it_quotes(client: httpx.AsyncClient, home: Path) -> None:
    """In mail, Slack and plain text; also to a clause whose words were changed since."""
    reworded = resolution(LIT, REPORT.replace("fog horns", "bells"), OIL)
    found = found_in(home, resolution(LIT, REPORT), reworded)
    quoted = [each for each in found if each.clause.quote]
    assert {"new_mandate", "changed_clause"} <= {each.kind for each in quoted}
    renderer = Renderer(Subscriptions((), {}, register_url=REGISTER))
    for finding in quoted:
        for dress in get_args(Dress):
            body = html.unescape(renderer.render(delivery(finding), dress).body)
            (path,) = set(re.findall(rf"{REGISTER}(/clauses/[\w:]+)", body))
            address, _, anchor = (await client.get(path)).headers["location"].partition("#clause-")
            page = (await client.get(address)).text
            assert solid(finding.clause.quote or "") in solid(section(page, anchor)), (finding.kind, dress)
            # What the publisher has changed since is shown in the text that has it.
            is_former = "fog horns" in (finding.clause.quote or "")
            assert ("This is an earlier text" in page) == is_former
