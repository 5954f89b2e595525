"""`mandates topics`: by which words a publication is about something, and whether a title is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.topics import Topic


@click.group(epilog="Example: mandates topics try 'Conservation of migratory fish stocks'")
def command() -> None:
    """List the topics, or find out which of them a title is about."""


@command.command("list", epilog="Example: mandates topics list --json")
@click.option("--json", "as_json", is_flag=True, help="Print the topics with all terms as JSON.")
def list_(as_json: bool) -> None:
    """List the topics that sources and subscriptions can name.

    These are the built-in ones and those in your topics.yaml.
    """
    topics = _topics()
    if as_json:
        click.echo(json.dumps({name: topic.model_dump() for name, topic in topics.items()}, ensure_ascii=False))
        return
    for name, topic in topics.items():
        terms = sum(len(group.sure) + len(group.usual) + len(group.perhaps) for group in topic.terms.values())
        click.echo(f"{name}: {terms} terms in {', '.join(topic.terms)}; needs {topic.needs} points")


@command.command("try", epilog="Example: mandates topics try 'Rescue at sea' --summary 'Boats with migrants …'")
@click.argument("title")
@click.option("--summary", default="", help="The summary, or the beginning of the text.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def try_(title: str, summary: str, as_json: bool) -> None:
    """Show which topics TITLE is about, and because of which words. Exit code 1: it is about no topic."""
    from config.topic_words import about
    from flows.cli import exit_failed

    found = {name: about(topic, title=title, summary=summary) for name, topic in _topics().items()}
    said = {name: {"points": each.points, "reason": each.reason} for name, each in found.items() if each is not None}
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        for name, each in said.items():
            click.echo(f"{name}: {each['reason']} ({each['points']:g} points)")
        if not said:
            click.echo(f"not about: {', '.join(found)}")
    if not said:
        raise SystemExit(exit_failed)


def _topics() -> Mapping[str, Topic]:
    from config.settings import Settings
    from config.topics import load_topics

    return load_topics(Settings().config)
