"""Names, passwords and keys in addresses, and names that strangers give to files."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from config.redaction import hosts_only
from config.sources import load_sources
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from scrapers.http import urls
from tests.sites.publisher import Answer, Publisher, crawled, source_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://example.org/a?token=secret&b=1", "https://example.org/a?token=…&b=1"),
        ("https://example.org/a?b=1&api_key=secret", "https://example.org/a?b=1&api_key=…"),
        ("https://example.org/a?appname=secret", "https://example.org/a?appname=…"),
        ("cannot reach https://u:secret@example.org/x now", "cannot reach https://example.org/x now"),
        ("https://example.org/a?X-Amz-Signature=secret", "https://example.org/a?X-Amz-Signature=…"),
        ("https://example.org/a?author=7&design=8&key=9", "https://example.org/a?author=7&design=8&key=9"),
    ],
)
def test_an_address_is_shown_without_its_secrets(said: str, shown: str) -> None:
    """User names, passwords and keys are taken out of addresses, also inside of sentences."""
    assert urls.public(said) == shown


def test_two_keys_are_two_documents() -> None:
    """What is hidden in an address still tells two documents apart."""
    one, other = (urls.veiled(f"https://example.org/a?token={key}") for key in ("secret", "other"))
    assert one != other
    assert "secret" not in one


def test_a_password_in_the_configuration_is_refused(tmp_path: Path) -> None:
    """sources.yaml is a public file: credentials in an address are refused, and not repeated in the error."""
    path = tmp_path / "sources.yaml"
    path.write_text("- {id: a, kind: feed, url: 'https://user:hunter2@example.org/rss'}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="do not belong in a public file") as caught:
        load_sources(path)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "subscriptions",
    [
        "targets: {desk: 'mailto://desk:hunter2@mail.example.org'}",
        "targets: {desk: {url: mailbox, to: 'mailto://desk:hunter2@mail.example.org'}}",
        "targets: {desk: {url: {env: 'slack://hunter2/b/c'}}}",
        "targets: {desk: {'json://hook.example.org/hunter2': mailbox}}",
        "targets: {'https://hooks.example.org/services/hunter2': mailbox}",
        "operators: ['https://hooks.example.org/services/hunter2']",
        "operators: [desk]\ntargets: {other: mailbox}\nunsubscribe: 'slack://hunter2'",
        "targets: {desk: mailbox}\nsubscriptions: {a: {targets: ['tgram://hunter2/123']}}",
        "targets: {desk: mailbox}\nsubscriptions: {a: {targets: [desk], zone: 'tgram://hunter2/123'}}",
        "targets: {desk: mailbox}\nsubscriptions: {a: {targets: [desk], mode: 'tgram://hunter2/123'}}",
        "targets: {desk: mailbox, desk: 'tgram://hunter2/123'}",
        "targets: {'tgram://hunter2/123': mailbox, 'tgram://hunter2/123': mailbox}",
        "targets: [ {a: 'tgram://hunter2/123'",
        "'tgram://hunter2/123'",
    ],
)
def test_an_address_in_the_wrong_place_is_not_repeated(tmp_path: Path, subscriptions: str) -> None:
    """Wherever in subscriptions.yaml an address is written by mistake, the error names the line and not the address."""
    (tmp_path / "subscriptions.yaml").write_text(subscriptions)
    with pytest.raises(ConfigError) as caught:
        load_subscriptions(tmp_path)
    assert f"{tmp_path / 'subscriptions.yaml'}:" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("'https://hooks.example.org/services/x?y=1'", "'https://hooks.example.org/…'"),
        ("https://u:p@hooks.example.org", "https://hooks.example.org"),
        ("https://example.org?token=x", "https://example.org/…"),
        ("slack://a/b/c is not it", "slack://… is not it"),
        ("write a mailto: or an https: address", "write a mailto: or an https: address"),
    ],
)
def test_only_hosts_are_shown(said: str, shown: str) -> None:
    """Web addresses end with their host, others with their scheme."""
    assert hosts_only(said) == shown


async def test_secrets_reach_neither_rows_nor_logs(publisher: Publisher, caplog: pytest.LogCaptureFixture) -> None:
    """What a page links to with a password or a key is recorded without it, also when it fails."""
    caplog.set_level(logging.DEBUG)
    with_password = publisher.url.replace("//", "//user:hunter2@")
    page = f'<ul><li><a href="{with_password}/gone?token=hunter2">A title</a></li></ul>'
    source = source_of(
        kind="listing",
        url=publisher.says("/list?token=hunter2", Answer(page)),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"follow": True},
    )
    harvest = await crawled(source)
    assert harvest.outcome == "failed"
    assert "/gone?token=hunter2" in publisher.targets()
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "hunter2" not in repr(harvest)
    assert "hunter2" not in logged


async def test_an_address_with_a_key_is_recorded_without_it(publisher: Publisher) -> None:
    """A document behind a key is taken; its address, its identity and the notes of its source hold no key."""
    publisher.says("/doc?id=7&token=hunter2", "<html><body><main><p>The decision.</p></main></body></html>")
    page = '<ul><li><a href="/doc?id=7&amp;token=hunter2">A title</a></li></ul>'
    source = source_of(
        kind="listing",
        url=publisher.says("/list?token=hunter2", page),
        paging={"param": "page"},
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={},
    )
    publisher.says("/list?token=hunter2&page=1", "<ul></ul>")
    harvest = await crawled(source)
    assert [publication.title for publication in harvest.publications] == ["A title"]
    assert "hunter2" not in repr(harvest)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "a\x00b.pdf",
        "..",
        "",
        "C:\\x.pdf",
        "x" * 500,
        "a\r\nb",
        "~root",
    ],
)
def test_a_strangers_file_name_is_harmless(name: str) -> None:
    """No folder, no control character, not too long, never empty."""
    safe = urls.file_name(name)
    assert safe
    assert len(safe) <= 120
    assert not set(safe) & set("/\\\x00\r\n:")
    assert safe not in {".", ".."}


async def test_an_attachment_is_named_harmlessly(publisher: Publisher) -> None:
    """The name of an annex stands in the text of its document, without the tricks in it."""
    publisher.says("/files/..%2F..%2Fevil.txt", Answer("The annex.", type="text/plain"))
    page = '<html><body><main><p>The decision.</p><a class="annex" href="/files/..%2F..%2Fevil.txt">Annex</a></main>'
    publisher.says("/1", page)
    source = source_of(
        kind="listing",
        url=publisher.says("/list", '<ul><li><a href="/1">A title</a></li></ul>'),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"follow": True, "attachments": {"css": "a.annex"}},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.text is not None
    assert "The annex." in publication.text.text
    assert "../" not in publication.text.text
    assert "%2F" not in publication.text.text
