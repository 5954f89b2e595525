"""`mandates systemd`: print or write systemd units that run the program as a service."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flows.written import GivenPath

# The units hide these folders from the service (ProtectHome=), and with them a program that is installed there.
HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"))


@click.command(epilog="Example: sudo /opt/mandates/bin/mandates systemd --to /etc/systemd/system")
@click.option(
    "--to", "folder", type=GivenPath(exists=True, file_okay=False, path_type=Path), help="Folder to write to."
)
def command(folder: Path | None) -> None:
    """Print the systemd units for this installation, or write them to a folder.

    They run as the user `mandates` in /var/lib/mandates, in a sandbox that can write only to the folder data/ there.
    Existing files are replaced; your own drop-ins are left alone.
    """
    from config.units import units

    programs = Path(sys.executable).parent
    for unit in units(programs):
        if folder is None:
            click.echo(f"# /etc/systemd/system/{unit.name}\n{unit.text}")
            continue
        path = folder / unit.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(unit.text, encoding="utf-8")
        click.echo(f"wrote {path}")
    if any(programs.is_relative_to(hidden) for hidden in HIDDEN):
        click.echo(
            f"note: the units hide home folders, and this program is in {programs}; install it elsewhere, for example "
            "in /opt/mandates",
            err=True,
        )
    if folder is not None:
        click.echo("now run: systemctl daemon-reload; docs/security.md says which units to enable")
