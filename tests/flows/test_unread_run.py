"""A resolution that could not be read, from the publisher's page to the mail of those who asked for resolutions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.post_office import PostOffice
from tests.sites.publisher import Answer
from tests.watched import called, configured, listing, published, resolution, rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
UNREAD = """<!DOCTYPE html><html><body><main><h1>Resolution on lighthouses and beacons</h1><p>The Assembly,</p>
<p>The lamps of the northern coast have been lit for a hundred years, and those who keep them are known to all.</p>
<p>The keepers of the southern coast have written to the Assembly, which has read their letter with attention.</p>
</main></body></html>"""
SUBSCRIPTIONS = {
    "targets": {name: {"url": {"env": "MAIL_URL"}, "to": f"{name}@example.org"} for name in ("ops", "desk", "news")},
    "operators": ["ops"],
    "subscriptions": {
        "resolutions": {"targets": ["desk"], "filters": {"kinds": ["resolution"]}},
        "news": {"targets": ["news"], "filters": {"kinds": ["news"]}},
    },
}


def test_a_resolution_that_cannot_be_read_is_mailed(home: Path, tmp_path: Path) -> None:
    """`mandates run` mails one list to operators and to those who asked for resolutions; the next run sends nothing."""
    pages = {f"/{name}": Answer(resolution(f"Resolution on {name}"), type="text/html") for name in ("ferries", "ports")}
    with published() as site, PostOffice() as office:
        for path, answer in pages.items():
            site.says(path, answer)
        site.says("/lamps", Answer(UNREAD, type="text/html"))
        site.says("/buoys", Answer(UNREAD.replace("lighthouses and beacons", "buoys"), type="text/html"))
        source = listing(site, "coast", {"/ferries": "Resolution on ferries"}) | {"publishes": "resolution"}
        config = configured(tmp_path / "config", [source])
        (config / "subscriptions.yaml").write_text(json.dumps(SUBSCRIPTIONS))
        env = {"MAIL_URL": office.url}
        assert called(home, config, "run", env=env).code == 0
        assert office.mails == []
        links = {
            "/ports": "Resolution on ports",
            "/lamps": "Resolution on lighthouses",
            "/buoys": "Resolution on buoys",
        }
        listing(site, "coast", links)
        ended = called(home, config, "run", "--all", env=env)
        assert ended.code == 0, ended.said
        lists = [mail for mail in office.mails if "could not be read" in mail.message["Subject"]]
        assert sorted(mail.recipients[0] for mail in lists) == ["desk@example.org", "ops@example.org"], ended.said
        for mail in lists:
            assert mail.message["Subject"] == "2 documents could not be read in full: please check"
            assert "no clause could be read in this resolution: please look at the document" in mail.plain
            assert f"{site.url}/lamps" in mail.plain
            assert "Source: coast" in mail.plain
        assert not [mail for mail in office.mails if mail.recipients == ["news@example.org"]]
        before = len(office.mails)
        assert called(home, config, "run", "--all", env=env).code == 0
        assert len(office.mails) == before
    assert rows(home, "SELECT count(*), min(confidence) FROM to_review WHERE what = 'text'") == [(2, 0.0)]
