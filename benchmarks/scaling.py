"""What a day costs at 10 and 1,000 times today's field: a simulation with the constants that were measured.

Cycles follow one another as the schedule says. In each, the hosts answer one after another at the pace that politeness
asks for, all hosts at once; readers take the documents; one writer records them, publishes, and the mails go out. A
cycle that takes longer than its interval makes the next one late. The constants are the last figures of the other
benchmarks where these were measured, else those below. Nothing is asked over a network, and the same seed
gives the same day.
"""

from __future__ import annotations

import random
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from benchmarks._figures import Figure, last

if TYPE_CHECKING:
    from benchmarks._figures import Options

DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True)
class Constants:
    """What one thing costs, in seconds of one processor, seconds of waiting, or bytes."""

    run: float = 1.3
    """A run that has nothing to ask."""
    unchanged: float = 0.004
    """A source that has nothing new."""
    read: float = 0.075
    """Text and mandates of a PDF, of one processor."""
    record: float = 1.0
    """A group of recorded documents, whatever the warehouse holds: checkpoint, publishing, index."""
    each: float = 0.002
    """Each document in it."""
    mail: float = 0.005
    pace: float = 1.0
    """Between two requests to one host."""
    stored: float = 9_000.0
    """Bytes of a document in the warehouse."""
    raw: float = 250_000.0
    """Bytes of what was fetched for it."""


@dataclass(frozen=True, slots=True)
class Field:
    """What is watched, and who is notified."""

    sources: int = 30
    hosts: int = 20
    documents: int = 150
    """A day, over all sources."""
    mails: int = 40
    """A day, to all targets."""
    every: float = 3_600.0
    """How often a source is asked."""
    interval: float = 600.0
    """How often a run begins."""
    processors: int = 2

    def times(self, factor: int) -> Field:
        """So many times the sources, hosts, documents and mails."""
        return replace(
            self,
            sources=self.sources * factor,
            hosts=self.hosts * factor,
            documents=self.documents * factor,
            mails=self.mails * factor,
        )


@dataclass(frozen=True, slots=True)
class Day:
    """What a day was like; shares are of the day, 1 is all of it."""

    cycle: float
    """The 95th percentile of a run, in seconds."""
    delay: float
    """The 95th percentile from publication to the mail, in seconds."""
    fetching: float
    reading: float
    writing: float
    mailing: float
    gigabytes: float
    """Written to the warehouse and the raw store."""


def simulated(field: Field, costs: Constants, seed: int = 1) -> Day:
    """One day of runs."""
    chance = random.Random(seed)  # noqa: S311 - the same day each time
    published = sorted((chance.random() * DAY, chance.randrange(field.sources)) for _ in range(field.documents))
    asked = [chance.random() * field.every for _ in range(field.sources)]
    waiting: list[list[float]] = [[] for _ in range(field.sources)]
    lengths: list[float] = []
    delays: list[float] = []
    spent = dict.fromkeys(("fetching", "reading", "writing", "mailing"), 0.0)
    now, at = 0.0, 0
    while now < DAY:
        while at < len(published) and published[at][0] <= now:
            moment, source = published[at]
            waiting[source].append(moment)
            at += 1
        due = [source for source in range(field.sources) if asked[source] <= now]
        found = [moment for source in due for moment in waiting[source]]
        requests = [0] * field.hosts
        for source in due:
            requests[source % field.hosts] += 1 + len(waiting[source])
            waiting[source] = []
            asked[source] = now + field.every
        fetching = max(requests) * costs.pace
        reading = len(found) * costs.read / field.processors
        writing = (costs.record + len(found) * costs.each) if found else 0.0
        mailing = len(found) * field.mails / max(1, field.documents) * costs.mail
        # Documents are read while others are fetched; only the writer and the mails come after.
        length = costs.run + len(due) * costs.unchanged + max(fetching, reading) + writing + mailing
        delays += [now + length - moment for moment in found]
        lengths.append(length)
        for name, part in (("fetching", fetching), ("reading", reading), ("writing", writing), ("mailing", mailing)):
            spent[name] += part / DAY
        now += max(length, field.interval)
    stored = field.documents * (costs.stored + costs.raw) / 1e9
    return Day(_p95(lengths), _p95(delays), gigabytes=stored, **spent)


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else 0.0


def constants() -> Constants:
    """The constants, with what was measured last in place of the defaults."""
    known = {figure.name: figure.value for name in ("unchanged", "ingest", "deliver") for figure in _figures(name)}
    run, all_asked = known.get("500 not due", 1.3), known.get("nothing changed", 3.0)
    return replace(Constants(), run=run, unchanged=max(0.0, all_asked - run) / 500, mail=1 / known.get("mails", 200.0))


def _figures(name: str) -> list[Figure]:
    found = last(name)
    return found[1] if found else []


def fields() -> dict[str, Field]:
    """Today's field, and how it may grow: more publishers, or more from the same ones."""
    today = Field()
    more = {"10 x publishers": today.times(10), "1,000 x publishers": today.times(1_000)}
    same = {
        f"{factor:,} x documents of the same publishers": replace(
            today, documents=today.documents * factor, mails=today.mails * factor
        )
        for factor in (10, 1_000)
    }
    return {"today": today, **more, **same}


def main(options: Options) -> list[Figure]:
    """Print a day of each field."""
    costs = constants()
    figures = []
    print("a day of                                  run p95  to the mail p95   pace  readers  writer  mails    GB")
    for name, field in list(fields().items())[: 2 if options.quick else None]:
        day = simulated(field, costs)
        print(f"{name:40}  {day.cycle:5.1f} s  {day.delay / 60:11.1f} min  ", end="")
        print(f"{day.fetching:5.1%}  {day.reading:7.2%}  {day.writing:6.2%}  {day.mailing:5.2%}  {day.gigabytes:4.1f}")
        figures.append(Figure(f"a day of {name}: run, 95th percentile", day.cycle, "s", field.interval))
    return figures
