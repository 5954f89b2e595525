"""The difference between what a file asks for and what a server has; pure functions.

We own what an earlier deploy created: it noted the ids. What others created has other ids, whatever its name, and is
left alone. A switch (paused, inactive, disabled) belongs to whoever operates the server, so that a deploy does not
start what somebody has stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

# In the order in which they are created; they are removed in reverse order.
KindName = Literal["work pool", "deployment", "schedule", "automation"]
# People put secrets into the environment of their runs.
_ENVIRONMENT = "job_variables.env."
_HIDDEN = "(not shown)"


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of a server, wanted or found. `values` are plain JSON; `owner` is the deployment it belongs to.

    `on` is its switch. `id` is None for what is only wanted.
    """

    kind: KindName
    name: str
    values: Mapping[str, object] = field(default_factory=dict)
    on: bool = True
    id: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A value, by its path ("job_variables.command"), on the server (`old`) and in the file (`new`); None: no value."""

    path: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class Change:
    """What a deploy does to one thing: `wanted` is None for what is removed, `found` for what is created."""

    action: Literal["create", "change", "remove"]
    kind: KindName
    name: str
    differences: tuple[Difference, ...] = ()
    wanted: Thing | None = None
    found: Thing | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a deploy leaves as it is although it differs, and how it differs."""

    kind: KindName
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deploy would do, in this order; what it leaves as it is; and `same`, how many objects need no change.

    `record` is the name of the variable with the ids of what deploys created; `known` are the ids of what exists and is
    wanted, and `unnoted` how many of them that variable lacks; `deployments` the ids of all deployments found, by name,
    and `pools` the names of the work pools.
    """

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    same: int
    record: str
    known: frozenset[str]
    deployments: Mapping[str, str]
    pools: tuple[str, ...] = ()
    unnoted: int = 0


def compared(
    wanted: Sequence[Thing], found: Sequence[Thing], recorded: Collection[str], record: str, *, resume: bool = False
) -> Plan:
    """The plan. `recorded` are the ids of what earlier deploys created; with `resume`, switches are differences too."""
    pairs = [(each, _counterpart(each, found, recorded)) for each in wanted]
    taken = {match.id for _, match in pairs if match is not None}
    changes: list[Change] = []
    kept: list[Kept] = []
    same = 0
    for want, have in pairs:
        if have is None:
            changes.append(Change("create", want.kind, want.name, wanted=want))
            continue
        differences = list(_differences(have, want))
        if have.on != want.on and resume:
            differences.append(Difference("on", have.on, want.on))
        elif have.on != want.on:
            kept.append(Kept(want.kind, want.name, "is switched on" if have.on else "is paused"))
        if differences:
            changes.append(Change("change", want.kind, want.name, tuple(differences), want, have))
        else:
            same += 1
    left = [each for each in found if each.id not in taken]
    gone = [each for each in left if each.id in recorded]
    deployments = {each.name for each in gone if each.kind == "deployment"}
    # The schedules of a deployment go with it.
    gone = [each for each in gone if not (each.kind == "schedule" and each.owner in deployments)]
    changes += [Change("remove", each.kind, each.name, found=each) for each in reversed(gone)]
    kept += [
        Kept(each.kind, each.name, f"is not in the file ({', '.join(map(str, each.values.values()))})")
        for each in left
        if each.kind == "schedule" and each.id not in recorded and each.owner not in deployments
    ]
    pools = tuple(each.name for each in wanted if each.kind == "work pool")
    ids = {each.name: each.id for each in found if each.kind == "deployment" and each.id is not None}
    known = frozenset(filter(None, taken))
    unnoted = len(known.difference(recorded))
    return Plan(tuple(changes), tuple(kept), same, record, known, ids, pools, unnoted)


def _counterpart(want: Thing, found: Sequence[Thing], recorded: Collection[str]) -> Thing | None:
    """The object that exists already, by name and owner; preferably one that we created."""
    alike = [each for each in found if (each.kind, each.name, each.owner) == (want.kind, want.name, want.owner)]
    return min(alike, key=lambda each: each.id not in recorded, default=None)


def _differences(have: Thing, want: Thing) -> Iterator[Difference]:
    old, new = (dict(_leaves(each.values)) for each in (have, want))
    for path in dict.fromkeys((*new, *old)):
        if old.get(path) != new.get(path):
            if path.startswith(_ENVIRONMENT):
                yield Difference(path, _HIDDEN if path in old else None, _HIDDEN if path in new else None)
            else:
                yield Difference(path, old.get(path), new.get(path))


def _leaves(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
