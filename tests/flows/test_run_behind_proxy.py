"""`mandates run` in a company's network: publishers through the proxy, Prefect's own server and mail without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sites.publisher import Answer
from tests.watched import called, configured, listing, proxied, published, resolution, rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("form", [[], ["--prefect"]], ids=["alone", "embedded-server"])
def test_a_run_behind_a_proxy(form: list[str], home: Path, tmp_path: Path) -> None:
    """A host that only the proxy can resolve is crawled; the embedded server is not asked for through the proxy."""
    with published() as site, proxied({"publisher.example.org": site.port}) as proxy:
        site.says("/ferries", Answer(resolution("Resolution on ferries"), type="text/html"))
        source = listing(site, "coast", {"/ferries": "Resolution on ferries"}, private_addresses=False)
        source["url"] = "http://publisher.example.org/coast"
        config = configured(tmp_path / "config", [source])
        (config / "subscriptions.yaml").write_text("targets: {desk: mailbox}\n")
        behind = {"http_proxy": proxy.url, "HTTP_PROXY": proxy.url, "no_proxy": ""}
        ended = called(home, config, "run", *form, env=behind)
        assert ended.code == 0, ended.said
    assert rows(home, "SELECT url FROM documents") == [("http://publisher.example.org/ferries",)]
    assert {line.split(" ")[1].split("/")[2] for line in proxy.asked} == {"publisher.example.org"}
