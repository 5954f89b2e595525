"""One text under several addresses: one document that is shown twice, or an error page that was taken for many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.crawl.plausible import Sketch, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrapers.crawl.plausible import Twins


@dataclass(frozen=True, slots=True)
class Text:
    """A text that an item's address gave: in this crawl, or (`earlier`) as a source's memory has it.

    `key` is the item's, `name` is what people know it by, `identity` that of its document where it was taken.
    """

    key: str
    name: str
    sketch: Sketch
    identity: str | None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of a text: `twins` says that it is `other`'s too, and what that means."""

    text: Text
    other: Text
    twins: Twins

    @property
    def reason(self) -> str:
        """For people."""
        if self.twins == "one":
            return f"has the text and the title of {self.other.name}: one document"
        same = (
            "the text that was refused before"
            if self.other.key == self.text.key
            else f"the same text as {self.other.name}"
        )
        return f"has {same}: probably an error page or a log-in page"


def findings(read: Sequence[Text], earlier: Iterable[Text]) -> Iterator[Finding]:
    """What of the texts read in a crawl is no document of its own; linear in their number.

    A "false" one is also found of earlier texts, so that these are not believed any longer.
    """
    again = {text.key for text in read}
    shapes: defaultdict[str, list[Text]] = defaultdict(list)
    wanted = {text.sketch.shape for text in read}
    # What an item gave before is no twin of what it gives now, unless it was refused.
    for text in (*(text for text in earlier if text.key not in again or not text.sketch.believed), *read):
        if text.sketch.size and text.sketch.shape in wanted:
            shapes[text.sketch.shape].append(text)
    for alike in shapes.values():
        found = False
        exact: defaultdict[str, list[Text]] = defaultdict(list)
        for text in alike:
            exact[text.sketch.exact].append(text)
        for same in exact.values():
            if len(same) > 1 and (twins := together([text.sketch for text in same])) is not None:
                found = True
                yield from _each(same, twins)
        if not found and len(exact) > 1 and together([text.sketch for text in alike]) == "false":
            yield from _each(alike, "false")


def _each(alike: Sequence[Text], twins: Twins) -> Iterator[Finding]:
    first = alike[0]
    another = next((text for text in alike if text.key != first.key), first)
    for text in alike:
        if twins == "false":
            yield Finding(text, another if text.key == first.key else first, twins)
        elif text is not first and not text.earlier:
            yield Finding(text, first, twins)
