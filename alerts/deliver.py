"""The only place that knows Apprise: one fresh object, one URL, one recipient and one request a delivery.

Apprise 1.13 answers with a bool. A refusal, a failed connection and a time-out after the server took the message are
all False, so what is known comes from the server's answer as Apprise logs it, and from our own clock.
"""

# Apprise's hints say None where its own plugins put words, so they are not held against ours.
# mypy: disable-error-code="assignment,attr-defined,no-untyped-call,override"
from __future__ import annotations

import contextlib
import html
import logging
import os
import re
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alerts.advice import advice
from alerts.mail_session import Session, SessionMail
from alerts.model import Message, Outcome, TargetError
from alerts.secrecy import redactor
from alerts.trust import trust_company

with warnings.catch_warnings():
    # Apprise asks for modules that Python is about to drop, and does without them.
    warnings.simplefilter("ignore", DeprecationWarning)
    import apprise
    from apprise.manager_plugins import NotificationManager
    from apprise.plugins import NotifyBase
    from apprise.plugins.email import NotifyEmail
    from apprise.plugins.slack import NotifySlack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alerts.model import Dress
    from config.targets import Target

app_name = "Mandate Monitor"
# A send has several steps (greeting, login, message), each of which may take a time-out.
longest_sends = 3
# Apprise's own threads would hide which delivery a record belongs to; redirects would carry secrets elsewhere.
_asset = apprise.AppriseAsset(
    app_id=app_name, app_desc=app_name, app_url="", async_mode=False, http_redirects=False, interpret_emojis=False
)

