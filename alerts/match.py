"""From findings to alert rows: who is notified of what, when it may go, and what goes together."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from fnmatch import translate
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from alerts.brake import Brake
from alerts.clock import after_quiet, in_language, next_digest
from alerts.naming import ABOUT_NO_DOCUMENT
from config.topic_words import about
from config.topics import TOPIC
from warehouse.model import AlertRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from config.filters import Choice, Filters, Within
    from config.subscriptions import Subscription, Subscriptions
    from warehouse.findings.finding import Finding

# How long the list of texts that could not be read waits for more of them. The end of the run sends it; should the run
# be killed, the first dispatch after that does.
COLLECTING = timedelta(hours=1)
_FOR_OPERATORS = ABOUT_NO_DOCUMENT | {"reading_incomplete"}
_UNREAD = "unread:"
# The name of the subscription in messages to operators; no subscription in the files can have it.
operators_name = "(operators)"


def alerts_for(
    subscriptions: Subscriptions, now: datetime, *, clock: Callable[[], datetime] | None = None
) -> Callable[[Sequence[Finding]], Sequence[AlertRow]]:
    """The function that recording calls with each transaction's findings; `now` is the run's time (UTC).

    It remembers how many messages the run has already given a target and how many mandates each source brought, so the
    cap and the brake hold over several transactions. A run that takes long gives a `clock`, which is asked at each
    transaction for the run's time: were the machine's clock set back in between, `now` would lie ahead.
    """
    sent: Counter[tuple[str, str]] = Counter()
    brake = Brake(subscriptions.brake)

    def rows(findings: Sequence[Finding]) -> Sequence[AlertRow]:
        at = clock() if clock is not None else now
        brake.count(findings)
        matched = [
            row
            for subscription in subscriptions.subscriptions
            for row in _rows(subscription, [a for a in findings if matches(subscription, a, at.date())], at, sent)
        ]
        matched = [replace(row, held=brake.reason(row.finding)) for row in matched]
        return _together([*matched, *operator_rows(subscriptions, findings, at)])

    return rows


def matches(subscription: Subscription, finding: Finding, today: date) -> bool:
    """Whether the subscription asks for this finding. It does not look at `baseline`."""
    return finding.kind in subscription.about and _lets_through(subscription.filters, finding, today)


def watches(subscription: Subscription, body: str | None, source: str) -> bool:
    """Whether the subscription could ask for anything of a body that a source shows."""
    filters = subscription.filters
    return _chosen(filters.bodies, lambda want: _like(want, body or "")) and _chosen(
        filters.sources, lambda want: _like(want, source)
    )


def unread_digest(now: datetime) -> str:
    """The name of the list of texts that a run, begun at `now` (UTC), could not read completely."""
    return f"{_UNREAD}{now:%Y-%m-%dT%H:%M:%SZ}"


def is_unread_list(digest: str | None) -> bool:
    """Whether a digest is a run's list of texts that could not be read completely."""
    return digest is not None and digest.startswith(_UNREAD)


def operator_rows(subscriptions: Subscriptions, findings: Iterable[Finding], now: datetime) -> list[AlertRow]:
    """What operators are notified of without subscribing: failing sources and deliveries, unread texts."""
    rows = [
        AlertRow(finding=finding, subscription=operators_name, target=target, not_before=now)
        for finding in findings
        if finding.kind in _FOR_OPERATORS and not finding.baseline
        for target in subscriptions.operators
        # A channel that failed is not the one to say so.
        if not (finding.kind == "delivery_state" and finding.document.document_id == target)
    ]
    return [
        _listed(row, now) if row.finding.kind == "reading_incomplete" else replace(row, language="en") for row in rows
    ]


def _listed(row: AlertRow, now: datetime) -> AlertRow:
    """One entry of the run's list of texts to look at, which is one message."""
    return replace(row, not_before=now + COLLECTING, digest=unread_digest(now))


def _rows(
    subscription: Subscription, findings: Sequence[Finding], now: datetime, sent: Counter[tuple[str, str]]
) -> list[AlertRow]:
    silent: list[Finding] = []
    spoken: list[Finding] = []
    for finding in findings:
        (silent if finding.baseline and subscription.first_crawl == "silent" else spoken).append(finding)
    rows = [
        AlertRow(
            finding,
            subscription.name,
            target,
            now,
            digest=f"baseline:{now.date()}",
            silent=True,
            language=subscription.language,
        )
        for finding in silent
        for target in subscription.targets
    ]
    if subscription.mode == "at_once":
        unread = [finding for finding in spoken if finding.kind == "reading_incomplete"]
        # That a date has passed unwatched is no alarm: it is said in digests.
        spoken = [finding for finding in spoken if finding.kind != "reading_incomplete" and finding.is_watched]
        rows += [
            _listed(AlertRow(finding, subscription.name, target, now), now)
            for finding in unread
            for target in subscription.targets
        ]
    if not spoken:
        return rows
    digest: str | None = None
    moment = after_quiet(subscription, now)
    if subscription.mode != "at_once":
        digest, moment = next_digest(subscription, now)
    for target in subscription.targets:
        sent[subscription.name, target] += len({finding.document.document_id for finding in spoken})
        capped = digest is None and sent[subscription.name, target] > subscription.cap
        name = in_language(f"run:{now:%Y-%m-%dT%H:%M:%SZ}", subscription) if capped else digest
        rows += [
            AlertRow(finding, subscription.name, target, moment, digest=name, language=subscription.language)
            for finding in spoken
        ]
    return rows


