"""What a crawl hands over before its end, so that it holds little in memory and what it found is recorded soon."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapers.http.client import Fetched
from scrapers.publication import Harvest, RawAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapers.crawl.visit import Visit
    from scrapers.publication import Publication

# A part is landed, and recorded, whole: so many documents take some .2 s to record.
PART_DOCUMENTS = 100
# A run holds at most this of each crawl, and twice for a moment while it is written.
PART_BYTES = 32_000_000


def is_full(visit: Visit, publications: Sequence[Publication]) -> bool:
    """Whether what a crawl holds is to be handed over."""
    return visit.land is not None and (len(publications) >= PART_DOCUMENTS or visit.held_bytes >= PART_BYTES)


async def hand_over(visit: Visit, publications: Sequence[Publication]) -> None:
    """Land these publications, with all that the visit has noted so far, but for documents that are not read yet."""
    if visit.land is None:
        return
    unread = {each.validators.content_sha256 for each in visit.fetched.values() if isinstance(each, Fetched)}
    kept = {sha256: raw for sha256, raw in visit.answers.items() if sha256 in unread}
    part = Harvest(
        source_id=visit.source.id,
        started_at=visit.started,
        finished_at=datetime.now(UTC),
        outcome="part",
        publications=tuple(publications),
        dropped=tuple(visit.dropped),
        fetches=tuple(visit.records),
        answers=tuple(answer for answer in besides(visit, publications) if answer.raw_sha256 not in kept),
        items=visit.states.hand_over(),
        past=visit.past,
    )
    visit.dropped.clear()
    visit.records.clear()
    visit.answers = kept
    visit.held_bytes = sum(map(len, kept.values()))
    await visit.land(part)


def besides(visit: Visit, publications: Sequence[Publication]) -> tuple[RawAnswer, ...]:
    """What came besides the documents that the publications carry."""
    texts = (publication.text for publication in publications if publication.text is not None)
    carried = {text.raw_sha256 for text in texts if text.raw}
    return tuple(RawAnswer(raw, sha256) for sha256, raw in visit.answers.items() if raw and sha256 not in carried)
