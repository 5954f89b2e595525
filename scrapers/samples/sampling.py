"""A live crawl kept as a sample: the answers that a source gave, in a folder that `samples.recorded` reads."""

from __future__ import annotations

import json
import mimetypes
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.source_answers import Accept
from scrapers.http import urls
from scrapers.http.client import Fetched
from scrapers.publication import ScraperError
from scrapers.samples.recorded import RecordedAnswer, RecordedAnswers, name_of, site_file

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    from scrapers.crawl.visit import Asking, Terms
    from scrapers.http.client import NotModified
    from scrapers.publication import FetchRecord

# A catalogue is asked for days that pass; its sample answers for any.
_days = re.compile(r"(?<=[?&])(from|until)=\d{4}-\d{2}-\d{2}(?=&|$)")


@dataclass(slots=True)
class Sampling:
    """Asks another, and remembers what came. `lost` are addresses whose answers no sample can hold, with the reason."""

    asking: Asking
    answers: dict[str, tuple[RecordedAnswer, bytes]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)

    async def get(self, url: str, **terms: Unpack[Terms]) -> Fetched | NotModified:
        """As the one who is asked."""
        records: list[FetchRecord] = []
        log = terms.get("log")

        def both(record: FetchRecord) -> None:
            records.append(record)
            if log is not None:
                log(record)

        terms["log"] = both
        post = terms.get("post")
        posted = post.words if post is not None else None
        shown = _days.sub(r"\1={any}", urls.public(url))
        name = name_of(shown, posted)
        try:
            answer = await self.asking.get(url, **terms)
        except ScraperError as error:
            status = records[-1].status if records else None
            if status is None or status in (terms.get("accept") or Accept()).status:
                self.lost[name] = urls.public(str(error))
            else:
                self.answers[name] = RecordedAnswer(url=shown, post=posted, status=status), b""
            raise
        if isinstance(answer, Fetched):
            moved = urls.public(answer.url) if answer.url != url else None
            kept = RecordedAnswer(url=shown, post=posted, to=moved, status=answer.status, type=answer.media_type)
            self.answers[name] = kept, answer.body
        return answer

    def sample(self) -> RecordedAnswers:
        """What came, to be asked in place of the web."""
        today = {"on": datetime.now(UTC).date()}
        return RecordedAnswers(
            {name: (answer.model_copy(update=today), body) for name, (answer, body) in self.answers.items()}
        )


def save(sample: RecordedAnswers, folder: Path) -> int:
    """Write the answers that a replay asked for into `folder`; how many. Files of the sample before go, others stay.

    Raises:
        ConfigError: the folder holds a `site.yaml` that is none.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / site_file).exists():
        before = RecordedAnswers.of(folder)
        for answer, _ in before.answers.values():
            if answer.file is not None:
                (folder / urls.file_name(answer.file)).unlink(missing_ok=True)
    lines: list[str] = []
    wanted = {sample.key_of(url) for url in sample.asked}
    for number, (name, (answer, body)) in enumerate(sample.answers.items(), start=1):
        if name not in wanted:
            continue
        # The day is that of all of them.
        plain = answer.model_dump(exclude_defaults=True, mode="json", exclude={"on"} if lines else set())
        if body:
            plain["file"] = f"{number:03}-{_file_name(answer.url, answer.type)}"
            (folder / plain["file"]).write_bytes(body)
        lines.append(f"- {json.dumps(plain, ensure_ascii=False)}\n")
    (folder / site_file).write_text("".join(lines), encoding="utf-8")
    return len(lines)


def _file_name(url: str, media_type: str | None) -> str:
    """The last part of an address with the ending that its type has."""
    name = urls.file_name(urlsplit(url).path.rstrip("/"))[-60:]
    ending = mimetypes.guess_extension((media_type or "").partition(";")[0].strip()) or ""
    return name if "." in name else name + ending
