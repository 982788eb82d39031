"""The program: every command that lies in `liuke.cli.commands`, in its group."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated

from typer import Exit, Option, Typer

from liuke.cli import commands
from liuke.cli.helped import Program
from liuke.kernel.i18n import LANGUAGES, N_

HELP = N_("Liuke: which customers are leaving, what they are worth, and with what right we say so.")
GROUPS = {
    "user": N_("Who may sign in to the web app, and what each may do."),
    "rules": N_("Rules: what they say, whom they catch, how they did."),
    "causes": N_("Why customers left or would leave, with the evidence."),
    "value": N_("What customers are worth, and what keeping them is worth."),
}


def build_program() -> Typer:
    """The program; its help is put into the language in force when it is called."""
    program = Program(name="liuke", help=HELP, add_completion=False, pretty_exceptions_enable=False)
    program.callback(invoke_without_command=True)(_before)
    groups = {name: Program(help=text) for name, text in GROUPS.items()}
    for name, group in groups.items():
        program.add_typer(group, name=name)
    for found in iter_modules(commands.__path__):
        module = import_module(f"{commands.__name__}.{found.name}")
        *group_name, word = module.WORDS
        home = groups[group_name[0]] if group_name else program
        home.command(word, help=module.HELP)(module.command)
    return program


def _before(
    lang: Annotated[str, Option("--lang", help=N_("Language: zh or en; also LIUKE_LANG."))] = "zh",
    version: Annotated[bool, Option("--version", help=N_("Print the version."))] = False,
) -> None:
    if version:
        from liuke.cli.output import write
        from liuke.kernel.version import __version__

        write(f"liuke {__version__}\n")
        raise Exit
    from liuke.kernel.errors import Usage

    if lang not in LANGUAGES:
        raise Usage(N_("There is no language {name}."), name=lang, fix=N_("Choose zh or en."))
