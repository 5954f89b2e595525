"""Delivery through Apprise to real servers: what arrives, and the truth about what does not."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import os
import re
import socket
import ssl
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from apprise.plugins.slack import NotifySlack
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.deliver import Channel, deliver, open_channel
from alerts.model import Message, TargetError
from alerts.render import Renderer
from alerts.sample import sample_delivery
from alerts.secrecy import address_of
from config.subscriptions import Subscriptions
from config.targets import Target
from tests.alerts.made_findings import finding, noon
from tests.patience import PATIENCE
from tests.post_office import PostOffice, WebHook, patience
from warehouse.model import Delivery

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.findings.finding import Finding

pytestmark = pytest.mark.slow


def message(dress: Any, **changes: Any) -> Message:
    shell = sample_delivery("desk", ["all"], noon)
    told = Delivery(shell.delivery_id, "desk", ("all",), (finding(**changes),), None, 0, shell.lease_until)
    subscriptions = Subscriptions((), {}, unsubscribe="mailto:desk@example.org")
    return Renderer(subscriptions).render(told, dress)


def channel(monkeypatch: pytest.MonkeyPatch, home: Path, url: str, **fields: Any) -> Channel:
    monkeypatch.setenv("MANDATES_TEST_URL", url)
    target = Target.model_validate({"url": {"env": "MANDATES_TEST_URL"}, "timeout_seconds": 120, **fields})
    target.named("there", "subscriptions.yaml:3")
    return open_channel(target, address_of(target), home)


def test_a_mail_arrives_with_both_parts_and_its_headers(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Subject, quote, place, link and reason in HTML and plain text; headers for threads, lists and machines."""
    sent = message("mail", title="Mesures d’accueil — “mer”")
    with PostOffice() as office:
        outcome = deliver(channel(monkeypatch, home, office.url, to="reader@example.org"), sent)
        assert outcome.verdict == "accepted"
        (mail,) = office.mails
    assert mail.recipients == ["reader@example.org"]
    assert mail.message["Subject"] == sent.subject
    for part in (mail.html, mail.plain):
        for words in (
            "Decides to place the item",
            "paragraph 4, page 2",
            "https://example.org/52-s-5",
            "“all”",
            "d’accueil — “mer”",
        ):
            assert words in part
    for name in ("X-Delivery-Id", "References", "In-Reply-To", "Auto-Submitted", "List-Id", "List-Unsubscribe"):
        assert str(mail.message[name]).replace("\n", "") == sent.headers[name]
    assert mail.message["Message-ID"]
    assert mail.message["To"] == "reader@example.org"


@pytest.mark.parametrize(
    ("recipient", "known"),
    [
        ("gone-1@example.org", ("refused", True, "550")),
        ("busy-1@example.org", ("refused", False, "451")),
        ("slow-1@example.org", ("uncertain", False, "timed out")),
    ],
)
def test_the_truth_about_a_mail_server(
    monkeypatch: pytest.MonkeyPatch, home: Path, recipient: str, known: tuple[str, bool, str]
) -> None:
    """A refusal for good, a refusal for now, and a time-out after the message was taken are three things."""
    with PostOffice(busy={"busy-1@example.org": 9}) as office:
        opened = channel(monkeypatch, home, office.url, to=recipient, timeout_seconds=patience(recipient))
        outcome = deliver(opened, message("mail"))
        assert (outcome.verdict, outcome.final) == known[:2]
        assert known[2] in (outcome.reason or "")
        assert recipient not in (outcome.reason or "")
        assert len(office.mails) == (recipient == "slow-1@example.org")


@pytest.mark.parametrize(
    ("status", "verdict", "final"),
    [
        (200, "accepted", False),
        (302, "refused", False),
        (404, "refused", False),
        (410, "refused", True),
        (429, "refused", False),
        (500, "refused", False),
        (504, "uncertain", False),
    ],
)
def test_the_truth_about_a_webhook(
    monkeypatch: pytest.MonkeyPatch, home: Path, status: int, verdict: str, final: bool
) -> None:
    """One request each, whatever the address asks for (`retry`, `optional`); redirects are not followed."""
    with WebHook([status]) as hook:
        address = f"json://127.0.0.1:{hook.port}/some-token?retry=3&optional=yes&redirect=yes"
        outcome = deliver(channel(monkeypatch, home, address), message("plain"))
        assert (outcome.verdict, outcome.final) == (verdict, final)
        assert len(hook.posts) == 1


