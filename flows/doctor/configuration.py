"""The configuration: the files, which sources are on, who is notified, and how publishers can reach us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.figures import counted
from config.sessions import load_sessions
from config.settings import Settings
from config.sources import load_sources
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from config.topics import load_topics
from flows.doctor.diagnosis import good, problem, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.doctor.diagnosis import Diagnosis


def files(settings: Settings) -> Iterator[Diagnosis]:
    """Each file by itself: a run that meets a misfit in one of them does nothing."""
    folder = settings.config
    loaders: dict[str, Callable[[], object]] = {
        "sources.yaml": lambda: load_sources(folder / "sources.yaml"),
        "subscriptions.yaml": lambda: load_subscriptions(folder),
        "sessions.yaml": lambda: load_sessions(folder / "sessions.yaml"),
        "topics.yaml": lambda: load_topics(folder),
    }
    read = []
    for name, load in loaders.items():
        try:
            load()
        except ConfigError as error:
            if not (folder / name).exists():
                cure = "write one with `mandates init`, or name its folder with --config"
            else:
                cure = "correct these lines" if "\n" in str(error) else "correct that line"
            these = "they are" if "\n" in str(error) else "it is"
            yield problem("configuration", str(error), f"runs do nothing until {these} corrected", cure)
        else:
            read.append(name)
    if len(read) == len(loaders):
        yield good("configuration", f"{', '.join(read)} in {folder.resolve()} are valid")


def watching(settings: Settings) -> Iterator[Diagnosis]:
    """Whether any source is on."""
    sources = load_sources(settings.config / "sources.yaml")
    on = [source for source in sources if source.enabled]
    if on:
        yield good(
            "sources configured", f"{counted(len(on), 'source is', 'sources are')} on, {len(sources) - len(on)} off"
        )
    else:
        yield problem(
            "sources configured",
            "the only source is off" if len(sources) == 1 else f"all {len(sources)} sources are off",
            "nothing is watched",
            "in sources.yaml, remove `off:` from the sources you want",
        )


def notified(settings: Settings) -> Iterator[Diagnosis]:
    """Whether anybody is notified, and operators of what goes wrong."""
    subscriptions = load_subscriptions(settings.config)
    if subscriptions.nobody:
        yield problem(
            "subscriptions",
            subscriptions.nobody,
            "findings are recorded, but nobody is notified",
            "add a subscription",
        )
    else:
        yield good("subscriptions", counted(len(subscriptions.subscriptions), "subscription"))
    if not subscriptions.operators:
        yield warning(
            "operators",
            "no operators are named in subscriptions.yaml",
            "nobody is notified when a source fails or a delivery is given up",
            "name one or two targets under `operators:`",
        )


def contact(settings: Settings) -> Iterator[Diagnosis]:
    """Publishers see it in every request."""
    if settings.contact == Settings.model_fields["contact"].default:
        yield warning(
            "contact",
            f"publishers are given the default contact, {settings.contact}",
            "a publisher who is troubled by our requests can only block them",
            "set MANDATES_CONTACT to a web page or a mailto: address of yours",
        )
    else:
        yield good("contact", f"publishers can reach you at {settings.contact}")
