"""Every command in the documentation exists, with its options, and takes the number of arguments that it is given."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from flows.cli import cli

CHECKOUT = Path(__file__).parents[2]
PAGES = sorted({*(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*.md"), *CHECKOUT.glob(".github/**/*.md")})
TARGETS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE))
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`]+)`")
# What may be before the program: variables, a crontab's times, docker.
_BEFORE = re.compile(r"\w+=.*|docker|compose|run|--rm|[*/\d]+")
# What ends one command of a line; quotes are minded.
_ENDS = {"&&", "||", "|", ";", "&", ">", ">>", "<"}


@dataclass(frozen=True)
class Written:
    """A command line as a page has it, from its program on."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: {' '.join(self.words)}"


def _commands(line: str) -> list[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # prose with an apostrophe
        return []
    found: list[list[str]] = [[]]
    for word in words:
        if word in _ENDS:
            found.append([])
        else:
            found[-1].append(word)
    return found


def _written(program: str) -> list[Written]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        name = str(page.relative_to(CHECKOUT))
        lines = [line for _, kind, block in _BLOCK.findall(text) if kind in {"sh", ""} for line in block.splitlines()]
        # A command may go on in the next line of a paragraph.
        lines += [re.sub(r"\s+", " ", span) for span in _SPAN.findall(_BLOCK.sub("", text))]
        for line in lines:
            for words in _commands(line):
                places = [index for index, word in enumerate(words) if word.rpartition("/")[2] == program]
                before = words[: places[0]] if places else []
                # Arrows are in diagrams.
                if places and "→" not in words and all(_BEFORE.fullmatch(word) for word in before):
                    found.append(Written(name, tuple(words[places[0] + 1 :])))
    return sorted(set(found), key=str)


COMMANDS = _written("mandates")
MADE = _written("make")


@pytest.mark.parametrize("written", COMMANDS, ids=str)
def test_each_command_exists(written: Written) -> None:
    """Its name, its subcommand, and each of its options are known, and it has the arguments that it needs."""
    command: click.Command = cli
    words = [word for word in written.words if word != "…"]
    context = click.Context(cli, info_name="mandates")
    while isinstance(command, click.Group):
        _, rest, _ = command.make_parser(context).parse_args(list(words))
        if not rest:
            return  # a group, or the program itself, is only named
        following = command.get_command(context, rest[0])
        assert following is not None, f"there is no command {rest[0]!r}"
        command, words = following, rest[1:]
        context = click.Context(command, parent=context, info_name=rest[0])
    if not words:
        return  # it is only named
    options, rest, _ = command.make_parser(context).parse_args(list(words))
    assert not rest, f"too many arguments: {rest}"
    for parameter in command.params:
        given = options.get(parameter.name or "")
        if given is not None and isinstance(parameter.type, click.Choice):
            values = given if isinstance(given, list | tuple) else [given]
            assert set(values) <= {*parameter.type.choices}, f"{parameter.name} is not one of {values}"


@pytest.mark.parametrize("written", MADE, ids=str)
def test_each_target_of_make_exists(written: Written) -> None:
    """`make NAME` names a target of the Makefile."""
    for word in written.words:
        if "=" not in word and not word.startswith("-"):
            assert word in TARGETS
        else:
            break


def test_the_pages_are_read() -> None:
    """Commands are found in blocks and in sentences, and a wrong one would not pass."""
    assert len(COMMANDS) > 100
    assert ("subscriptions", "replay", "secretariat", "--month", "2026-10") in {each.words for each in COMMANDS}
    with pytest.raises(AssertionError):
        test_each_command_exists(Written("nowhere", ("sources", "chek")))
    with pytest.raises(click.NoSuchOption):
        test_each_command_exists(Written("nowhere", ("run", "--everything")))
