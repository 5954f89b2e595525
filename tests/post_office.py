"""Real servers on loopback: SMTP (aiosmtpd, also with STARTTLS and AUTH) and HTTP (Slack's and others' webhooks).

What the SMTP server does is decided by the recipient: `gone-…` is refused for good, those in `busy` refused for now as
often as told, `slow-…` taken and not answered, any other taken.
"""

from __future__ import annotations

import asyncio
import http.server
import json
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.patience import PATIENCE

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from email.message import EmailMessage
    from types import TracebackType


def patience(recipient: str) -> int:
    """Seconds that a target should wait for its server: few where nothing comes, more than enough elsewhere."""
    return 3 if recipient.startswith("slow-") else 120


@dataclass
class Mail:
    """One accepted message."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    peer: tuple[str, int]

    @property
    def html(self) -> str:
        """The HTML part."""
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content())

    @property
    def plain(self) -> str:
        """The plain part."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


class _Counter(Controller):
    """Takes a port that is free, and waits for its thread as long as a busy machine needs."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection((self.hostname, self.port), PATIENCE) as client:
            client.recv(1024)


@dataclass
class PostOffice:
    """An SMTP server in a thread. `slow_seconds` is how late it answers slow recipients, after taking the message.

    It takes `most` messages on one connection, and then says 421; where it `hangs_up`, it says nothing.
    """

    slow_seconds: float = PATIENCE
    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    answer: Callable[[str], str | None] | None = None
    most: int = 1_000_000
    hangs_up: bool = False
    mails: list[Mail] = field(default_factory=list)
    busy: dict[str, int] = field(default_factory=dict)

    def __enter__(self) -> Self:
        secure = {"require_starttls": True, "tls_context": self.tls} if self.tls else {}
        auth = {"authenticator": self._authenticate, "auth_required": True} if self.login else {}
        self._controller = _Counter(self, hostname="127.0.0.1", port=0, ready_timeout=PATIENCE, **secure, **auth)
        self._controller.start()
        self.port = self._controller.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """The Apprise address of this server, without a recipient."""
        return f"mailto://127.0.0.1:{self.port}?mode=insecure&from=mandates@example.org"

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the sender, as long as the connection has not had its share."""
        if sum(mail.peer == session.peer for mail in self.mails) >= self.most:
            if self.hangs_up:
                server.transport.abort()
            return "421 4.7.0 too many messages on this connection"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Refuse, or take down the recipient."""
        if self.answer is not None and (said := self.answer(address)) is not None:
            return said
        if address.startswith("gone-"):
            return "550 5.1.1 no such mailbox"
        if self.busy.get(address, 0) > 0:
            self.busy[address] -= 1
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the message; answer slow recipients too late to be heard."""
        message: Any = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(Mail(envelope.mail_from, list(envelope.rcpt_tos), message, session.peer))
        if any(address.startswith("slow-") for address in envelope.rcpt_tos):
            await asyncio.sleep(self.slow_seconds)
        return "250 OK"

    def _authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert self.login is not None
        right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == self.login
        return AuthResult(success=right, handled=False)


@dataclass
class Post:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class WebHook:
    """An HTTP server in a thread that answers like Slack; `answers` are the next requests' statuses, then 200."""

    answers: list[int] = field(default_factory=list)
    slow_seconds: float = 0.0
    says: bytes = b"ok"
    answer: Callable[[Post], int] | None = None
    posts: list[Post] = field(default_factory=list)

    def __enter__(self) -> Self:
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                post = Post(self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body))
                hook.posts.append(post)
                status = hook.answers.pop(0) if hook.answers else 200
                if hook.answer is not None:
                    status = hook.answer(post)
                hook._over.wait(hook.slow_seconds)
                self.send_response(status)
                self.send_header("Content-Length", str(len(hook.says)))
                self.end_headers()
                self.wfile.write(hook.says)

            def log_message(self, *_: object) -> None:
                pass

        self._over = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
