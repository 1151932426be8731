"""Commands of the operator that are about the phone menu."""

import click

from ivr import prompts, recorded


@click.command("prompts")
@click.argument("language", type=click.Choice(prompts.LANGUAGES))
def prompts_command(language: str) -> None:
    """What may be recorded in a language: the name of each file without .mp3, and its words."""
    for name, words in recorded.wanted(language).items():
        click.echo(f"{name}\t{words}")
