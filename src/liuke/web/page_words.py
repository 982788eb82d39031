"""What sentences say on a page where they name commands and options of the terminal: where to do the same there.

A sentence is found by its message, so its fields come along and each language says it in words of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liuke.kernel.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

START = N_("Start a run on the page Runs.")
SEND = N_("Send an export of invoices or orders on the page Data.")
BELOW = N_("Say below how it is to be read.")
WHICH = N_("Say below which column is which, or which table it is.")
ON_ITS_PAGE = N_("Answer it on the page of this file.")
EXPORT_DAY = N_("Export the day of each document, or say below which column has it.")
DAYS = N_("Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or say below which column has the day.")
READ_NUMBERS = N_(
    "Export plain numbers such as 1234.50, one in each cell, or say below which other column has the amount."
)
REPAIR = N_("Whoever looks after the server has to mend it there: `liuke doctor --repair`.")
UPGRADE = N_("Whoever looks after the server has to bring it up to date there: `liuke upgrade -w {path}`.")

ON_PAGES: Mapping[str, str] = {
    # runs
    "This run holds a load that was undone since. Run again: liuke run": N_(
        "This run holds a load that was undone since: start a new one on the page Runs."
    ),
    "Documents were loaded since this run. Run again: liuke run": N_(
        "Documents were loaded since this run: start a new one on the page Runs."
    ),
    "Rules were changed since this run; what it says was found with the rules before. Run again: liuke run": N_(
        "Rules were changed since this run; what it says was found with the rules before: start a new one on the page"
        " Runs."
    ),
    "Make it, then ask again: liuke run --as-of {day}": N_(
        "Start a run as of {day} on the page Runs, then look again."
    ),
    "Make it anew: liuke run. Of an earlier day: liuke run --as-of DAY.": N_(
        "Start a run on the page Runs; for an earlier day with that day."
    ),
    "Run again: liuke run --again.": N_("Start a run on the page Runs, even if nothing changed."),
    "This run was made before events were studied. Run again: liuke run --again.": N_(
        "This run was made before events were studied. Start a run on the page Runs, even if nothing changed."
    ),
    "This run was made before causes were argued. Run again: liuke run --again.": N_(
        "This run was made before causes were argued. Start a run on the page Runs, even if nothing changed."
    ),
    "Compare it with one of the causes that come with Liuke: liuke causes list.": N_(
        "Compare it with the other files of causes."
    ),
    "Leave --at-risk away, or group by something else.": N_("Look at those lost, or group by something else."),
    "`liuke run` finds or makes it.": START,
    "Load documents with `liuke load FILE`, then `liuke run`.": N_(
        "Send documents on the page Data, then start a run on the page Runs."
    ),
    # documents
    "Load an export of invoices or orders: liuke load FILE.": SEND,
    "Load an export: liuke load FILE.": SEND,
    "No contacts are loaded, so given service is not known. Load them: liuke load FILE.": N_(
        "No contacts are loaded, so given service is not known. Send them on the page Data."
    ),
    "Nothing is computed from it. {undo}; then load the files of {again} again, oldest first.": N_(
        "Nothing is computed from it. Undo the loads {again} on the page Data, then load their files again, oldest"
        " first."
    ),
    "{count} customers are others spelled differently and count under them: {examples}. All: liuke merge. Taken back:"
    " liuke merge --split NAME.": N_(
        "{count} customers are others spelled differently and count under them: {examples}. All of them, and taking"
        " it back: on the page Data, under Customers that are one."
    ),
    "{count} customers meet it but count as lost already, {days} days after their last purchase: liuke list --state"
    " lost. A longer left_days in liuke.toml lets the rule speak of them.": N_(
        "{count} customers meet it but count as lost already, {days} days after their last purchase: on the page All"
        " customers, those lost. A longer left_days on the page Settings lets the rule speak of them."
    ),
    # how a file is read
    "Answer with {option}, where VALUE is one of:\n{listed}": BELOW,
    "Answer with {option} VALUE, where VALUE is one of:\n{listed}": BELOW,
    'Answer with {option}="value", where the value is one of:\n{listed}': BELOW,
    "Answer them all in one line, with one of the values listed for each VALUE:\n  {command}": BELOW,
    "Answer them all in one call, with one of the values listed for each VALUE:\n  load(…, {command})": BELOW,
    "If one of them is meant, name it: {option} HEADER.": BELOW,
    'If one of them is meant, name it: {option}="header".': BELOW,
    "If they are, say so: {option}.": BELOW,
    "Export the day of each document, or name a column that has it: {option} HEADER.": EXPORT_DAY,
    'Export the day of each document, or name a column that has it: {option}="header".': EXPORT_DAY,
    "Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option} HEADER.": DAYS,
    'Days can be read such as 2026-01-31, 31.01.2026 or 20260131; or name another column: {option}="header".': DAYS,
    "Export plain numbers such as 1234.50, one in each cell, or name another column: {option} HEADER.": READ_NUMBERS,
    'Export plain numbers such as 1234.50, one in each cell, or name another column: {option}="header".': READ_NUMBERS,
    "Name what is meant, {options}; a file of another table is loaded with --table NAME.": WHICH,
    "{found} is not an answer to {option}.": N_("{found} is not an answer to what is asked."),
    "{question} Taken: {answer}. Change it with {option}.": N_(
        "{question} Taken: {answer}. It can be answered otherwise before it is loaded, under Questions."
    ),
    'Name what is meant, {options}; a file of another table is loaded with table="NAME".': WHICH,
    "{file} has no column {column}, which {option} names. Its columns: {have}.": N_(
        "{file} has no column {column}. Its columns: {have}."
    ),
    "A point in numbers parts thousands: {values} are thousands. Change it with --decimal.": N_(
        "A point in numbers parts thousands: {values} are thousands. It can be changed before it is loaded, under Read"
        " it otherwise."
    ),
    "{place}: row {row} names the columns; what stands above is about the file. Another row: --heading-row.": N_(
        "{place}: row {row} names the columns; what stands above is about the file. Another row can be named before it"
        " is loaded, under Read it otherwise."
    ),
    "--heading-row takes the number of the row that names the columns, as a spreadsheet counts rows.": N_(
        "The row that names the columns is given by its number, as a spreadsheet counts rows."
    ),
    "Export the rows behind this table, one a document or a line with its day, and load those. To put each month's"
    " amount on its last day instead: --answer months=end.": N_(
        "Export the rows behind this table, one a document or a line with its day, and load those. To put each month's"
        " amount on its last day instead, choose so under Read it otherwise."
    ),
    "Load the one that is right: name its sheet with --sheet, or its file.": N_(
        "Load the one that is right: choose its sheet under Read it otherwise, or send that file alone."
    ),
    "{one} and {two} write the same {count} documents: those of {kept} count, those of {left} do not. Choose with"
    " --sheet, or load one file.": N_(
        "{one} and {two} write the same {count} documents: those of {kept} count, those of {left} do not. Another sheet"
        " can be chosen before it is loaded, under Read it otherwise."
    ),
    "{file}: hidden sheets are not used: {sheets}. Name one with --sheet to read it.": N_(
        "{file}: hidden sheets are not used: {sheets}. To read one, unhide it and send the file again."
    ),
    "The file names no currency: amounts are taken to be in {currency}. If that is wrong, load it with --currency"
    " CODE.": N_(
        "The file names no currency: amounts are taken to be in {currency}. If that is wrong, name it before it is"
        " loaded, under Read it otherwise."
    ),
    'If everything loaded is in {found}, set currency = "{found}" in liuke.toml. Else give rates by day: a mapping'
    ' file (--map) with currency = "{own}" and [[rates]] of {found}.': N_(
        "If everything loaded is in {found}, set the currency to {found} on the page Settings. Else rates by day are"
        " needed: whoever looks after the server loads the file there with a mapping file that has currency ="
        ' "{own}" and [[rates]] of {found}.'
    ),
    'Give rates by day: a mapping file (--map) with currency = "{own}" and [[rates]] of {found}; or load it into a'
    " workspace of its own.": N_(
        "Rates by day are needed: whoever looks after the server loads the file there with a mapping file that has"
        ' currency = "{own}" and [[rates]] of {found}, or into a workspace of its own.'
    ),
    # what was loaded before
    "A part: --part keep (what we hold stays). Taken off: --part replace.": ON_ITS_PAGE,
    "The same export again: --source {other}. Other documents: --source {source}.": N_(
        "The same export again: give it the name {other} under Read it otherwise. Other documents: the name {source}."
    ),
    "{means}: --document-key {key}": "{means}",
    "To take them out: undo the loads that hold them (liuke loads, liuke unload) and load the whole file again. To"
    " leave them as they were loaded: --part keep.": N_(
        "To take them out: undo the loads that hold them, on the page Data, and load the whole file again. To leave"
        " them as they were loaded, answer so on the page of this file."
    ),
    # what is looked after on the server
    "May it be read, and is the disk there? What is damaged says: liuke doctor": N_(
        "May it be read, and is the disk there? What is damaged stands on the page Data, under Checks."
    ),
    "This is a fault of the program: please report it with the version that `liuke doctor` shows.": N_(
        "This is a fault of the program: please report it with the version at the foot of this page."
    ),
    "`liuke doctor --repair` mends what can be mended safely, and says the rest.": REPAIR,
    "`liuke doctor --repair` writes it anew.": REPAIR,
    "`liuke doctor --repair` writes it anew from the loads that lie beside it.": REPAIR,
    "Put it back from a copy, or begin without: liuke doctor --repair.": N_(
        "Whoever looks after the server puts it back there from a copy, or begins without: `liuke doctor --repair`."
    ),
    "Put it back or make one with `liuke init {path}`, then load again.": N_(
        "Whoever looks after the server puts it back there, or makes one: `liuke init {path}`. Then load again."
    ),
    "Make one with `liuke init {path}`, or name another folder with -w.": N_(
        "Whoever looks after the server puts it back there, or makes one: `liuke init {path}`."
    ),
    "Bring it up to date: liuke upgrade -w {path}": UPGRADE,
    "Mend the line named there; `liuke init` in an empty folder shows a complete file.": N_(
        "Whoever looks after the server mends the line named there."
    ),
    "Mend value.toml; `liuke value standard` shows what is in force.": N_(
        "Whoever looks after the server mends value.toml there; `liuke value standard` shows what is in force."
    ),
    "Bring it back from a backup: liuke restore.": N_(
        "Whoever looks after the server brings it back there from a backup: `liuke restore`."
    ),
    "The causes of {unknown} in 100 are unknown. What would tell of the most causes: {tables}. Cause by cause it is "
    "said by liuke causes list, and on the page of causes.": N_(
        "The causes of {unknown} in 100 are unknown. What would tell of the most causes: {tables}. Cause by cause it "
        "is said under What would be judged better."
    ),
    "Give --yearly with --years, or --purchase, or nothing at all for the example.": N_(
        "Give what is bought a year and for how many years, or purchases one by one, or nothing at all for the example."
    ),
}