def _together(rows: Sequence[AlertRow]) -> list[AlertRow]:
    """One finding goes to one target once a mode and a language, in the soonest and most direct way that is asked for.

    Who asks for a message at once and for a weekly digest, or for one in English and one in French, gets both.
    """
    ways: defaultdict[tuple[str, str, str | None, str | None], list[AlertRow]] = defaultdict(list)
    for row in rows:
        ways[row.target, row.finding.finding_id, row.language, _mode(row)].append(row)
    together = []
    for same in ways.values():
        best = min(same, key=lambda row: (row.silent, row.digest is not None, row.not_before))
        together += [replace(row, not_before=best.not_before, digest=best.digest, silent=best.silent) for row in same]
    return together


def _mode(row: AlertRow) -> str | None:
    """The digest of a day or a week that the row is for; None for what goes out at once, or with a run."""
    kind = (row.digest or "").partition(":")[0]
    return kind if kind in {"daily", "weekly"} else None


def _lets_through(filters: Filters, finding: Finding, today: date) -> bool:
    names = (finding.clause.addressee_id or "", finding.clause.addressee or "")
    # The part that could not be read may contain any mandate.
    is_unread = finding.kind == "reading_incomplete"
    text = " ".join(part for part in (finding.document.title, finding.clause.quote, finding.before) if part)
    return (
        _chosen(filters.bodies, lambda want: _like(want, finding.document.body or ""))
        and _chosen(filters.sources, lambda want: any(_like(want, source) for source in finding.document.sources))
        and _chosen(filters.kinds, lambda want: want == finding.document.kind)
        and _chosen(filters.stages, lambda want: want == finding.document.stage)
        and (is_unread or _chosen(filters.types, lambda want: want == finding.clause.type))
        and (is_unread or _chosen(filters.addressees, lambda want: any(_like(want, name) for name in names)))
        and (is_unread or _chosen(filters.responsible, lambda want: _like(want, finding.clause.responsible or "")))
        and _chosen(filters.topics, lambda want: any(_like(want, topic) for topic in finding.document.topics))
        and _chosen(filters.words, lambda want: _says(filters, want, finding, text))
        and (is_unread or _within(filters.due_within_days, finding, today))
    )


def _says(filters: Filters, wanted: str, finding: Finding, text: str) -> bool:
    """Whether title and quotes have the words, or are about the topic that is named."""
    if (topic := filters.lists.get(wanted.removeprefix(TOPIC))) is None or not wanted.startswith(TOPIC):
        return _spoken(wanted).search(_plain(text)) is not None
    quotes = [quote for quote in (finding.clause.quote, finding.before) if quote]
    return about(topic, title=finding.document.title or "", clauses=quotes) is not None


def _chosen(choice: Choice[Any] | None, holds: Callable[[Any], bool]) -> bool:
    if choice is None:
        return True
    wanted = choice.any is None or any(holds(value) for value in choice.any)
    return wanted and not any(holds(value) for value in choice.none)


def _within(choice: Within | None, finding: Finding, today: date) -> bool:
    if choice is None:
        return True
    days = [(due.last - today).days for due in finding.deadlines if due.last is not None]
    wanted = choice.any is None or any(0 <= left <= choice.any for left in days)
    return wanted and not (choice.none is not None and any(0 <= left <= choice.none for left in days))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _like(wanted: str, value: str) -> bool:
    return bool(value) and _pattern(wanted).match(_plain(value)) is not None


@lru_cache(maxsize=1024)
def _pattern(wanted: str) -> re.Pattern[str]:
    """`*` matches any run of characters; brackets are ordinary characters, since names hold them."""
    return re.compile(translate(_plain(wanted).replace("[", "[[]").replace("?", "[?]")))


@lru_cache(maxsize=1024)
def _spoken(words: str) -> re.Pattern[str]:
    """Whole words, any space between them, `*` for the rest of a word."""
    parts = (re.escape(part).replace(r"\*", r"\w*") for part in _plain(words).split())
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)")
