"""The `mandates` command. Each command lives in `flows/commands/` and is imported when it is asked for."""

from __future__ import annotations

import errno
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.engine import VERBOSE, hush_libraries
from flows.stopping import Stopped, end_children, stoppable
from flows.streams import hold_standard_streams
from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Sequence

# name -> (module in flows.commands, one line for --help); the import waits until the command is called.
commands: dict[str, tuple[str, str]] = {
    "init": ("init", "Write a configuration to start with."),
    "demo": ("demo", "Run the whole pipeline on a bundled site."),
    "run": ("run", "Poll the sources, record what is new, deliver the alerts."),
    "fetch": ("fetch", "Poll sources, and land what they show for another machine to record."),
    "record": ("record", "Record what other machines have landed."),
    "baseline": ("baseline", "Load what a source published in the past; nobody is notified."),
    "ingest": ("ingest", "Record local files as if a source had published them."),
    "extract": ("extract", "Show the clauses and mandates of a document."),
    "deliver": ("deliver", "Deliver pending alerts."),
    "sources": ("sources", "List, check, survey, propose and watch sources."),
    "topics": ("topics", "List the topics, or find out which of them a title is about."),
    "subscriptions": ("subscriptions", "List, check, test and replay subscriptions."),
    "outbox": ("outbox", "List, retry and drop deliveries."),
    "alerts": ("alerts", "Preview messages."),
    "snapshot": ("snapshot", "Publish the file that analysts open."),
    "backup": ("backup", "Back up the whole installation to a folder."),
    "restore": ("restore", "Restore a backup."),
    "query": ("query", "Query the snapshot with SQL."),
    "search": ("search", "Search documents and mandates."),
    "chain": ("chain", "Show how a resolution changed from one session to the next."),
    "ledger": ("ledger", "Show what became of each mandate."),
    "calendar": ("calendar", "Show the upcoming sessions with their agendas and deadlines, and export them."),
    "coverage": ("coverage", "Show which numbers and sessions were seen, and which were not."),
    "feed": ("feed", "Write mandates as an Atom feed or as calendar entries."),
    "changes": ("changes", "Show what changed in the ledger, and why."),
    "export": ("export", "Write the warehouse as Parquet."),
    "matrix": ("matrix", "Write the mandates of a session as a sheet, and read it back."),
    "brief": ("brief", "Show a session on one page."),
    "reanalyse": ("reanalyse", "Apply today's rules to everything that was kept."),
    "review": ("review", "List uncertain readings and record what people decide."),
    "seen": ("seen", "Record that somebody is taking care of a mandate."),
    "mute": ("mute", "Stop all messages about a mandate."),
    "decisions": ("decisions", "Export and import what people decided about tasks."),
    "schema": ("schema", "Print the JSON Schema of a configuration file."),
    "upgrade": ("upgrade", "Upgrade the warehouse, or show what that would do."),
    "serve": ("serve", "Run the server, a worker and the schedules in one process tree."),
    "worker": ("worker", "Take runs from a work pool, and leave none behind when stopped."),
    "deploy": ("deploy", "Deploy the flows to a Prefect server."),
    "systemd": ("systemd", "Print or write systemd units that run the program in a sandbox."),
    "metrics": ("metrics", "Print the state as OpenMetrics, for dashboards."),
    "register": ("register", "Show mandates, documents and deadlines as web pages."),
    "doctor": ("doctor", "Check the whole installation and say what to do."),
}

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# What scripts see when something failed and was said; a wrong call is click's 2.
exit_failed = 1


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order in which one meets them."""
        return list(commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        if cmd_name not in commands:
            return None
        module = importlib.import_module(f"flows.commands.{commands[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; one that is not known is answered with those like it."""
        if args and not args[0].startswith("-") and args[0] not in commands:
            from config.suggestions import did_you_mean

            ctx.fail(f"there is no command {args[0]!r}{did_you_mean(args[0], commands)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in commands.items()])


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: mandates demo",
)
@click.version_option(package_name="mandate-monitor")
@click.option("--home", type=GivenPath(path_type=Path), help="Folder that holds all state [MANDATES_HOME, ./data].")
@click.option(
    "--config", type=GivenPath(path_type=Path), help="Folder with your YAML files [MANDATES_CONFIG, ./config]."
)
@click.option("--verbose", is_flag=True, help="Also show what the underlying libraries log.")
def cli(home: Path | None, config: Path | None, verbose: bool) -> None:
    """Know what intergovernmental bodies decided on migration, who has to do what, and by when."""
    # Child processes and Prefect tasks read the same two variables, so they are set once, here.
    if home is not None:
        os.environ["MANDATES_HOME"] = str(home)
    if config is not None:
        os.environ["MANDATES_CONFIG"] = str(config)
    if verbose:
        os.environ[VERBOSE] = "1"
    hush_libraries()
    from config.env_file import load_env_file

    load_env_file()
    from flows.engine import use_served

    use_served(Path(os.environ.get("MANDATES_HOME") or "data"))


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line; the errors of our own packages become one clear line and exit code 1."""
    hold_standard_streams()
    try:
        with stoppable():
            cli.main(args=None if argv is None else list(argv), prog_name="mandates")
    except Stopped as stopped:
        # Prefect and asyncio are done with it by now; what threads still hold is given back by the system.
        click.echo(f"mandates: {stopped}", err=True)
        _leave(stopped.exit_code)
    except Exception as error:
        _let_go(error)
        if os.environ.get("MANDATES_TRACEBACK"):
            raise
        click.echo(_said(error), err=True)
        sys.exit(exit_failed)


def _leave(code: int) -> None:
    """End now, without waiting for threads that wait for a server."""
    sys.stdout.flush()
    sys.stderr.flush()
    end_children()
    os._exit(code)


def _let_go(error: BaseException | None) -> None:
    """Free what the frames of an error hold: Prefect keeps the error, and DuckDB complains of open ends at exit."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__


def _said(error: Exception) -> str:
    """What the terminal shows of an error, without secrets; a fault of ours with the way that led to it."""
    from alerts.secrecy import redactor
    from flows.console import visible

    words = _words(error)
    if words is None:
        way = "".join(traceback.format_exception(error))
        return redactor.clean(visible(f"{way}mandates: internal error, please report it"))
    return f"mandates: {redactor.clean(visible(words))}"


def _words(error: Exception) -> str | None:
    """What is said of an error; None where it is a fault of ours, which needs its traceback."""
    if _is_ours(error):
        return str(error)
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}the disk is full; free some space and run the command again: what was recorded is kept"
    return str(error) if isinstance(error, OSError) and error.filename is not None else None


def _is_ours(error: Exception) -> bool:
    """Whether an error was raised by our packages for people to read, rather than being a fault of ours."""
    ours = {"alerts", "config", "demo", "mandates", "register", "scrapers", "warehouse", "flows"}
    return any(kind.__module__.partition(".")[0] in ours for kind in type(error).__mro__)
