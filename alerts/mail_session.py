"""Apprise's mail plugin, with the connection kept for a batch.

Apprise opens a connection and reads the bundle of certificates for each mail, which is most of what a mail costs. Here
one TLS context serves the process and one SMTP session the deliveries of a batch; each is still a message of its own to
one recipient, with its own answer.
"""

# Apprise's hints say None where its own plugins put words, so they are not held against ours.
# mypy: disable-error-code="assignment,attr-defined,no-untyped-call,override"
from __future__ import annotations

import contextlib
import os
import smtplib
import ssl
import time
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

with warnings.catch_warnings():
    # Apprise asks for modules that Python is about to drop, and does without them.
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise.exception import AppriseException
    from apprise.plugins.email import NotifyEmail
    from apprise.plugins.email.common import SecureMailMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Mail servers wait at least as long for the next message (RFC 5321: minutes); what rested longer is opened again.
LONGEST_REST_SECONDS = 5.0
OK, _FORWARDED = 250, 251


class Session:
    """At most one resting connection to a mail server. It is taken while it is used.

    A send that is left to itself keeps what it took, so that nothing else is said on a connection of which nobody knows
    how far it is.
    """

    def __init__(self) -> None:
        self._resting: list[tuple[smtplib.SMTP, float]] = []
        self._batch = 0

    @contextlib.contextmanager
    def connection(self, connect: Callable[[], smtplib.SMTP]) -> Iterator[tuple[smtplib.SMTP, bool]]:
        """A connection that answers, and whether it was used before; it rests afterwards, or ends with an error."""
        batch, smtp = self._batch, self._rested()
        used = smtp is not None
        smtp = smtp or connect()
        try:
            yield smtp, used
        except BaseException:
            _end(smtp)
            raise
        if batch == self._batch:
            self._resting.append((smtp, time.monotonic()))
        else:
            _end(smtp)

    def close(self) -> None:
        """End what rests; what is in use ends with its use."""
        self._batch += 1
        while self._resting:
            _end(self._resting.pop()[0])

    def _rested(self) -> smtplib.SMTP | None:
        while self._resting:
            smtp, since = self._resting.pop()
            with contextlib.suppress(OSError, smtplib.SMTPException):
                if time.monotonic() - since < LONGEST_REST_SECONDS and smtp.rset()[0] == OK:
                    return smtp
            _end(smtp)
        return None


def _send(smtp: smtplib.SMTP, sender: str, mail: Any) -> None:
    """What `sendmail` does, with its errors; a connection that is lost before the recipient is named leaves no doubt.

    Raises:
        SMTPSenderRefused: the server refused the sender, or closed the connection; it took nothing.
        SMTPRecipientsRefused, SMTPDataError: it refused the recipient or the message.
        OSError, SMTPException: something else went wrong; the server may have taken the message.
    """
    smtp.ehlo_or_helo_if_needed()
    try:
        answer = smtp.mail(sender)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise smtplib.SMTPSenderRefused(421, str(error).encode(), sender) from error
    if answer[0] != OK:
        raise smtplib.SMTPSenderRefused(*answer, sender)
    (recipient,) = mail.to_addrs
    answer = smtp.rcpt(recipient)
    if answer[0] not in {OK, _FORWARDED}:
        raise smtplib.SMTPRecipientsRefused({recipient: answer})
    answer = smtp.data(mail.body)
    if answer[0] != OK:
        raise smtplib.SMTPDataError(*answer)


def _end(smtp: smtplib.SMTP) -> None:
    """Say good-bye without waiting for the answer, which a slow server might never end."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.putcmd("QUIT")
    with contextlib.suppress(OSError):
        smtp.close()


def _tls(verify: bool) -> ssl.SSLContext:
    """What TLS trusts, read once a process for each bundle that the environment names."""
    return _read(verify, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _read(verify: bool, _file: str | None, _folder: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class SessionMail(NotifyEmail):
    """Mail as Apprise makes it, through `session`. What it logs has Apprise's words, from which outcomes are judged."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.session = Session()

    def send(self, body: str, title: str = "", **_kwargs: Any) -> bool:
        """Send one message to one recipient; whether the server took it."""
        try:
            (mail,) = NotifyEmail.prepare_emails(
                subject=title,
                body=body,
                notify_format=self.notify_format,
                from_addr=self.from_addr,
                to=self.targets,
                cc=self.cc,
                bcc=self.bcc,
                reply_to=self.reply_to,
                smtp_host=self.smtp_host,
                headers={"X-Application": self.app_id, **self.headers},
                names=self.names,
                pgp=self.pgp,
                pgp_mode=self.pgp_mode,
                inline=self.inline,
                tzinfo=self.tzinfo,
            )
        except AppriseException as error:
            self.logger.debug("Socket Exception: %s", error)
            return False
        try:
            self._post(mail)
        except _NotConnectedError as error:
            self.logger.warning('Connection error while submitting email to "%s"', self.smtp_host)
            self.logger.debug("Socket Exception: %s", error.__cause__)
            return False
        except (OSError, smtplib.SMTPException, RuntimeError) as error:
            self.logger.warning('Sending email to "%s" failed.', mail.recipient)
            self.logger.debug("Socket Exception: %s", error)
            return False
        return True

    def _post(self, mail: Any) -> None:
        try:
            with self.session.connection(self._connect) as (smtp, used):
                _send(smtp, str(self.from_addr[1]), mail)
        except smtplib.SMTPSenderRefused:
            if not used:
                raise
            # The server has had enough messages on this connection; it took nothing, and may take it on another.
            with self.session.connection(self._connect) as (smtp, _):
                _send(smtp, str(self.from_addr[1]), mail)

    def _connect(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP | None = None
        host, port, timeout = str(self.smtp_host), int(self.port or 0), self.socket_connect_timeout
        try:
            if self.secure_mode == SecureMailMode.SSL:
                smtp = smtplib.SMTP_SSL(host, port, timeout=timeout, context=_tls(self.verify_certificate))
            else:
                smtp = smtplib.SMTP(host, port, timeout=timeout)
            if self.secure_mode == SecureMailMode.STARTTLS:
                smtp.starttls(context=_tls(self.verify_certificate))
            if self.user and self.password:
                smtp.login(self.user, self.password)
        except (OSError, smtplib.SMTPException, RuntimeError) as error:
            if smtp is not None:
                _end(smtp)
            raise _NotConnectedError from error
        return smtp


class _NotConnectedError(Exception):
    """No message can have been taken; the cause says why."""