@pytest.mark.parametrize("more", [0, 40])
def test_a_server_s_page_is_a_reason_in_words(monkeypatch: pytest.MonkeyPatch, home: Path, more: int) -> None:
    """Of an error page its words are kept, on one line and at most 200 characters, without tags and escapes."""
    page = (
        "<!DOCTYPE html>\n<html><head><style>p {color: red}</style><title>502</title></head>\r\n"
        f"<body><p class='x'>La passerelle est ferm\u00e9e &amp; vide.{' Encore un mot.' * more}</p></body></html>\n"
    )
    with WebHook([502], says=page.encode()) as hook:
        outcome = deliver(channel(monkeypatch, home, f"json://127.0.0.1:{hook.port}/"), message("plain"))
    reason = outcome.reason or ""
    said = reason.partition("the server said: ")[2]
    assert said.startswith("502 La passerelle est ferm\u00e9e & vide.")
    assert len(said) <= 200
    assert not set("<>\\\n") & set(reason)
    assert said.endswith("…") == bool(more)


def test_a_webhook_gets_the_words_and_the_delivery(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """What arrives at a generic webhook, parsed."""
    sent = message("plain")
    with WebHook() as hook:
        assert deliver(channel(monkeypatch, home, f"json://127.0.0.1:{hook.port}/"), sent).verdict == "accepted"
        (post,) = hook.posts
    assert post.body["title"] == "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)"
    assert post.body["message"] == sent.body.rstrip()
    assert post.headers["x-delivery-id"] == sent.delivery_id


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (finding(), "info"),
        (finding(kind="reading_incomplete"), "warning"),
        (finding(kind="delivery_state", note="A message to mail was not delivered"), "failure"),
        (
            finding(kind="source_state", note="aalco has been failing since May\nWhat failed: 500"),
            "failure",
        ),
        (finding(kind="source_state", note="aalco has recovered after 2 days\nDown: from then to now"), "success"),
    ],
)
def test_a_webhook_gets_how_good_the_news_is(
    monkeypatch: pytest.MonkeyPatch, home: Path, told: Finding, kind: str
) -> None:
    """The type of a webhook's message says whether something failed, so that programs can act on it."""
    one = replace(sample_delivery("desk", ("all",), noon), findings=(told,))
    sent = Renderer(Subscriptions((), {})).render(one, "plain")
    with WebHook() as hook:
        assert deliver(channel(monkeypatch, home, f"json://127.0.0.1:{hook.port}/"), sent).verdict == "accepted"
        (post,) = hook.posts
    assert post.body["type"] == kind


