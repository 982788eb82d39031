"""The framework's program whose help is put into the language in force where it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from liuke.cli.misused import UsageError, misuse_of
from liuke.kernel.i18n import N_, translate

if TYPE_CHECKING:
    from collections.abc import Callable

Declared = TypeVar("Declared", bound="Callable[..., Any]")


class _Helped:
    """Before a command of the framework: its help, its options' and its usage line in the language in force.

    The framework makes these objects anew each time the program is called, from what was declared in English.
    """

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.help: str | None = translate(self.help) if self.help else self.help
        self.params: list[Any]
        for one in self.params:
            one.help = translate(one.help) if getattr(one, "help", None) else None

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """What the words of a call come to."""
        try:
            return super().make_context(*arguments, **more)  # type: ignore[misc]
        except UsageError as error:
            raise misuse_of(error) from None

    def invoke(self, ctx: Any) -> Any:
        """Do it."""
        try:
            return super().invoke(ctx)  # type: ignore[misc]
        except UsageError as error:  # a command of a group that there is not
            raise misuse_of(error) from None

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the usage line."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]  # the framework's command has it
        formatter.write_usage(ctx.command_path, " ".join(pieces), translate(N_("Usage: ")))

    def get_help_option(self, ctx: Any) -> Any:
        """The option --help, None where the command has none."""
        found = super().get_help_option(ctx)  # type: ignore[misc]
        if found is not None:
            found.help = translate(N_("Show this message and exit."))
        return found


class _Command(_Helped, TyperCommand):
    pass


class _Group(_Helped, TyperGroup):
    pass


class Program(typer.Typer):
    """A program or a group of commands; shows its help when called without one."""

    def __init__(self, **more: Any) -> None:
        # plain help: drawing frames around it takes longer than everything else it costs together
        super().__init__(cls=_Group, no_args_is_help=True, rich_markup_mode=None, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Declared], Declared]:
        """Declare a command, as `typer.Typer.command` does."""
        return super().command(name, cls=_Command, **more)
