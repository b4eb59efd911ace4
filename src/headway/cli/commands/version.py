"""`headway version`: what runs here."""

from __future__ import annotations

import platform

import click

from headway import __version__
from headway.cli import terminal
from headway.cli.options import json_option


@click.command()
@json_option
def version(as_json: bool) -> None:
    """Print the version of Headway and of Python.

    Example: headway version --json
    """
    if as_json:
        terminal.envelope("version", [{"headway": __version__, "python": platform.python_version()}])
    else:
        terminal.out(f"headway {__version__} (Python {platform.python_version()})")
