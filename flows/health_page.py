"""The health page in the Prefect UI, as Markdown: what needs attention first, then every source, then the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.escape import markdown
from alerts.figures import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from flows.condition import Condition
    from flows.health import SourceNow

MOST_SOURCES, MOST_NAMED = 200, 10
_ORDER = ("blocked", "failing", "late", "unlisted", "healthy")


def headline(now: Condition) -> str:
    """One sentence: how many sources are healthy, and how many items could not be read."""
    on = [each.health for each in now.sources if each.health.state not in {"off", "unlisted"}]
    healthy = sum(health.state == "healthy" for health in on)
    failed = sum(health.items.failed for health in on)
    line = f"{healthy} of {len(on)} sources are healthy"
    return line + (f"; {counted(failed, 'item')} could not be read" if failed else "")


def health_page(now: Condition) -> str:
    """The page. Publishers' text is escaped, and tables are limited."""
    shown = sorted((each for each in now.sources if each.health.state != "off"), key=_urgency)
    attention = list(_attention(now, shown))
    parts = [
        f"**{headline(now)}** · as of {_time(now.at)}; all times are in UTC",
        "\n".join(["## Needs attention", "", *attention]) if attention else "Nothing needs attention.",
        "\n".join(["## Sources", "", *_sources(now, shown)]) if shown else "No source is switched on.",
        "\n".join(["## Figures", "", *_figures(now)]),
        " · ".join(f"{name} {number}" for name, number in now.versions.items()),
    ]
    return "\n\n".join(parts)


def _urgency(each: SourceNow) -> tuple[int, bool, str]:
    return _ORDER.index(each.health.state), not each.health.items.failed, each.health.source_id


def _attention(now: Condition, shown: Sequence[SourceNow]) -> Iterator[str]:
    ill = [each.health for each in shown if each.health.state in {"blocked", "failing", "late"}]
    for health in ill[:MOST_NAMED]:
        since = f" since {_short(health.since, now.at)}" if health.since else ""
        yield f"- **{markdown(health.source_id)}** is {health.state}{since}: {markdown(health.reason)}"
    if len(ill) > MOST_NAMED:
        yield f"- … and {len(ill) - MOST_NAMED} more sources: see below"
    unread = [each.health for each in shown if each.health.items.failing and each.health.state != "unlisted"]
    for health in unread[:MOST_NAMED]:
        first = health.items.failing[0]
        said = markdown(f"{first.title or first.url}: {first.reason}")
        yield f"- **{markdown(health.source_id)}**: {counted(health.items.failed, 'item')} could not be read; {said}"
    if now.outbox is not None:
        states = now.outbox.states
        for count, what, command in (
            (states["dead"], "given up", "mandates outbox retry"),
            (now.outbox.undecided, "may or may not have arrived", "mandates outbox list"),
            (states["held"], "held for your approval", "mandates outbox release"),
        ):
            if count:
                yield f"- **{counted(count, 'message')}** {what}: `{command}`"
    yield from _files(now)


def _files(now: Condition) -> Iterator[str]:
    """What is wrong with the files: batches that wait, a place that is away, a snapshot that is behind."""
    if now.batches:
        batches = counted(now.batches, "fetched batch", "fetched batches")
        yield f"- **{batches}** not recorded yet; the next run records them"
    if not now.place_answers:
        yield "- The shared landing place does not answer; what waits there is not counted: `mandates doctor`"
    if now.published is None:
        yield "- No snapshot has been published yet: analysts, search and exports have no data"
    elif now.is_behind:
        yield "- The snapshot lacks what was recorded last: run `mandates snapshot`"


def _sources(now: Condition, shown: Sequence[SourceNow]) -> Iterator[str]:
    # More or longer columns would not fit between the UI's two side bars.
    yield "| source | state | last success | next poll | items |"
    yield "|---|---|---|---|---|"
    for each in shown[:MOST_SOURCES]:
        health = each.health
        since = f" since {_short(health.since, now.at)}" if health.since else ""
        state = "healthy" if health.state == "healthy" else f"**{health.state}**{since}"
        counts = ((health.items.waiting, "waiting"), (health.items.failed, "failed"))
        items = ", ".join(f"{count:,} {what}" for count, what in counts if count)
        times = (_short(each.last_success, now.at), _short(each.next_poll, now.at))
        yield f"| {' | '.join((markdown(health.source_id), state, *times, items))} |"
    if len(shown) > MOST_SOURCES:
        yield f"| … and {len(shown) - MOST_SOURCES:,} more | | | | |"


def _figures(now: Condition) -> Iterator[str]:
    yield "| figure | value |"
    yield "|---|--:|"
    if now.totals is not None:
        yield f"| documents | {now.totals.documents:,} |"
        yield f"| mandates | {now.totals.mandates:,} |"
        yield f"| mandates proposed in drafts | {now.totals.proposed:,} |"
        yield f"| mandates with a deadline ahead | {now.open_mandates or 0:,} |"
        yield f"| items waiting to be read | {now.totals.items_waiting:,} |"
        yield f"| items that could not be read | {now.totals.items_failed:,} |"
    if now.outbox is not None:
        states = now.outbox.states
        yield f"| messages sent | {states['sent']:,} |"
        yield f"| messages waiting | {states['pending'] + states['failed'] + states['sending']:,} |"
        yield f"| messages held | {states['held']:,} |"
        yield f"| messages given up | {states['dead']:,} |"
    yield f"| snapshot published | {_short(now.published, now.at) or 'never'} |"
    yield f"| batches not recorded yet | {now.batches:,}{'' if now.place_answers else ' or more'} |"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment is not None else ""


def _short(moment: datetime | None, now: datetime) -> str:
    """A time in a table, in UTC as the page says at the top; with the year if it is another one."""
    if moment is None:
        return ""
    return f"{moment:%-d %b %H:%M}" if moment.year == now.year else f"{moment:%-d %b %Y}"
