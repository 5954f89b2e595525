"""From a claimed delivery to a letter: what is in it, in which order, why the reader gets it, how to stop it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from alerts.coverage import coverage_lines
from alerts.escape import one_line
from alerts.frame import frame
from alerts.letter import Bar, Group, Letter, digest_items, section
from alerts.match import is_unread_list, operators_name
from alerts.naming import OF_A_DEADLINE, sort_of, weight
from alerts.story import story_of
from alerts.subject import digest_subject, subject
from alerts.trouble import unreported_lines
from config.subscriptions import everything

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alerts.frame import Frame
    from alerts.story import Story
    from config.subscriptions import Subscription, Subscriptions
    from warehouse.findings.finding import Finding
    from warehouse.model import Delivery, DeliveryRow, SourceCheck
    from warehouse.query.coverage import SeriesCoverage

# A digest of a large first crawl stays a message one can scroll through; mail programs clip what is over 100 kB.
most_items, most_bars = 60, 12
# What a subscription's test says instead of news.
test_digest = "test"


def compose(
    delivery: Delivery,
    subscriptions: Subscriptions,
    unchecked: Sequence[SourceCheck] = (),
    unreported: Sequence[DeliveryRow] = (),
    series: Sequence[SeriesCoverage] = (),
) -> Letter:
    """The letter of a delivery. A digest names the `unchecked` sources, and what was seen of each of the `series`.

    `unreported` deliveries are for an operator.
    """
    asked = subscriptions.named(delivery.subscriptions)
    language = asked[0].language if asked else "en"
    words = frame(language)
    digest = delivery.digest is not None and delivery.digest != test_digest
    story = story_of(delivery.findings, in_digest=digest)
    findings = story.findings
    groups = _by_sort(words, story, subscriptions) if digest else _by_document(words, story, subscriptions)
    if is_unread_list(delivery.digest):
        # The subject says it already.
        groups = tuple(replace(group, heading=None) for group in groups)
    title = digest_subject(words, delivery.digest or "", findings) if digest else subject(words, findings)
    notices = [words.repeat.format(delivery=delivery.delivery_id[:12])] if delivery.repeat_of_uncertain else []
    if unreported:
        notices.append("\n".join(unreported_lines(unreported)))
    if delivery.digest == test_digest:
        notices, title = [words.test], f"{words.test_subject}: {title}"
    return Letter(
        language=language,
        colon=words.colon,
        is_digest=digest,
        subject=title,
        notices=tuple(notices),
        chart_title=words.by_body,
        chart=_chart(words, findings) if digest else (),
        groups=groups,
        lists=(
            *([(words.unchecked, tuple(_checked(words, source) for source in unchecked))] if unchecked else []),
            *(coverage_lines(words, series, asked) if digest and not is_unread_list(delivery.digest) else ()),
        ),
        why=tuple(_why(words, name, asked) for name in delivery.subscriptions),
        stop=_stop(words, delivery, subscriptions),
        delivery=words.delivery.format(delivery=delivery.delivery_id[:12]),
        ways=words.digest_ways if digest and _has_keys(groups) else None,
    )


def _has_keys(groups: Sequence[Group]) -> bool:
    return any(item.key for group in groups for section in group.sections for item in section.items)


def _by_document(words: Frame, story: Story, subscriptions: Subscriptions) -> tuple[Group, ...]:
    documents = sorted(_documents(story.findings), key=lambda same: min(weight.index(sort_of(each)) for each in same))
    sections = tuple(section(words, same, subscriptions.register_url, earlier=story.earlier) for same in documents)
    return (Group(None, sections),)


def _by_sort(words: Frame, story: Story, subscriptions: Subscriptions) -> tuple[Group, ...]:
    groups, room = [], most_items
    for sort in weight:
        same = [finding for finding in story.findings if sort_of(finding) == sort]
        documents = sorted(_documents(same), key=_order)
        if documents:
            shown = [
                section(words, one, subscriptions.register_url, earlier=story.earlier, in_digest=True)
                for one in _that_fit(documents, room)
            ]
            room -= sum(len(document.items) for document in shown)
            rest = len(documents) - len(shown)
            more = words.more_documents.of(rest) if rest else None
            about = words.not_watched if sort == "unwatched_mandate" else None
            groups.append(Group(words.counts[sort].of(len(same)), tuple(shown), more, about))
    return tuple(groups)


def _order(document: Sequence[Finding]) -> tuple[str, int, str]:
    """What falls due first leads; all else is ordered by body, the newest first."""
    first = document[0]
    if first.kind in OF_A_DEADLINE:
        return "", min((finding.days_left or 0) for finding in document), ""
    newest = -(first.document.published_on.toordinal() if first.document.published_on else 0)
    return first.document.body or "\uffff", newest, first.document.symbol or first.document.title


def _that_fit(documents: Sequence[list[Finding]], room: int) -> Iterator[list[Finding]]:
    """The documents whose findings still have room; the first of a group always has."""
    for place, document in enumerate(documents):
        if place and room <= 0:
            return
        room -= min(len(document), digest_items)
        yield document


def _documents(findings: Sequence[Finding]) -> list[list[Finding]]:
    documents: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        documents[finding.document.document_id].append(finding)
    return list(documents.values())


def _chart(words: Frame, findings: Sequence[Finding]) -> tuple[Bar, ...]:
    """New mandates by body, largest first; what does not fit is one bar, and a single bar compares nothing."""
    counts = Counter(
        one_line(finding.document.body or words.no_body, 40)
        for finding in findings
        if sort_of(finding) == "new_mandate"
    )
    if len(counts) == 1:
        return ()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) > most_bars:
        rest = sum(count for _, count in ranked[most_bars - 1 :])
        ranked = [*ranked[: most_bars - 1], (words.no_body, rest)]
    largest = max((count for _, count in ranked), default=1)
    return tuple(Bar(body, count, max(3, round(100 * count / largest))) for body, count in ranked)


def _checked(words: Frame, source: SourceCheck) -> str:
    if source.last_success is None:
        return words.unchecked_never.format(source=one_line(source.source_id, 80))
    return words.unchecked_since.format(
        source=one_line(source.source_id, 80), date=words.date(source.last_success.date())
    )


def _stop(words: Frame, delivery: Delivery, subscriptions: Subscriptions) -> str:
    if delivery.subscriptions == (operators_name,):
        return words.stop_operators
    if subscriptions.unsubscribe is None:
        return words.stop
    form = words.stop_by_mail if subscriptions.unsubscribe.startswith("mailto:") else words.stop_on_web
    return form.format(address=subscriptions.unsubscribe.removeprefix("mailto:"))


def _why(words: Frame, name: str, asked: Sequence[Subscription]) -> str:
    if name == operators_name:
        return words.why_operators
    known = next((subscription for subscription in asked if subscription.name == name), None)
    if known is None:
        return words.why_gone.format(subscriptions=name)
    return words.why.format(subscriptions=name, filters=_described(words, known))


def _described(words: Frame, subscription: Subscription) -> str:
    """What is asked for as a reader understands it: "bodies: AALCO; mandate types: not resources"."""
    parts = []
    if set(subscription.about) < set(everything):
        kinds = ", ".join(words.kinds[kind] for kind in subscription.about)
        parts.append(f"{words.filters['about']}{words.colon}{kinds.lower()}")
    for field, label in words.filters.items():
        choice = getattr(subscription.filters, field, None)
        if choice is None:
            continue
        wanted, unwanted = (_values(words, field, part) for part in (choice.any, choice.none))
        said = [wanted] if wanted else []
        said += [words.filter_not.format(values=unwanted)] if unwanted else []
        parts.append(f"{label}{words.colon}{', '.join(said)}")
    return words.also.join(parts) or words.why_all


def _values(words: Frame, field: str, values: object) -> str:
    if values is None or values == ():
        return ""
    names = {"types": words.types, "stages": words.stages, "kinds": words.documents}.get(field, {})
    return ", ".join(
        names.get(str(value), str(value)) for value in (values if isinstance(values, tuple) else (values,))
    )
