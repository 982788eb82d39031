"""The command line: `liuke` is a thin shell over `liuke.app.firm`. Exit codes: 0 done, 1 refused, 2 wrong usage,
130 stopped by Ctrl-C, 143 by SIGTERM.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from liuke.kernel.i18n import LANGUAGES, N_, say, set_language

REFUSED = 1
INTERRUPTED = 130


def wanted_language(arguments: list[str]) -> str:
    """The language asked for by `--lang`, else by LIUKE_LANG, else Chinese."""
    for position, word in enumerate(arguments):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
    return os.environ.get("LIUKE_LANG", "zh")


def language_first(arguments: list[str]) -> list[str]:
    """The words with `--lang` before the command, wherever it stood: it belongs to every command."""
    for position, word in enumerate(arguments):
        if word.startswith("--lang="):
            return [word, *arguments[:position], *arguments[position + 1 :]]
        if word == "--lang" and position + 1 < len(arguments):
            return [word, arguments[position + 1], *arguments[:position], *arguments[position + 2 :]]
    return arguments


def main() -> None:
    """Run the command of `sys.argv` and exit with its code."""
    chosen = wanted_language(sys.argv[1:])
    set_language(chosen if chosen in LANGUAGES else "zh")
    from liuke.cli import stopping
    from liuke.cli.output import STORED
    from liuke.cli.words import teach_framework

    STORED.clear()
    teach_framework()
    with stopping.listening():
        try:
            _run(sys.argv[1:])
        except SystemExit as left:
            if (
                left.code == INTERRUPTED or stopping.stop_asked()
            ):  # what the framework makes of a signal, without a word
                _stopped()
            raise
        except BaseException as error:
            if stopping.stop_asked():  # whatever the work made of the signal, DuckDB's own error among it
                _stopped()
            _end(error)


def _run(words: list[str]) -> None:
    from liuke.cli.program import build_program
    from liuke.kernel.errors import Usage

    if any("\0" in word for word in words):
        raise Usage(N_("No option can hold the character NUL."))
    build_program()(args=language_first(words))


def _end(error: BaseException) -> NoReturn:
    """Leave with the words and the code of an error; one that is a fault of ours is raised again, to be seen whole."""
    from liuke.cli.output import STORED, OutputLost, warn
    from liuke.kernel.errors import LiukeError

    if isinstance(error, OutputLost):
        _let_go_of_output()
        if error.gone and not STORED:  # the reader of our output has seen enough
            sys.exit(0)
        warn("\n".join([error.text(), *(said.text() for said in STORED)]))
        sys.exit(REFUSED)
    if isinstance(error, LiukeError):
        warn(error.text())
        sys.exit(error.exit_code)
    if isinstance(error, OSError) and error.filename is not None:
        warn(say(N_("{path} can't be written or read: {detail}."), path=error.filename, detail=error.strerror))
        sys.exit(REFUSED)
    raise error


def _stopped() -> NoReturn:
    """Leave after a signal with one line."""
    from liuke.cli import stopping
    from liuke.cli.output import STORED, warn

    warn("\n".join(said.text() for said in STORED) or say(N_("Stopped. What was stored before is unchanged.")))
    _let_go_of_output()
    sys.exit(stopping.SIGNALLED + stopping.stop_asked() if stopping.stop_asked() else INTERRUPTED)


def _let_go_of_output() -> None:
    """Send what is left for standard output nowhere, so that the interpreter's end does not stumble over it."""
    if sys.stdout is sys.__stdout__ and sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
