"""`headway completion`: commands and options completed by your shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from headway.cli import terminal
from headway.cli.main import cli


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets your shell complete headway's commands and options with the Tab key.

    bash: add `eval "$(headway completion bash)"` to ~/.bashrc. zsh: the same with zsh, to ~/.zshrc after compinit.
    fish: save it as ~/.config/fish/completions/headway.fish.

    Example: headway completion bash
    """
    made = get_completion_class(shell)
    if made is not None:
        terminal.out(made(cli, {}, "headway", "_HEADWAY_COMPLETE").source().rstrip())
