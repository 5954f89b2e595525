"""Secrets: where they are read, and the one place that takes them out of everything that is logged, stored or shown."""

from __future__ import annotations

import logging
import os
import re
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from alerts.model import SecretError, TargetError
from config.redaction import public

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.targets import Reference, Target

mask = "•••"

# Query keys of Apprise URLs whose values are settings and words of every language of logs ("yes", "starttls").
_settings = frozenset({"mode", "format", "overflow", "tz", "store", "method", "verify", "name"})
_hosted = frozenset({"mailto", "json", "xml", "form"})
# Shorter parts than this are words of other texts; taking them out would garble logs and hide little.
_shortest = 4
_port = 5


def no_prefect(_name: str) -> str | None:
    """The answer where no Prefect is at hand: no block is known."""
    return None


def address_of(target: Target, prefect_secret: Callable[[str], str | None] = no_prefect) -> str:
    """The Apprise URL that a target refers to; from now on it is taken out of all logs.

    Raises:
        TargetError: it is not there, or not one line.
    """
    reference = target.url
    if target.to is not None:
        # No secret, but a person's address: the target's name says enough in logs and rows.
        redactor.learn_words(target.to)
    if isinstance(reference, str):
        return f"{reference}://{target.name}"
    try:
        return secret_of(reference, prefect_secret)
    except SecretError as error:
        raise TargetError(str(error), target=target.name, place=target.place) from None


def secret_of(reference: Reference, prefect_secret: Callable[[str], str | None] = no_prefect) -> str:
    """The URL that a reference leads to; from now on it is taken out of all logs.

    Raises:
        SecretError: it is not there, or not one line.
    """
    if reference.env is not None:
        found = os.environ.get(reference.env)
    elif reference.file is not None:
        try:
            found = Path(reference.file).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise SecretError(f"{reference} cannot be read: {why}") from None
    else:
        found = prefect_secret(reference.prefect_secret or "")
    if not found or not found.strip():
        raise SecretError(f"{reference} is not set; put the URL there")
    url = found.strip()
    redactor.learn(url)
    if any(character.isspace() for character in url):
        raise SecretError(f"{reference} must hold one URL and nothing else")
    return url


class Redactor(logging.Filter):
    """THE one place where secrets are taken out of words: of log records, reasons, rows and errors.

    As a filter it sits on Apprise's logger and on those of the HTTP libraries beneath it. Apprise tells a server's
    answer in DEBUG records only, beside the full webhook URL; so records are heard here, by the thread that sends, and
    those below INFO go no further, whatever levels are set elsewhere.
    """

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self._thread = threading.local()

    def learn(self, url: str) -> None:
        """Take this address and its telling parts out of everything from now on."""
        self.learn_words(*_telling(url))

    def learn_words(self, *words: str) -> None:
        """Take these words out of everything from now on, as they are and as they are written in addresses."""
        forms = {form for word in words for form in (word, quote(word, safe=""), unquote(word))}
        self._secrets |= {form for form in forms if len(form) >= _shortest}
        longest_first = sorted(self._secrets, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(part) for part in longest_first)) if longest_first else None

    def clean(self, text: str) -> str:
        """The same words without any secret that was learned, and without keys and passwords in addresses."""
        return public(self._pattern.sub(mask, text) if self._pattern is not None else text)

    def listen(self) -> list[str]:
        """A list that takes up what this thread's records say, cleaned, until the next call."""
        self._thread.heard = []
        heard: list[str] = self._thread.heard
        return heard

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; only INFO and above goes on."""
        try:
            said = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A log line with a mistake in it must not end what it tells of.
            said = f"{record.msg} {record.args}"
        if record.exc_info:
            said = f"{said}: {''.join(traceback.format_exception_only(*record.exc_info[:2])).strip()}"
        record.msg, record.args, record.exc_info, record.exc_text = self.clean(said), (), None, None
        getattr(self._thread, "heard", []).append(record.msg)
        return record.levelno >= logging.INFO


def _telling(url: str) -> Iterator[str]:
    """The parts of an Apprise URL by which someone else could use it: all but scheme, port, settings and real hosts."""
    yield url
    try:
        split = urlsplit(url)
    except ValueError:
        # Such as an open bracket in the host; Apprise will refuse it, and the whole of it is masked.
        return
    who, _, where = split.netloc.rpartition("@")
    yield who
    # Beside a password a user's name is no secret, and often an ordinary word.
    yield who.rpartition(":")[2]
    # Slack, Telegram and others put tokens in the place of user, host and port; mail servers and webhooks their names.
    if split.scheme.rstrip("s") not in _hosted:
        parts = (*who.split(":"), *where.split(":"))
        yield from (part for part in parts if "." not in part and not (part.isdigit() and len(part) <= _port))
    if len(split.path.strip("/")) >= _shortest:
        yield split.path
    yield from split.path.split("/")
    for key, value in parse_qsl(split.query):
        if key not in _settings:
            yield value


redactor = Redactor()
