"""What is not known is answered with what was probably meant, and a source is called by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from config import time_zones
from config.sources import SourceFile, load_sources
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from config.time_zones import check_zone
from flows.choice import UnknownSourceError, choose
from flows.cli import cli

if TYPE_CHECKING:
    from pathlib import Path

feed = "- {id: un-ga-81, kind: feed, url: 'https://example.org/rss'"


def refused(folder: Path, sources: str) -> str:
    """What is said about a sources.yaml."""
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_sources(folder / "sources.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("titel: x", "un-ga-81.titel: is not a known key; did you mean title or item?"),
        (
            "policy: {privat_addresses: true}",
            ".policy.privat_addresses: is not a known key; did you mean private_addresses?",
        ),
        ("fields: {title: {attrr: x, css: a}}", "fields.title.attrr: is not a known key; did you mean attr?"),
        ("fields: {title: {css: a, fallback: {cs: b}}}", "fallback.cs: is not a known key; did you mean css?"),
        (
            "fields: {title: {json: 'a[b].c'}}",
            "'a[b].c' is not a path of keys such as data.*.title or metadata[key=dc.title]",
        ),
        ("canonical: {rewrite: [{find: a, putt: b}]}", "rewrite.0.putt: is not a known key; did you mean put?"),
        ("publishes: resolutoin", "un-ga-81.publishes: should be 'resolution', "),
        ("publishes: resolutoin", "; did you mean resolution?"),
    ],
)
def test_keys_and_values_of_a_source(tmp_path: Path, keys: str, said: str) -> None:
    """Unknown keys at any depth, and values of a list, are answered with the nearest one."""
    assert said in refused(tmp_path, f"{feed}, {keys}}}")


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("- {id: a, kind: feeed, url: 'https://example.org/'}", "a: `kind` must be one of feed, listing, "),
        ("- {id: a, kind: feeed, url: 'https://example.org/'}", "; did you mean feed?"),
        ("- {id: a, knid: feed, url: 'https://example.org/'}", "; did you mean kind instead of knid?"),
        ("- {kind: feed, url: 'https://example.org/'}", ":1: 0.id: is missing"),
        ("- {id: a, kind: feed, ulr: 'https://example.org/'}", "a.ulr: is not a known key; did you mean url?"),
        ("- {id: a, kind: feed, ulr: 'https://example.org/'}", "a.url: is missing"),
        (f"{feed}}}\n{feed}}}", "un-ga-81.id: two sources have the id 'un-ga-81'"),
    ],
)
def test_kinds_and_ids_of_sources(tmp_path: Path, sources: str, said: str) -> None:
    """A kind is answered with the nearest one; sources are called by their id, where they have one."""
    assert said in refused(tmp_path, sources)


def test_a_key_like_none_has_no_suggestion(tmp_path: Path) -> None:
    """Nothing is suggested where nothing is near."""
    assert "did you mean" not in refused(tmp_path, feed + ", zzzzzz: 1}")


@pytest.mark.parametrize(
    ("subscription", "said"),
    [
        ("{targets: [dsk]}", "there is no target 'dsk'; did you mean desk?"),
        ("{targets: [xyz]}", "there is no target 'xyz'; known: desk"),
        ("{targets: [desk], fliters: {}}", "a.fliters: is not a known key; did you mean filters?"),
        ("{targets: [desk], filters: {typs: budget}}", "filters.typs: is not a known key; did you mean types"),
        ("{targets: [desk], filters: {types: [budgte]}}", "filters.types: should be 'agenda_placement'"),
        ("{targets: [desk], filters: {types: [budgte]}}", "did you mean budget?"),
        (
            "{targets: [desk], filters: {stages: {nott: draft}}}",
            "filters.stages.nott: is not a known key; did you mean not?",
        ),
        ("{targets: [desk], on: mondy}", "did you mean monday?"),
        ("{targets: [desk], about: [new_mandat]}", "did you mean new_mandate?"),
        ("{targets: [desk], zone: Europe/Geneva}", "is not a known time zone; did you mean Europe/Zurich?"),
    ],
)
def test_subscriptions(tmp_path: Path, subscription: str, said: str) -> None:
    """Targets, keys, kinds, days and time zones are answered with the nearest one."""
    (tmp_path / "subscriptions.yaml").write_text(f"targets: {{desk: mailbox}}\nsubscriptions: {{a: {subscription}}}\n")
    with pytest.raises(ConfigError) as caught:
        load_subscriptions(tmp_path)
    assert said in str(caught.value)
    assert "too few" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Geneva", "Europe/Zurich"),
        ("Geneva", "Europe/Zurich"),
        ("Genève", "Europe/Zurich"),
        ("Europe/Zürich", "Europe/Zurich"),
        ("europe/zurich", "Europe/Zurich"),
        ("Switzerland", "Europe/Zurich"),
        ("Europe/Germany", "Europe/Berlin"),
        ("America/NewYork", "America/New_York"),
        ("Asia/Jedda", "Asia/Riyadh"),
        ("Africa/Nairoby", "Africa/Nairobi"),
        ("Tanzania", "Africa/Dar_es_Salaam"),
        ("UTC ", "UTC"),
    ],
)
def test_time_zones(name: str, zone: str) -> None:
    """A city without a zone of its own, a country, other spellings and typing errors lead to the zone."""
    with pytest.raises(ValueError, match=rf"did you mean {zone}( or |\?)"):
        check_zone(name)
    assert ZoneInfo(zone)


@pytest.mark.parametrize("name", ["", "xyzzy", "../../etc/passwd", "GMT+1", "/", "Europe/" + "a" * 10_000])
def test_names_like_no_zone(name: str) -> None:
    """A name like none is refused with an example; "GMT+1" is not answered with Etc/GMT+1, which is the opposite."""
    with pytest.raises(ValueError, match="use one such as Europe/Zurich or UTC"):
        check_zone(name)


def test_every_city_leads_to_a_zone() -> None:
    """The table of cities names existing zones."""
    assert all(ZoneInfo(zone) for zone in time_zones._CITIES.values())


def test_an_unknown_source_id() -> None:
    """The nearest ids are named; where none is near, the command that lists them."""
    sources = SourceFile.model_validate([{"id": "un-ga-81", "kind": "feed", "url": "https://example.org/"}]).root
    with pytest.raises(UnknownSourceError, match=r"'un-gaa-81' in sources\.yaml; did you mean un-ga-81\?"):
        choose(sources, ["un-gaa-81"])
    with pytest.raises(UnknownSourceError, match="`mandates sources list` shows all"):
        choose(sources, ["zzzz"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sorces"], "there is no command 'sorces'; did you mean sources?"),
        (["sources", "chek"], "'check'"),
        (["outbox", "lst"], "'list'"),
        (["run", "--al"], "'--all'"),
        (["outbox", "list", "--state", "ded"], "'dead'"),
    ],
)
def test_commands_and_options(words: list[str], said: str) -> None:
    """Commands, subcommands, options and their values are answered with the nearest one, with exit code 2."""
    ended = CliRunner().invoke(cli, words)
    assert ended.exit_code == 2
    assert said.casefold() in ended.output.casefold()


def test_an_unknown_subscription(home: Path, tmp_path: Path) -> None:
    """`subscriptions test` names the nearest subscription."""
    (tmp_path / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\nsubscriptions: {everything: {targets: [desk]}}\n"
    )
    ended = CliRunner().invoke(cli, ["--config", str(tmp_path), "subscriptions", "test", "everythng"])
    assert "there is no subscription 'everythng'; did you mean everything?" in ended.output