# What tells, in an error's words, that no message can have been taken. Apprise says "Connection error while submitting"
# of all that happens to a mail before its sender is named.
_never_sent = re.compile(
    r"Connection error while submitting email|Connection refused|getaddrinfo|Name or service not known|No address assoc"
    r"|Temporary failure in name|Failed to resolve|Failed to establish|No route to host|Network is unreachable"
    r"|ConnectTimeout|connect timeout|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|Failed to write|error=(?!504)\d{3}"
)
_smtp_answer = re.compile(r"\((\d{3}), b['\"]")
_refused_recipient = re.compile(r"\{'[^']*': \(5\d\d,")
# Apprise logs at most 2,000 bytes of an answer.
_response = re.compile(r"Response Details:\s*b['\"](.*)", re.DOTALL)
_bytes = re.compile(r"(?:\\x[0-9a-f]{2})+")
_blank = re.compile(r"\\[nrt]")
_tag = re.compile(r"<(?:style|script)\b[^<]*|</?[a-zA-Z!][^<>]*>?")
MOST_SAID = 200
_gone = re.compile(r"error=410\b")


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to one recipient, found usable. The URL is kept out of its repr."""

    target: str
    place: str
    dress: Dress
    timeout: float
    to: str | None
    home: Path
    url: str = field(repr=False)
    session: Session = field(default_factory=Session, repr=False, compare=False)

    @property
    def longest(self) -> float:
        """How many seconds a whole send may take; a lease must last as long."""
        return longest_sends * self.timeout


def open_channel(target: Target, url: str, home: Path) -> Channel:
    """Check an address without sending anything.

    Raises:
        TargetError: no service of this kind is known, the address does not fit it, or it names several recipients.
    """
    trust_company(home)
    channel = Channel(target.name, target.place, "plain", target.timeout_seconds, target.to, home, url)
    plugin = _fresh(channel)
    if plugin is None:
        # The address may be so short that its service is all of it, which the log then masks; the advice has no more.
        services = {scheme: NotificationManager()[scheme] for scheme in NotificationManager().schemas()}
        why = f"Apprise cannot use the URL in {target.url}: {advice(url, services)}"
        raise TargetError(why, target=target.name, place=target.place)
    recipients = len(plugin) + len(getattr(plugin, "cc", ())) + len(getattr(plugin, "bcc", ()))
    if recipients != 1:
        why = f"the URL names {recipients} recipients; make each one a target, so that each delivery has one outcome"
        raise TargetError(why, target=target.name, place=target.place)
    if target.to is not None and not isinstance(plugin, (NotifyEmail, Mailbox)):
        raise TargetError("`to` is for mail only", target=target.name, place=target.place)
    dress: Dress = "plain"
    if isinstance(plugin, (NotifyEmail, Mailbox)):
        dress = "mail"
    elif isinstance(plugin, NotifySlack):
        dress = "slack"
    return replace(channel, dress=dress)


def deliver(channel: Channel, message: Message, *, more_follow: bool = False) -> Outcome:
    """Send once, and say what is known. It never raises for what a server or a network does, and always comes back.

    Where `more_follow`, a mail server's session stays open for them, and the caller ends it (`channel.session.close`).

    Time-outs of sockets start again with each byte, so a server that drips would hold us for ever. The send is left to
    itself after three of them; it may still arrive, which is doubt.
    """
    outcomes: list[Outcome] = []
    sender = threading.Thread(target=lambda: outcomes.append(_send(channel, message)), daemon=True)
    sender.start()
    sender.join(channel.longest)
    if not more_follow:
        channel.session.close()
    if outcomes:
        return outcomes[0]
    why = f"the server did not reply within {channel.longest:.0f} s"
    return Outcome("uncertain", channel.longest, why)


def _send(channel: Channel, message: Message) -> Outcome:
    heard = redactor.listen()
    started = time.monotonic()
    try:
        plugin = _fresh(channel, message.headers)
        notifier = apprise.Apprise(asset=_asset)
        if plugin is None or not notifier.add(plugin):
            return Outcome("refused", 0.0, "Apprise can no longer use the URL", final=False)
        body_format = {"mail": "html", "slack": None, "plain": "text"}[channel.dress]
        kind = apprise.NotifyType(message.tone)
        accepted = notifier.notify(body=message.body, title=message.subject, body_format=body_format, notify_type=kind)
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and a delivery must have an outcome
        accepted = False
        heard.append(redactor.clean(f"{type(error).__name__}: {error}"))
    seconds = time.monotonic() - started
    if accepted:
        return Outcome("accepted", seconds)
    return _judge(" · ".join(heard), seconds, channel.timeout)


def _judge(said: str, seconds: float, timeout: float) -> Outcome:
    """What a False means. Where that is open it is doubt: a wrong "refused" would repeat a message and not say so."""
    reason = (
        " · ".join(filter(None, (_in_words(part) for part in said.split(" · ") if _tells(part))))[:500]
        or "no reason given"
    )
    answer = _smtp_answer.search(said)
    if answer is not None or _never_sent.search(said):
        final = _refused_recipient.search(said) is not None or _gone.search(said) is not None
        return Outcome("refused", seconds, reason, final=final)
    if seconds < timeout * 0.95 and not said:
        return Outcome("refused", seconds, reason)
    return Outcome("uncertain", seconds, f"{reason} (after {seconds:.1f} s)")


def _in_words(part: str) -> str:
    """One line; of a server's answer, which Apprise gives as escaped bytes, the words of its page without its tags."""
    answer = _response.fullmatch(part)
    if answer is None:
        return " ".join(part.split())
    said = _bytes.sub(
        lambda found: bytes.fromhex(found[0].replace("\\x", "")).decode(errors="replace"), answer[1].rstrip(" \r\n'\"")
    )
    words = " ".join(html.unescape(_tag.sub(" ", _blank.sub(" ", said))).split())
    return f"the server said: {words if len(words) <= MOST_SAID else words[: MOST_SAID - 1] + '…'}" if words else ""


def _tells(part: str) -> bool:
    """Whether a record says why, rather than what Apprise was doing."""
    return part.startswith(
        ("Socket Exception", "Failed", "Unhandled", "Response Details", "Sending", "Connection err")
    ) or ("rror" in part and "URL" not in part and "Payload" not in part)


