"""The command line: `liuke` is a thin shell over `liuke.app`. Exit codes: 0 done, 1 refused, 2 wrong usage,
130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import sys

from liuke.kernel.i18n import LANGUAGES, N_, say, set_language

REFUSED, INTERRUPTED = 1, 130


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
    from liuke.cli.output import plain
    from liuke.cli.words import teach_framework

    teach_framework()
    from liuke.cli.program import build
    from liuke.kernel.errors import LiukeError

    try:
        build()(args=language_first(sys.argv[1:]))
    except LiukeError as error:
        print(plain(error.text()), file=sys.stderr)
        sys.exit(error.exit_code)
    except SystemExit as left:
        if left.code == INTERRUPTED:  # what the framework makes of Ctrl-C, without a word
            print(say(N_("Stopped. What was stored before is unchanged.")), file=sys.stderr)
        raise
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if error.filename is None:  # not the user's file: a fault to be seen whole
            raise
        said = say(N_("{path} can't be written or read: {detail}."), path=error.filename, detail=error.strerror)
        print(plain(said), file=sys.stderr)
        sys.exit(REFUSED)