def test_a_webhook_that_answers_too_late_is_in_doubt(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """The request was taken; whether it counted, nobody can say."""
    with WebHook(slow_seconds=PATIENCE) as hook:
        opened = channel(monkeypatch, home, f"json://127.0.0.1:{hook.port}/", timeout_seconds=1)
        outcome = deliver(opened, message("plain"))
        assert outcome.verdict == "uncertain"
        assert len(hook.posts) == 1


@pytest.mark.parametrize("url", ["json://127.0.0.1:9/", "mailto://127.0.0.1:9?mode=insecure&from=a@example.org"])
def test_nobody_there_is_a_refusal(monkeypatch: pytest.MonkeyPatch, home: Path, url: str) -> None:
    """Where no connection was made, nothing was sent, and that is certain."""
    fields = {"to": "a@example.org"} if url.startswith("mailto") else {}
    opened = channel(monkeypatch, home, url, **fields)
    assert deliver(opened, message(opened.dress)).verdict == "refused"


def test_a_server_that_never_greets_took_nothing(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A time-out before the sender is named is no doubt: nothing was sent, so nothing can have arrived."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mailto://127.0.0.1:{silent.getsockname()[1]}?mode=insecure&from=a@example.org"
        opened = channel(monkeypatch, home, url, to="reader@example.org", timeout_seconds=1)
        outcome = deliver(opened, message("mail"))
    assert outcome.verdict == "refused"
    assert outcome.seconds >= 1


def test_slack_gets_mrkdwn_in_one_section(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Through Apprise's own plugin: a plain header, one mrkdwn section, escaped, without Apprise's icon and footer."""
    sent = message("slack", title="<!channel> & *all*", quote="Requests <@U1> to report;")
    with WebHook() as hook:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
        address = f"slack://{'T' * 9}/{'B' * 9}/{'x' * 24}/?footer=yes&image=yes&format=text"
        assert deliver(channel(monkeypatch, home, address), sent).verdict == "accepted"
        (post,) = hook.posts
    assert post.path == f"/services/{'T' * 9}/{'B' * 9}/{'x' * 24}"
    header, section = post.body["attachments"][0]["blocks"]
    assert header["text"]["type"] == "plain_text"
    # Slack reads no markup in plain text, and so no mention either.
    assert header["text"]["text"] == "AALCO: agenda item on “<!channel> & *all*”, 53rd Annual Session (RES/52/S 5)"
    assert section["text"]["type"] == "mrkdwn"
    assert "&lt;!channel&gt; &amp; \u200b*\u200ball\u200b*\u200b" in section["text"]["text"]
    assert "<https://example.org/52-s-5|Document>" in section["text"]["text"]
    assert "<!" not in section["text"]["text"]
    assert "<@" not in section["text"]["text"]
    assert len(section["text"]["text"]) < 3000
    assert "icon_url" not in post.body


@pytest.mark.parametrize("digest", [None, "weekly:2026-11-23"])
@pytest.mark.parametrize(
    "words",
    [
        "Rivers",
        "<!channel> <@U1> <#C1> <!subteam^S1>",
        "<https://evil.example.org|the document> & *all* _of_ `it`",
        "x" * 100_000,
        "& " * 50_000,
        "a|b>c " * 500,
        ":rotating_light: > quoted\n```\ncode\n```",
    ],
    ids=["plain", "mentions", "link and marks", "long", "doubled by escaping", "bars", "emoji and fences"],
)
def test_what_slack_gets_keeps_to_slacks_rules(
    monkeypatch: pytest.MonkeyPatch, home: Path, words: str, digest: str | None
) -> None:
    """Header of 150 and section of 3,000 characters at most, few blocks, three escapes, and no link but our own.

    The limits are those of Slack's Block Kit reference; a payload over one of them is refused whole.
    """
    told = tuple(
        finding(number, document_id=f"{number:064}", title=words, quote=words, other_document=words, other_url=url)
        for number, url in enumerate(["https://example.org/a|b", "javascript:x", "https://example.org/>"] * 20)
    )
    shell = sample_delivery("desk", ["all"], noon)
    delivery = Delivery(shell.delivery_id, "desk", ("all",), told if digest else told[:1], digest, 0, shell.lease_until)
    with WebHook() as hook:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
        opened = channel(monkeypatch, home, f"slack://{'T' * 9}/{'B' * 9}/{'x' * 24}")
        assert deliver(opened, Renderer(Subscriptions((), {})).render(delivery, "slack")).verdict == "accepted"
        (post,) = hook.posts
    (attachment,) = post.body["attachments"]
    header, section = attachment["blocks"]
    assert (header["type"], header["text"]["type"]) == ("header", "plain_text")
    assert 0 < len(header["text"]["text"]) <= 150
    assert (section["type"], section["text"]["type"]) == ("section", "mrkdwn")
    text = section["text"]["text"]
    assert 0 < len(text) <= 3000
    links = re.findall(r"<[^>]*>", text)
    assert all(re.fullmatch(r"<https://example\.org/[^|<>\s]*\|[^<>\n]+>", link) for link in links), links
    rest = re.sub(r"<[^>]*>", "", text)
    assert not re.search(r"<|&(?!amp;|lt;|gt;)", rest)
    # A mark of ours opens a quote at the start of a line; nobody else's does.
    assert all(line.startswith(">") for line in rest.split("\n") if ">" in line)
    assert text.rstrip().endswith(f"Delivery {delivery.delivery_id[:12]}")


def test_a_server_that_drips_holds_nobody_up(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """One byte at a time no time-out of a socket ever comes; the send is left alone, and counts as doubt."""
    enough = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            client, _ = listening.accept()
            with client, contextlib.suppress(OSError):
                for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000:
                    client.send(bytes([letter]))
                    if enough.wait(0.05):
                        break

        server = threading.Thread(target=drip)
        server.start()
        url = f"json://127.0.0.1:{listening.getsockname()[1]}/x"
        monkeypatch.setattr("alerts.deliver.longest_sends", 0.01)
        opened = channel(monkeypatch, home, url)
        outcome = deliver(opened, message("plain"))
        enough.set()
        server.join()
    assert outcome.verdict == "uncertain"
    assert outcome.seconds == opened.longest
    assert "did not reply within" in str(outcome.reason)


def test_header_lines_cannot_be_added(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A title with line breaks makes one subject and no second header."""
    sent = message(
        "mail", kind="new_document", symbol="X\r\nBcc: victim@example.org", title="a\r\nBcc: v@example.org\r\n\r\nb"
    )
    with PostOffice() as office:
        assert deliver(channel(monkeypatch, home, office.url, to="reader@example.org"), sent).verdict == "accepted"
        (mail,) = office.mails
    assert mail.message["Bcc"] is None
    assert mail.recipients == ["reader@example.org"]
    assert "Bcc: victim@example.org" in mail.message["Subject"]


def test_starttls_and_login(monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path) -> None:
    """A server that asks for an encrypted channel and a password gets both, and a wrong password is a refusal."""
    tls, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with PostOffice(tls=tls, login=("mandates", "pass-word-9")) as office:
        base = f"127.0.0.1:{office.port}?mode=starttls&from=mandates@example.org"
        right = channel(monkeypatch, home, f"mailtos://mandates:pass-word-9@{base}", to="reader@example.org")
        assert deliver(right, message("mail")).verdict == "accepted"
        wrong = channel(monkeypatch, home, f"mailtos://mandates:other-word-9@{base}", to="reader@example.org")
        outcome = deliver(wrong, message("mail"))
        assert (outcome.verdict, outcome.final) == ("refused", False)
        assert "535" in (outcome.reason or "")
        assert "other-word-9" not in (outcome.reason or "")
        assert len(office.mails) == 1


def test_an_untrusted_certificate_is_refused(monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path) -> None:
    """Without trust nothing is sent."""
    tls, _ = certificate(tmp_path)
    with PostOffice(tls=tls) as office:
        url = f"mailtos://127.0.0.1:{office.port}?mode=starttls&from=mandates@example.org"
        outcome = deliver(channel(monkeypatch, home, url, to="reader@example.org"), message("mail"))
        assert outcome.verdict == "refused"
        assert not office.mails


@pytest.mark.parametrize(
    ("url", "fields", "words"),
    [
        ("nosuchservice://tok-secret-1", {}, "nosuchservice:// is not a known service"),
        ("slak://tok-secret-1", {}, "slak:// is not a known service; did you mean slack://"),
        ("tok-secret-1", {}, "it has no scheme"),
        ("tok-secret-1@example.org", {}, "it has no scheme; for mail, write mailto://"),
        ("mailto://tok-secret-1.example.org:25", {"to": "c@example.org"}, "no sender; write for example mailto://HOST"),
        ("slack://tok-secret-1", {}, "incomplete; expected, for example: slack://{token_a}/{token_b}/{token_c}"),
        ("mailto://127.0.0.1?from=a@example.org&to=tok-secret-1@example.org,c@example.org", {}, "names 2 recipients"),
        (
            "mailto://127.0.0.1?from=a@example.org&cc=tok-secret-1@example.org",
            {"to": "c@example.org"},
            "names 2 recipients",
        ),
        ("json://127.0.0.1/tok-secret-1", {"to": "c@example.org"}, "`to` is for mail only"),
        ("json://127.0.0.1/ tok-secret-1", {}, "must hold one URL and nothing else"),
        ("  ", {}, "is not set"),
    ],
)
def test_an_unusable_address_is_named_with_its_place(
    monkeypatch: pytest.MonkeyPatch, home: Path, url: str, fields: dict[str, str], words: str
) -> None:
    """Unknown services, incomplete and crowded addresses are refused before anything is sent, without telling them."""
    with pytest.raises(TargetError) as caught:
        channel(monkeypatch, home, url, **fields)
    assert str(caught.value).startswith("subscriptions.yaml:3: targets.there: ")
    assert words in str(caught.value)
    assert "tok-secret-1" not in str(caught.value)


def test_a_mailbox_keeps_whole_messages(home: Path) -> None:
    """A file that mail programs open, the same as a mail server would get; nothing half-written stands beside it."""
    target = Target(url="mailbox", to="reader@example.org").named("Legal.Desk-1", "x:1")
    sent = message("mail")
    opened = open_channel(target, address_of(target), home)
    assert [deliver(opened, sent).verdict for _ in range(2)] == ["accepted", "accepted"]
    paths = sorted((home / "mail" / "Legal.Desk-1").iterdir())
    assert [path.suffix for path in paths] == [".eml", ".eml"]
    mail: Any = message_from_bytes(paths[0].read_bytes(), policy=policy.default)
    assert mail["Subject"] == sent.subject
    assert mail["To"] == "reader@example.org"
    assert mail["X-Delivery-Id"] == sent.delivery_id
    assert "Decides to place the item" in mail.get_body(("html",)).get_content()


def test_what_operators_are_told_keeps_its_lines(home: Path) -> None:
    """Each line of a source's trouble is a line of the plain part of the mail."""
    note = "aalco has been failing since May\nWhat failed: 500\nSince: May"
    target = Target(url="mailbox", to="reader@example.org").named("desk", "x:1")
    sent = message("mail", kind="source_state", note=note)
    assert deliver(open_channel(target, address_of(target), home), sent).verdict == "accepted"
    (path,) = (home / "mail" / "desk").iterdir()
    mail: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert {"What failed: 500", "Since: May"} <= set(mail.get_body(("plain",)).get_content().splitlines())


def test_a_mailbox_that_cannot_be_written_is_a_refusal(home: Path) -> None:
    """A full disk or a file in the way is a failed delivery with its reason, not a crash."""
    (home / "mail").mkdir(parents=True)
    (home / "mail" / "desk").write_text("in the way")
    target = Target(url="mailbox").named("desk", "x:1")
    outcome = deliver(open_channel(target, address_of(target), home), message("mail"))
    assert outcome.verdict == "refused"
    assert "File exists" in (outcome.reason or "")


def test_the_terminal_gets_a_line(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The subject on stderr, so that --json stays readable."""
    target = Target(url="terminal").named("screen", "x:1")
    assert deliver(open_channel(target, address_of(target), home), message("plain")).verdict == "accepted"
    assert (
        capsys.readouterr().err == "✉ AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)\n"
    )


def test_no_secret_reaches_any_log(
    monkeypatch: pytest.MonkeyPatch, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With every logger at DEBUG, no part of an address by which someone could use it is logged or told."""
    caplog.set_level(logging.DEBUG)
    secrets = ("hunter22", "tok-in-path", "header-value", "T0000TEST", "B0000TEST", "sla" + "ck" * 10)
    with WebHook([500, 500]) as hook:
        address = f"json://user:hunter22@127.0.0.1:{hook.port}/tok-in-path?+X-Key=header-value"
        first = deliver(channel(monkeypatch, home, address), message("plain"))
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
        opened = channel(monkeypatch, home, f"slack://T0000TEST/B0000TEST/{'sla' + 'ck' * 10}abc")
        second = deliver(opened, message("slack"))
        nobody = channel(monkeypatch, home, "json://user:hunter22@127.0.0.1:9/tok-in-path?-q=header-value")
        third = deliver(nobody, message("plain"))
    told = caplog.text + repr((first, second, third, opened, nobody))
    assert "Failed to send" in told
    for secret in secrets:
        assert secret not in told, secret
    assert not [record for record in caplog.records if record.name == "apprise" and record.levelno < logging.INFO]


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "cert.pem", folder / "key.pem"
    public.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context, public


def test_a_company_s_authority_is_trusted_beside_the_public_ones(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Webhooks and mail servers get one file with both; the company's alone would shut out every public service."""
    _, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    channel(monkeypatch, home, "json://127.0.0.1:9/x")
    both = home / "certificates.pem"
    assert (os.environ["SSL_CERT_FILE"], os.environ["REQUESTS_CA_BUNDLE"]) == (str(both), str(both))
    context = ssl.create_default_context(cafile=both)
    assert context.cert_store_stats()["x509_ca"] == both.read_text().count("BEGIN CERTIFICATE") > 50
    assert authority.read_text() in both.read_text()
