"""Links in messages to the register: each mandate to its clause, and none where no register is named."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import pytest

from alerts.model import Dress
from alerts.render import Renderer
from config.settings import Settings, SettingsError
from config.subscriptions import Subscriptions, load_subscriptions
from tests.alerts.made_findings import document, finding, noon, subscribed
from tests.alerts.test_alerts_render import delivery
from warehouse.findings.finding import Finding

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = "https://register.example.org/office"
YAML = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n"
KEY = "0123456789abcdef01234567"
linking = Renderer(Subscriptions((), {}, register_url=REGISTER))


def links(body: str) -> list[str]:
    """The addresses within the register, each once, in order."""
    return list(dict.fromkeys(re.findall(rf"{REGISTER}/[\w/:.%-]*", body)))


@pytest.mark.parametrize("dress", get_args(Dress))
def test_a_mandate_links_to_its_clause_by_the_name_that_lasts(dress: Dress) -> None:
    """Another reading may move the clause; the register knows where it went."""
    told = finding(task_key=f"{KEY}:place:1")
    assert links(linking.render(delivery(told), dress).body) == [f"{REGISTER}/clauses/{KEY}"]


@pytest.mark.parametrize("dress", get_args(Dress))
def test_each_of_several_mandates_links_to_its_own_clause(dress: Dress) -> None:
    """The document as a whole has a link as well."""
    keys = [f"{number}" * 24 for number in (1, 2)]
    told = [finding(number, task_key=f"{key}:place:1") for number, key in enumerate(keys)]
    wanted = {f"{REGISTER}/documents/{told[0].document.document_id}", *(f"{REGISTER}/clauses/{key}" for key in keys)}
    assert set(links(linking.render(delivery(*told), dress).body)) == wanted


@pytest.mark.parametrize("dress", get_args(Dress))
def test_a_digest_links_to_clauses(dress: Dress) -> None:
    """Each document has one mandate, so each link leads to a clause."""
    told = [document(number, task_key=f"{number}" * 24 + ":place:1") for number in (1, 2)]
    body = linking.render(replace(delivery(*told), digest="daily:2026-11-22"), dress).body
    assert links(body) == [f"{REGISTER}/clauses/{'1' * 24}", f"{REGISTER}/clauses/{'2' * 24}"]


def test_a_clause_that_asks_for_nothing_is_linked_by_its_place() -> None:
    """It has no task whose name could be used."""
    told = finding(kind="changed_clause", clause_id=f"{'a' * 64}:120", task_key=None, before="Decided otherwise.")
    assert links(linking.render(delivery(told), "plain").body) == [f"{REGISTER}/clauses/{'a' * 64}:120"]


def test_what_has_no_clause_links_to_its_document_and_a_source_to_nothing() -> None:
    """The register has no page of a failing source's last error."""
    new = finding(kind="new_document")
    new = replace(new, clause=type(new.clause)())
    assert links(linking.render(delivery(new), "mail").body) == [f"{REGISTER}/documents/{new.document.document_id}"]
    alarm = Finding.for_operators(
        "source_state", finding_id="f", about="source:made", title="made", note="failing", now=noon
    )
    assert links(linking.render(delivery(alarm, names=("(operators)",)), "mail").body) == []


def test_messages_of_an_installation_without_a_register_have_no_such_link() -> None:
    """Not even an empty one."""
    body = Renderer(Subscriptions((), {})).render(delivery(finding(task_key=f"{KEY}:place:1")), "mail").body
    assert "register" not in body
    assert KEY not in body.replace(f"{KEY[:12]}-place-1", "")


def test_the_setting_names_the_register_unless_the_file_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stroke at its end is no part of it."""
    assert subscribed(tmp_path, YAML).register_url is None
    monkeypatch.setenv("MANDATES_REGISTER_URL", f"{REGISTER}/")
    assert load_subscriptions(tmp_path).register_url == REGISTER
    other = subscribed(tmp_path / "other", f"{YAML}register_url: https://other.example.org\n")
    assert other.register_url == "https://other.example.org"


@pytest.mark.parametrize("address", ["register.example.org", "javascript:alert(1)", "https://example.org/?page="])
def test_an_address_to_which_no_page_can_be_added_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """By the name of the variable."""
    monkeypatch.setenv("MANDATES_REGISTER_URL", address)
    with pytest.raises(SettingsError, match=r"MANDATES_REGISTER_URL: .*write an http: or https: address"):
        Settings()
