"""The commands, one a file, found by lying here: WORDS that call it, HELP, and the function `command`.

A command turns its options into one call of `liuke.app.firm` and what comes back into what is asked for. Nothing heavy
is imported before it is called: `liuke --help` reads every file here.
"""