def _fresh(channel: Channel, headers: Mapping[str, str] | None = None) -> Any:
    """A new plugin object, since a used one waits (mail 5.5 s); None where Apprise cannot make one.

    What an address may ask for and must not get is taken back here: Apprise's own retries repeat a message that a
    time-out left in doubt, `optional` calls a failure a success, `overflow=split` makes several messages of one.
    """
    plugin = apprise.Apprise.instantiate(channel.url, asset=_asset)
    if not isinstance(plugin, NotifyBase):
        return None
    plugin.retry, plugin.optional = 0, False
    plugin.socket_connect_timeout = plugin.socket_read_timeout = channel.timeout
    plugin.overflow_mode = "truncate" if channel.dress == "plain" else "upstream"
    if isinstance(plugin, NotifySlack):
        plugin.use_blocks, plugin.notify_format = True, apprise.NotifyFormat.MARKDOWN
        plugin.include_image = plugin.include_footer = False
    if isinstance(plugin, SessionMail):
        plugin.session = channel.session
    if isinstance(plugin, Mailbox):
        plugin.folder = channel.home / "mail" / channel.target
    if isinstance(plugin, (NotifyEmail, Mailbox)) and channel.to is not None:
        plugin.targets = [(False, channel.to)]
    if headers and "headers" in plugin.template_kwargs:
        plugin.headers = {**getattr(plugin, "headers", {}), **headers}
    return plugin


class _Local(NotifyBase):
    """A channel of our own on this machine: nothing to set up, nothing to cut, nothing to wait for."""

    setup_url = ""
    title_maxlen = 998
    body_maxlen = 10_000_000
    request_rate_per_sec = 0
    templates = ("{schema}://{host}",)

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:
        """The address again, as Apprise asks."""
        return f"{self.protocol}://{self.host}"


class Mailbox(_Local):
    """Keeps each message as a file that any mail program opens; the message is the one a mail server would get."""

    service_name = "Mailbox folder"
    protocol = "mailbox"
    notify_format = apprise.NotifyFormat.HTML
    template_kwargs = {"headers": {"name": "Header", "prefix": "+"}}  # noqa: RUF012 - Apprise's own shape

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.headers: dict[str, str] = {}
        self.targets: list[tuple[str | bool, str]] = [(False, f"{self.host}@mailbox.invalid")]
        self.folder = Path()

    def send(self, body: str, title: str = "", **_kwargs: Any) -> bool:
        """Write the message whole or not at all."""
        (mail,) = NotifyEmail.prepare_emails(
            subject=title,
            body=body,
            from_addr=(app_name, "mandates@mailbox.invalid"),
            to=self.targets,
            smtp_host="mailbox.invalid",
            headers=self.headers,
        )
        try:
            self._write(mail.body)
        except OSError as error:
            self.logger.warning("Failed to write into %s: %s", self.folder, error.strerror)
            return False
        return True

    def _write(self, content: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        mark = re.sub(r"[^0-9A-Za-z]", "", self.headers.get("X-Delivery-Id", ""))[:12]
        path = self.folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{mark}.eml"
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)


class Terminal(_Local):
    """Prints the subject as one line, to stderr so that `--json` stays readable for programs."""

    service_name = "Terminal"
    protocol = "terminal"
    notify_format = apprise.NotifyFormat.TEXT

    def send(self, body: str, title: str = "", **_kwargs: Any) -> bool:
        """One line a message."""
        with contextlib.suppress(BrokenPipeError):
            print(f"✉ {title}", file=sys.stderr, flush=True)  # noqa: T201 - printing is what this channel does
        return True


for _plugin in (Mailbox, Terminal):
    NotificationManager().add(plugin=_plugin, schemas=_plugin.protocol)
NotificationManager().add(plugin=SessionMail, force=True)
for _name in ("apprise", "urllib3", "urllib3.connectionpool", "requests"):
    logging.getLogger(_name).addFilter(redactor)
# DEBUG records must be made to be heard; the filter lets none of them through.
logging.getLogger("apprise").setLevel(logging.DEBUG)
