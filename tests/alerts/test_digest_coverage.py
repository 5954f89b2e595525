"""Digests and the weekly report say how many numbers of each counted series were seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.coverage import MOST_SERIES, coverage_lines
from alerts.dispatch import dispatch
from alerts.frame import frame
from alerts.match import alerts_for
from config.subscriptions import Subscription
from tests.alerts.made_findings import subscribed
from tests.warehouse.made import batch, entry, start
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.coverage import SeriesCoverage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.post_office import PostOffice

SERIES = SeriesCoverage(
    source_id="made",
    body="UNGA",
    series="80",
    label="A/RES/80/{number}",
    lowest=1,
    highest=214,
    numbers=214,
    seen=214,
    missing=0,
    known_holes=0,
    failed=0,
    missing_since=None,
    last_success=start,
    source_state="healthy",
    is_late=False,
    is_watched=True,
)
GAPS = replace(SERIES, seen=211, missing=3, known_holes=1, failed=1, missing_since=start, is_watched=False)
EVERYTHING = Subscription(targets=("desk",))
YAML = """
targets: {desk: {url: {env: MAIL_URL}, to: desk@example.org}, ops: {url: {env: MAIL_URL}, to: ops@example.org}}
operators: [ops]
subscriptions:
  all: {targets: [desk], mode: daily, about: [new_mandate], filters: {bodies: [BODY]}}
"""


@pytest.mark.parametrize(
    ("language", "whole", "gaps"),
    [
        (
            "en",
            "A/RES/80 (UNGA): 214 of 214 numbers seen",
            (
                "A/RES/80 (UNGA): 211 of 214 numbers seen; 2 missing since 2 March 2026; 1 known hole; "
                "1 could not be read; not checked since 2 March 2026"
            ),
        ),
        (
            "fr",
            "A/RES/80 (UNGA) : 214 numéros vus sur 214",
            (
                "A/RES/80 (UNGA) : 211 numéros vus sur 214 ; 2 manquants depuis le 2 mars 2026 ; 1 lacune connue ; "
                "1 illisible ; pas de vérification depuis le 2 mars 2026"
            ),
        ),
        (
            "es",
            "A/RES/80 (UNGA): 214 de 214 números vistos",
            (
                "A/RES/80 (UNGA): 211 de 214 números vistos; faltan 2 desde el 2 de marzo de 2026; 1 laguna conocida; "
                "1 no se pudo leer; sin comprobar desde el 2 de marzo de 2026"
            ),
        ),
    ],
)
def test_a_series_is_one_line(language: str, whole: str, gaps: str) -> None:
    """What was seen of how many, then what is missing since when, and that nobody looked; gaps come first."""
    ((_, lines),) = coverage_lines(frame(language), [SERIES, GAPS], [EVERYTHING])
    assert [line.replace("\u00a0", " ") for line in lines] == [gaps, whole]


def test_many_series_are_counted() -> None:
    """A digest names the first ones and says how many more there are; without any it has no heading."""
    ((_, lines),) = coverage_lines(frame("en"), [SERIES] * (MOST_SERIES + 3), [EVERYTHING])
    assert len(lines) == MOST_SERIES + 1
    assert lines[-1] == "and 3 more series"
    assert coverage_lines(frame("en"), [], [EVERYTHING]) == ()


@pytest.mark.parametrize(("body", "said"), [("UNGA", True), ("UN*", True), ("AALCO", False)])
def test_a_digest_has_the_series_of_its_bodies(
    home: Path, tmp_path: Path, office: PostOffice, body: str, said: bool
) -> None:
    """What a source has counted is in the digests of those who ask for the body, and in the weekly report."""
    subscriptions = subscribed(tmp_path, YAML.replace("BODY", f'"{body}", IPU'))
    now = start + timedelta(hours=3)
    notes = {"body": "UNGA", "80 called": "A/RES/80/{number}", "80 lowest": "1", "80 highest": "5", "80 gaps": "4"}
    for number, made in enumerate(([], [entry(), entry("C/1", title="Rivers", body="IPU")])):
        land(home, batch(number, *made, state=notes))
        record(home, alerts_for(subscriptions, now), now=lambda: now)
    dispatch(home, subscriptions, now=lambda: datetime(2026, 3, 9, 8, tzinfo=UTC))
    mails = {str(mail.recipients[0]): " ".join(mail.plain.split()) for mail in office.mails}
    assert ("A/RES/80 (UNGA): 4 of 5 numbers seen; 1 missing" in mails["desk@example.org"]) is said
    assert ("Coverage" in mails["desk@example.org"]) is said
    assert "Coverage: A/RES/80: 4 of 5 numbers seen, 1 missing" in mails["ops@example.org"]
