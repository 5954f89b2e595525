"""`mandates schema`: the JSON Schemas of the configuration files."""

from __future__ import annotations

import click


@click.command(epilog="Example: mandates schema subscriptions > config/schemas/subscriptions.json")
@click.argument("name", type=click.Choice(["sources", "subscriptions", "sessions", "topics"]))
def command(name: str) -> None:
    """Print the JSON Schema of sources.yaml, subscriptions.yaml, sessions.yaml or topics.yaml, for editors."""
    from config.schemas import schema_text

    click.echo(schema_text(name), nl=False)
