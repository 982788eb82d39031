"""The commands. Each translates words into one call of `liuke.app` and its result into what is asked for."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from typer import Argument, Exit, Option, Typer

from liuke.cli.helped import Program
from liuke.cli.output import most_rows
from liuke.kernel.i18n import N_, translate

Form = Literal["table", "json", "csv", "xlsx"]
_ = translate


def build() -> Typer:  # noqa: PLR0915  (one short function a command, declared where the language is known)
    """The program with its help in the language in force."""
    program = Program(
        name="liuke",
        help=_(N_("Liuke: which customers are leaving, what they are worth, and with what right we say so.")),
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    rules = Program(help=_(N_("Rules: what they say, whom they catch, how they did.")))
    program.add_typer(rules, name="rules")
    value = Program(help=_(N_("What customers are worth, and what keeping them is worth.")))
    program.add_typer(value, name="value")

    folder = Option("-w", "--workspace", help=_(N_("Workspace folder; the one you stand in by default.")))
    form = Option("--format", help=_(N_("What to print: table, json, csv or xlsx.")))
    out = Option("--out", help=_(N_("File to write csv, xlsx or json to.")))
    as_of = Option("--as-of", formats=["%Y-%m-%d"], help=_(N_("A past day: only what was known then is used.")))
    Folder = Annotated[Path, folder]  # noqa: N806
    FormOf = Annotated[Form, form]  # noqa: N806
    Out = Annotated[Path | None, out]  # noqa: N806
    AsOf = Annotated[datetime | None, as_of]  # noqa: N806
    most = Option(min=0, help=_(N_("How many; 0 for all. Without it 20 on the terminal, all in a file.")))
    Top = Annotated[int | None, most]  # noqa: N806

    @program.callback(invoke_without_command=True)
    def _language(
        lang: Annotated[str, Option("--lang", help=_(N_("Language: zh or en; also LIUKE_LANG.")))] = "zh",
        version: Annotated[bool, Option("--version", help=_(N_("Print the version.")))] = False,
    ) -> None:
        if version:
            from liuke.kernel.version import __version__

            print(f"liuke {__version__}")
            raise Exit
        from liuke.kernel.errors import Usage
        from liuke.kernel.i18n import LANGUAGES

        if lang not in LANGUAGES:
            raise Usage(N_("There is no language {name}."), name=lang, fix=N_("Choose zh or en."))

    @program.command(help=_(N_("Make a workspace: a folder with liuke.toml.")))
    def init(path: Annotated[Path, Argument(metavar="DIR", help=_(N_("The folder.")))]) -> None:
        from liuke.cli import loading

        loading.init(path)

    @program.command(help=_(N_("See it at work on a simulated firm: load, run, list, workbook and page.")))
    def demo(
        path: Annotated[Path, Argument(metavar="[DIR]", help=_(N_("Where to put it.")))] = Path("demo"),
        data: Annotated[
            str, Option(help=_(N_("simulated, or online-retail: real invoices of a UK wholesaler.")))
        ] = "simulated",
        customers: Annotated[int | None, Option(help=_(N_("How many customers the simulated firm has.")))] = None,
    ) -> None:
        from liuke.cli import demo as shown

        shown.demo(path, data, customers)

    @program.command(help=_(N_("Load a file, folder, glob or database; every row and cent is accounted for.")))
    def load(
        location: Annotated[str, Argument(metavar="FILE-or-URL", help=_(N_("What to load.")))],
        workspace: Folder = Path(),
        table: Annotated[str | None, Option(help=_(N_("Canonical table; found by the columns by default.")))] = None,
        source: Annotated[str | None, Option(help=_(N_("Name of the source, so that repeats are known.")))] = None,
        mapping: Annotated[Path | None, Option("--map", help=_(N_("Mapping file to use.")))] = None,
        sheet: Annotated[str | None, Option(help=_(N_("Sheet of a workbook.")))] = None,
        query: Annotated[str | None, Option(help=_(N_("Query, or table, of a database.")))] = None,
        dry_run: Annotated[bool, Option("--dry-run", help=_(N_("Read and account, but store nothing.")))] = False,
        customer: Annotated[str | None, Option(help=_(N_("Header of the customer's code.")))] = None,
        date_column: Annotated[str | None, Option("--date", help=_(N_("Header of the date.")))] = None,
        amount: Annotated[str | None, Option(help=_(N_("Header of the amount.")))] = None,
        date_order: Annotated[str | None, Option(help=_(N_("How days are written: ymd, dmy or mdy.")))] = None,
        kind: Annotated[
            str | None, Option(help=_(N_("Kind of all documents: order, delivery, invoice or return.")))
        ] = None,
        tax: Annotated[
            str | None,
            Option(help=_(N_("Tax in the amount: exclusive, inclusive, or a rate such as 0.13 to take off."))),
        ] = None,
        discount: Annotated[str | None, Option(help=_(N_("What the discount column holds.")))] = None,
        currency: Annotated[str | None, Option(help=_(N_("Currency of the amounts.")))] = None,
        part: Annotated[
            str, Option(help=_(N_("A file holding part of a known document: ask, keep or replace.")))
        ] = "ask",
        document_key: Annotated[
            str,
            Option(help=_(N_("What makes a number one document: auto, or document_id with +customer_id or +year."))),
        ] = "auto",
    ) -> None:
        from liuke.app.load import Answers
        from liuke.cli import loading

        answers = Answers(
            customer_id=customer, date=date_column, amount=amount, date_order=date_order,
            kind=kind, tax=tax, discount=discount, currency=currency,
        )  # fmt: skip
        loading.load(
            workspace, location, answers,
            table=table, source=source, mapping=mapping, sheet=sheet, query=query,
            dry_run=dry_run, part=part, document_key=document_key,
        )  # fmt: skip

    @program.command(help=_(N_("Undo a load; the newest of its source first.")))
    def unload(
        load_id: Annotated[str, Argument(metavar="LOAD", help=_(N_("Number of the load, as `liuke loads` has it.")))],
        workspace: Folder = Path(),
    ) -> None:
        from liuke.cli import loading

        loading.unload(workspace, load_id)

    @program.command(help=_(N_("What has been loaded, with its account.")))
    def loads(workspace: Folder = Path(), form: FormOf = "table", out: Out = None) -> None:
        from liuke.cli import loading

        loading.loads(workspace, form, out)

    @program.command(help=_(N_("Run the pipeline: states, rules, back-test, list, ledger, indicators.")))
    def run(
        workspace: Folder = Path(),
        as_of: AsOf = None,
        known_by: Annotated[
            datetime | None,
            Option(
                formats=["%Y-%m-%d"], help=_(N_("Also use what was recorded up to this day; the as-of day by default."))
            ),
        ] = None,
        again: Annotated[bool, Option("--again", help=_(N_("Run even if nothing changed.")))] = False,
    ) -> None:
        from liuke.cli import running

        running.run(workspace, _day(as_of), _day(known_by), again)

    @program.command("list", help=_(N_("Customers at risk, best worth a call first.")))
    def list_(
        workspace: Folder = Path(),
        state: Annotated[str | None, Option(help=_(N_("Customers in this state instead of the watch list.")))] = None,
        core: Annotated[bool, Option("--core", help=_(N_("Core customers only.")))] = False,
        owner: Annotated[str | None, Option(help=_(N_("Customers of this salesperson only.")))] = None,
        rule: Annotated[str | None, Option(help=_(N_("Customers this rule flags only.")))] = None,
        where: Annotated[
            list[str] | None, Option(help=_(N_("Column=value, for example region=华东; repeatable.")))
        ] = None,
        sort: Annotated[
            str, Option(help=_(N_("rank, at_stake, risk, usual_year, silent_days, amount_12 or customer_id.")))
        ] = "rank",
        as_of: AsOf = None,
        top: Top = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.app.queries import Filter
        from liuke.cli import running

        wanted = Filter(
            state=state,
            core=core,
            owner=owner,
            rule=rule,
            where=running.pairs(where or []),
            sort=sort,
            top=most_rows(top, form) or None,
        )
        running.watch_list(workspace, wanted, _day(as_of), form, out)

    @program.command(help=_(N_("One customer: state, trend, why it was flagged, documents.")))
    def show(
        customer: Annotated[str, Argument(metavar="CUSTOMER", help=_(N_("Customer code or name.")))],
        workspace: Folder = Path(),
        as_of: AsOf = None,
        form: FormOf = "table",
    ) -> None:
        from liuke.cli import running

        running.show(workspace, customer, _day(as_of), form)

    @program.command(help=_(N_("Write the workbook and the page of a run.")))
    def report(
        workspace: Folder = Path(),
        out: Annotated[Path, Option("--out", help=_(N_("Folder to write to.")))] = Path(),
        as_of: AsOf = None,
    ) -> None:
        from liuke.cli import running

        running.report(workspace, out, _day(as_of))

    @program.command(help=_(N_("Rates with one definition each, from the documents alone.")))
    def indicators(workspace: Folder = Path(), as_of: AsOf = None, form: FormOf = "table", out: Out = None) -> None:
        from liuke.cli import running

        running.indicators(workspace, _day(as_of), form, out)

    @program.command(help=_(N_("How the model did at past period ends, beside recency, frequency and each rule.")))
    def backtest(
        workspace: Folder = Path(),
        as_of: AsOf = None,
        curve: Annotated[bool, Option("--curve", help=_(N_("Its calibration by tenths alone.")))] = False,
        drift: Annotated[bool, Option("--drift", help=_(N_("How its columns moved by period alone.")))] = False,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import modelling

        modelling.backtest(workspace, _day(as_of), curve, drift, form, out)

    @program.command(help=_(N_("Product families that customers are about to drop while still buying.")))
    def families(
        workspace: Folder = Path(),
        as_of: AsOf = None,
        top: Top = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import modelling

        modelling.families(workspace, _day(as_of), most_rows(top, form), form, out)

    @program.command(help=_(N_("Check the workspace, the versions and the engine, and say what to do.")))
    def doctor(
        workspace: Folder = Path(),
        repair: Annotated[
            bool, Option("--repair", help=_(N_("Mend what can be mended safely, and say the rest.")))
        ] = False,
    ) -> None:
        from liuke.cli import care

        care.doctor(workspace, repair)

    @program.command(help=_(N_("Bring a workspace of an older version up to date.")))
    def upgrade(workspace: Folder = Path()) -> None:
        from liuke.cli import care

        care.upgrade(workspace)

    @program.command(help=_(N_("Customers that may be one: confirm, or split again.")))
    def merge(
        workspace: Folder = Path(),
        confirm: Annotated[str | None, Option(help=_(N_("Customer codes CODE=INTO to count as one.")))] = None,
        split: Annotated[str | None, Option(help=_(N_("Customer code to count by itself again.")))] = None,
        form: FormOf = "table",
    ) -> None:
        from liuke.cli import care

        care.merge(workspace, confirm, split, form)

    @program.command(help=_(N_("Simulate a firm with known causes: exports in DIR, truth in another folder.")))
    def simulate(
        path: Annotated[Path, Argument(metavar="DIR", help=_(N_("Where to put the exports.")))],
        world: Annotated[str, Option(help=_(N_("World: a name or a TOML file.")))] = "base",
        customers: Annotated[int | None, Option(help=_(N_("How many customers.")))] = None,
        months: Annotated[int, Option(help=_(N_("How many months.")))] = 36,
        seed: Annotated[int, Option(help=_(N_("Seed; the same one gives the same bytes.")))] = 1,
        truth: Annotated[Path | None, Option(help=_(N_("Folder of the truth; DIR.truth by default.")))] = None,
        xlsx: Annotated[bool, Option(help=_(N_("Small tables as workbooks, else CSV.")))] = True,
        csv: Annotated[bool, Option("--csv", help=_(N_("Document lines as CSV instead of Parquet.")))] = False,
    ) -> None:
        from liuke.cli import simulating

        simulating.simulate(path, truth, world, customers, months, seed, xlsx, csv)

    @program.command(help=_(N_("Score the current run against a simulated firm's truth.")))
    def score(
        truth: Annotated[Path, Argument(metavar="TRUTH", help=_(N_("Folder of the truth.")))],
        workspace: Folder = Path(),
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import simulating

        simulating.score(workspace, truth, form, out)

    @rules.command("list", help=_(N_("The rules in force.")))
    def rules_list(workspace: Folder = Path(), form: FormOf = "table", out: Out = None) -> None:
        from liuke.cli import ruling

        ruling.show_rules(workspace, form, out)

    @rules.command("preview", help=_(N_("Whom a rule flags now, from a file or by its id.")))
    def rules_preview(
        rule: Annotated[str, Argument(metavar="RULE", help=_(N_("Rule id or TOML file.")))],
        workspace: Folder = Path(),
        top: Top = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import ruling

        ruling.preview(workspace, rule, most_rows(top, form), form, out)

    @rules.command("backtest", help=_(N_("How every rule did on the firm's own history.")))
    def rules_backtest(workspace: Folder = Path(), as_of: AsOf = None, form: FormOf = "table", out: Out = None) -> None:
        from liuke.cli import ruling

        ruling.backtest(workspace, _day(as_of), form, out)

    @value.command("list", help=_(N_("Customers by what they are worth.")))
    def value_list(
        workspace: Folder = Path(),
        grade: Annotated[str | None, Option(help=_(N_("Customers of this grade only.")))] = None,
        stage: Annotated[
            str | None, Option(help=_(N_("In this stage only: new, growing, mature, declining or lost.")))
        ] = None,
        loyalty: Annotated[
            str | None,
            Option(help=_(N_("In this cell only: true, spurious, latent, none or not_measured."))),
        ] = None,
        core: Annotated[bool, Option("--core", help=_(N_("Core by next year's expected money only.")))] = False,
        neglected: Annotated[
            bool, Option("--neglected", help=_(N_("Only those served less than they are owed.")))
        ] = False,
        sort: Annotated[
            str,
            Option(help=_(N_("next_year, clv, at_stake_next_year, wallet, share_of_wallet, grade or customer_id."))),
        ] = "next_year",
        as_of: AsOf = None,
        top: Top = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.app.value_queries import Wanted
        from liuke.cli import valuing

        wanted = Wanted(grade, stage, loyalty, core, neglected, sort, most_rows(top, form) or None)
        valuing.values(workspace, wanted, _day(as_of), form, out)

    @value.command("show", help=_(N_("What one customer is worth, its wallet, loyalty, grade and service.")))
    def value_show(
        customer: Annotated[str, Argument(metavar="CUSTOMER", help=_(N_("Customer code or name.")))],
        workspace: Folder = Path(),
        as_of: AsOf = None,
        form: FormOf = "table",
    ) -> None:
        from liuke.cli import valuing

        valuing.show(workspace, customer, _day(as_of), form)

    @value.command("worksheet", help=_(N_("Lifetime value line by line; without answers the workshop's example.")))
    def value_worksheet(
        yearly: Annotated[str | None, Option(help=_(N_("Bought a year; 2400 in the example.")))] = None,
        years: Annotated[str | None, Option(help=_(N_("For how many years; 30 in the example.")))] = None,
        purchase: Annotated[
            list[str] | None,
            Option(help=_(N_("A large purchase, NAME=COUNTxPRICE; repeatable. car=3x100000 in the example."))),
        ] = None,
        margin_share: Annotated[
            str | None, Option(help=_(N_("Margin as a share of sales, 0-1; 1 by default.")))
        ] = None,
        discount: Annotated[str | None, Option(help=_(N_("Discount a year, such as 0.08; none by default.")))] = None,
        referred: Annotated[str | None, Option(help=_(N_("Customers it brings, each worth as much.")))] = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import valuing

        answers = {"yearly": yearly, "years": years, "margin_share": margin_share, "discount": discount,
                   "referred": referred}  # fmt: skip
        valuing.worksheet(answers, purchase or [], form, out)

    @value.command("economics", help=_(N_("What keeping customers is worth, and the leaking bucket.")))
    def value_economics(
        workspace: Folder = Path(),
        bucket: Annotated[bool, Option("--bucket", help=_(N_("The leaking bucket alone.")))] = False,
        as_of: AsOf = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import valuing

        valuing.economics(workspace, bucket, _day(as_of), form, out)

    @value.command("service", help=_(N_("Who gets less service than its grade and stage are owed.")))
    def value_service(
        workspace: Folder = Path(),
        as_of: AsOf = None,
        top: Top = None,
        form: FormOf = "table",
        out: Out = None,
    ) -> None:
        from liuke.cli import valuing

        valuing.service(workspace, most_rows(top, form), _day(as_of), form, out)

    @value.command("standard", help=_(N_("Grades and the service they are owed, as in force; changed in value.toml.")))
    def value_standard(workspace: Folder = Path(), form: FormOf = "table", out: Out = None) -> None:
        from liuke.cli import valuing

        valuing.standard(workspace, form, out)

    return program


def _day(given: Any) -> date | None:
    return given.date() if isinstance(given, datetime) else given
