"""What a server gives to ask again with: kept and sent back where it can be, else as if it had given none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.publication import Memory, Validators
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of

rows = "<ul><li><a href='/1'>Boats</a></li></ul>"
more_rows = rows.replace("</ul>", "<li><a href='/2'>Bees</a></li></ul>")
links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}


def told(publisher: Publisher, body: str, **headers: str) -> str:
    """The listing, with these validators in its answer."""
    return publisher.says(
        "/list", Answer(body, headers={name.replace("_", "-"): said for name, said in headers.items()})
    )


@pytest.mark.parametrize(
    "validator",
    [
        '"caf\xe9"',
        "\u2019\u2019".encode().decode("latin-1"),
        '"a\tb"',
        '"a\x7fb"',
        '"a\x01b"',
        '"' + "x" * 1000 + '"',
        "",
    ],
    ids=["latin-1", "utf-8", "tab", "delete", "control", "too long", "empty"],
)
@pytest.mark.parametrize("header", ["ETag", "Last_Modified"])
async def test_a_validator_that_cannot_be_sent_is_not_kept(publisher: Publisher, header: str, validator: str) -> None:
    """The source is read again in full the next time, as if the server had sent no validator, and does not fail."""
    source = source_of(
        kind="listing", url=told(publisher, rows, **{header: validator}), item={"css": "li"}, fields=links
    )
    first = await crawled(source)
    assert first.outcome == "ok" or "\x01" in validator  # HTTP itself does not let some controls through
    assert all(kept.etag is None and kept.last_modified is None for kept in first.validators.values())
    told(publisher, more_rows, **{header: validator})
    if first.outcome == "ok":
        second = await crawled(source, remembered(first))
        assert [each.title for each in second.publications] == ["Boats", "Bees"]
        assert not {"if-none-match", "if-modified-since"} & set(publisher.asked[-1].headers)


@pytest.mark.parametrize("validator", ['W/"1-2-3"', '"x y"', "unquoted", '"' + "x" * 900 + '"', '"!#$%&\'()*~"'])
async def test_any_other_validator_is_sent_back_as_it_came(publisher: Publisher, validator: str) -> None:
    """Weak ones too, and those that keep to no grammar: they are the server's own words."""
    source = source_of(kind="listing", url=told(publisher, rows, ETag=validator), item={"css": "li"}, fields=links)
    memory = remembered(await crawled(source))
    assert (await crawled(source, memory)).outcome == "not_modified"
    assert publisher.asked[-1].headers["if-none-match"] == validator


async def test_a_date_is_sent_back_without_a_tag_that_cannot_be(publisher: Publisher) -> None:
    """One of the two is enough to ask conditionally."""
    day = "Thu, 01 Oct 2026 00:00:00 GMT"
    url = told(publisher, rows, ETag='"caf\xe9"', Last_Modified=day)
    source = source_of(kind="listing", url=url, item={"css": "li"}, fields=links)
    await crawled(source, remembered(await crawled(source)))
    assert publisher.asked[-1].headers["if-modified-since"] == day
    assert "if-none-match" not in publisher.asked[-1].headers


@pytest.mark.parametrize("stored", ['"caf\xe9"', '"\u2019"', '"a\r\nX-Evil: 1"', '"' + "x" * 5000 + '"'])
async def test_what_is_stored_already_is_dropped_when_it_is_read_back(publisher: Publisher, stored: str) -> None:
    """A home from before the check asks unconditionally, and keeps what the server says now."""
    source = source_of(kind="listing", url=told(publisher, rows, ETag='"1"'), item={"css": "li"}, fields=links)
    old = Validators(stored, stored, datetime.now(UTC), "0" * 64)
    harvest = await crawled(source, Memory({source.url: old}, first_crawl=False))
    assert [each.title for each in harvest.publications] == ["Boats"]
    assert harvest.validators[source.url].etag == '"1"'
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(publisher.asked[-1].headers)


async def test_a_304_that_nobody_asked_for_is_a_failure(publisher: Publisher) -> None:
    """Without a validator to go by, "not modified" says nothing, and is not taken for "nothing new"."""
    source = source_of(
        kind="listing", url=publisher.says("/list", Answer(b"", 304, type=None)), item={"css": "li"}, fields=links
    )
    old = Validators('"\u2019"', None, datetime.now(UTC), "0" * 64)
    harvest = await crawled(source, Memory({source.url: old}, first_crawl=False))
    assert harvest.outcome == "failed"
    assert "304" in (harvest.error or "")
