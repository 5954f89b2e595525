"""The subscriptions' file: what it takes, and how it says no."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions

shipped = Path(__file__).parents[2] / "config"


def refused(folder: Path, yaml: str) -> ConfigError:
    (folder / "subscriptions.yaml").write_text(yaml, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_subscriptions(folder)
    return caught.value


def test_the_shipped_file_needs_no_secret() -> None:
    """A fresh checkout has subscriptions that work as they stand, and every name knows its line."""
    loaded = load_subscriptions(shipped)
    assert {target.url for target in loaded.targets.values()} <= {"mailbox", "terminal"}
    assert loaded.subscriptions[0].place.startswith(f"{shipped / 'subscriptions.yaml'}:")
    assert loaded.operators


def test_the_shipped_examples_are_valid(tmp_path: Path) -> None:
    """Whoever removes the # before the examples gets a file that loads."""
    lines = (shipped / "subscriptions.yaml").read_text(encoding="utf-8").splitlines()
    opened = [line.replace("  # ", "  ", 1) if line.startswith("  # ") else line for line in lines]
    opened = ["" if line.strip() == "#" else line for line in opened]
    (tmp_path / "subscriptions.yaml").write_text("\n".join(opened), encoding="utf-8")
    loaded = load_subscriptions(tmp_path)
    assert {"secretariat", "weekly-overview"} <= {subscription.name for subscription in loaded.subscriptions}


def test_several_files_are_read_as_one(tmp_path: Path) -> None:
    """Users may keep a file each in `subscriptions/`, with targets named in another file."""
    (tmp_path / "subscriptions").mkdir()
    (tmp_path / "subscriptions.yaml").write_text("targets: {desk: mailbox}\n", encoding="utf-8")
    (tmp_path / "subscriptions" / "one.yaml").write_text("subscriptions:\n  one: {targets: [desk]}\n", encoding="utf-8")
    assert [subscription.name for subscription in load_subscriptions(tmp_path).subscriptions] == ["one"]


def test_a_name_stands_once(tmp_path: Path) -> None:
    """Two files cannot both define a name; the error names both places."""
    (tmp_path / "subscriptions").mkdir()
    for name in ("one", "two"):
        (tmp_path / "subscriptions" / f"{name}.yaml").write_text("targets:\n  desk: mailbox\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"two\.yaml:2: desk: this name is already used at .*one\.yaml:2"):
        load_subscriptions(tmp_path)


def test_an_address_is_never_written_out(tmp_path: Path) -> None:
    """A URL in the file is refused with its line, and the error does not repeat it."""
    error = refused(tmp_path, "targets:\n  mail: mailto://user:hunter22@mail.example.org\n")
    assert error.line == 2
    assert "refer to it with" in str(error)
    assert "hunter22" not in str(error)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("    bogus: 1", "is not a known key"),
        ("    zone: Europe/Atlantis", "'Europe/Atlantis' is not a known time zone"),
        ("    quiet: 22-7", "write quiet hours as"),
        ("    quiet: '07:00-07:00'", "would never end"),
        ("    cap: 0", "greater than or equal to 1"),
        ("    language: de", "language: should be 'en', 'fr' or 'es'"),
        ("    filters: {bodies: {any: [A], not: [A]}}", "can never match"),
        ("    filters: {words: []}", "can never match"),
        ("    filters: {types: [exhortation]}", "should be"),
        ("    filters: {due_within_days: -1}", "can never match"),
        ("    filters: {due_within_days: {any: 10, not: 20}}", "can never match"),
        ("    filters: {types: {none: [budget]}}", "is not a known key"),
    ],
)
def test_what_a_person_would_not_notice_is_refused(tmp_path: Path, line: str, words: str) -> None:
    """Unknown keys, impossible values and filters that can never match are named with file and line."""
    error = refused(tmp_path, f"targets: {{desk: mailbox}}\nsubscriptions:\n  one:\n    targets: [desk]\n{line}\n")
    assert words in str(error)
    assert error.line == 5


def test_filters_that_nothing_asked_for_can_fit(tmp_path: Path) -> None:
    """Who asks only for documents and filters by a mandate's type would never hear anything."""
    yaml = "targets: {d: mailbox}\nsubscriptions:\n  one:\n    targets: [d]\n    about: [new_document]\n"
    assert "can never match" in str(refused(tmp_path, f"{yaml}    filters: {{types: budget}}\n"))


def test_an_unknown_target_is_named(tmp_path: Path) -> None:
    """A misspelt target is answered with the nearest one."""
    error = refused(tmp_path, "targets: {desk: mailbox}\nsubscriptions:\n  one: {targets: [dask]}\n")
    assert "there is no target 'dask'; did you mean desk?" in str(error)
    assert error.line == 3


def test_a_source_that_nobody_asks(tmp_path: Path) -> None:
    """A filter on a source that is not in sources.yaml can never match."""
    (tmp_path / "sources.yaml").write_text((shipped / "sources.yaml").read_text("utf-8"), encoding="utf-8")
    yaml = "targets: {d: mailbox}\nsubscriptions:\n  one:\n    targets: [d]\n    filters:\n"
    yaml += "      sources: [nowhere-at-all]\n"
    error = refused(tmp_path, yaml)
    assert "no source is called 'nowhere-at-all'" in str(error)
    assert error.line == 6
    (tmp_path / "subscriptions.yaml").write_text(yaml.replace("nowhere-at-all", "local"), encoding="utf-8")
    assert load_subscriptions(tmp_path).subscriptions


def test_a_mail_address_is_one(tmp_path: Path) -> None:
    """`to` is one plain address; a list or a header would become part of an Apprise URL."""
    for bad in ("a@example.org,b@example.org", "A <a@example.org>", "a@example.org?x=1", "nobody"):
        error = refused(tmp_path, f"targets:\n  mail: {{url: {{env: X}}, to: '{bad}'}}\n")
        assert "is not one plain e-mail address" in str(error)
