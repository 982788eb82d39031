"""Write docs/reference and guide/from_your_program from the program itself. `--check` only compares.

A reference that is generated can't disagree with the code; a test runs this with `--check`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from liuke.kernel.i18n import in_language, translate

HERE = Path(__file__).parent / "reference"
MARK = "<!-- written by docs/generate.py -->\n\n"


EXIT_CODES = """\
Exit codes: 0 done, 1 refused (nothing was changed), 2 wrong usage, 130 stopped by Ctrl-C (what was stored stands).

退出码：0 完成，1 拒绝（什么都没改），2 用法不对，130 被 Ctrl-C 停止（之前保存的内容不变）。
"""


def commands() -> str:
    """Every command with its arguments and options, in both languages."""
    import typer.main

    from liuke.cli.program import build_program

    parts = ["# Commands\n", EXIT_CODES]
    for lang in ("en", "zh"):
        with in_language(lang):
            group = typer.main.get_command(build_program())
            parts.append(f"## {'English' if lang == 'en' else '中文'}\n")
            parts += _command("liuke", group)
    return "\n".join(parts)


def _command(path: str, command: object) -> list[str]:
    lines = []
    children = getattr(command, "commands", None)
    if children is not None:
        for name, child in sorted(children.items()):
            lines += _command(f"{path} {name}", child)
        return lines
    lines.append(f"### `{path}`\n\n{command.help}\n")  # type: ignore[attr-defined]
    rows = []
    for one in command.params:  # type: ignore[attr-defined]
        name = " ".join(one.opts) if one.opts[0].startswith("-") else one.metavar or one.name
        rows.append(f"| `{name}` | {one.help or ''} |")
    return [*lines, "| | |\n| --- | --- |", *rows, ""]


def settings() -> str:
    """Every setting of liuke.toml."""
    from liuke.kernel.settings import SETTINGS

    head = "| setting | default | unit | meaning | 说明 | must be |"
    lines = ["# Settings of `liuke.toml`\n", head, "|" + " --- |" * 6]
    for one in SETTINGS:
        default = f'"{one.default}"' if isinstance(one.default, str) else one.default
        with in_language("zh"):
            chinese = translate(one.help)
        lines.append(f"| `{one.name}` | `{default}` | {one.unit} | {one.help} | {chinese} | {one.must} |")
    return "\n".join(lines) + "\n"


def tables() -> str:
    """Every canonical table with its columns and the headers it is recognised by."""
    from liuke.facts import contracts

    lines = ["# Canonical tables\n"]
    for name, contract in contracts().items():
        lines += [f"## `{name}`\n", f"{contract.meaning}. One row per {', '.join(contract.grain)}.\n"]
        lines += ["| column | type | unit | meaning | headers known, among others |", "|" + " --- |" * 5]
        for column, about in contract.columns.items():
            title = f"**{column}**" if about.required else column
            lines.append(f"| {title} | {about.type} | {about.unit} | {about.meaning} | {', '.join(about.names[:8])} |")
        if contract.audits:
            doubtful = "; ".join(audit.says for audit in contract.audits.values())
            lines.append(f"\nReported, and loaded all the same: {doubtful}.")
        lines.append("")
    return "\n".join(lines)


def run_tables() -> str:
    """Every table of a run with its columns."""
    from liuke.run.tables import tables as made

    lines = [
        "# Tables of a run\n",
        "`Run.table(name)` reads one; names of persons and customers are marked personal.\n",
    ]
    for name, contract in made().items():
        lines += [f"## `{name}`\n", f"{contract.meaning}. One row per {', '.join(contract.grain)}.\n"]
        lines += ["| column | type | unit | meaning | |", "|" + " --- |" * 5]
        for column, about in contract.columns.items():
            title = f"**{column}**" if about.required else column
            mark = "personal" if about.personal else ", ".join(about.allowed)
            lines.append(f"| {title} | {about.type} | {about.unit} | {about.meaning} | {mark} |")
        lines.append("")
    return "\n".join(lines)


def rules() -> str:
    """The shipped rules and the kinds of condition they and yours are made of."""
    from liuke.signals.condition import conditions
    from liuke.signals.rules.rules import shipped

    lines = ["# Rules and conditions\n", "## Shipped rules\n", "| id | English | 中文 |", "| --- | --- | --- |"]
    lines += [f"| `{r.id}` | {r.title['en']}: {r.help['en']} | {r.title['zh']}：{r.help['zh']} |" for r in shipped()]
    lines += ["\n## Conditions\n"]
    for name, condition in conditions().items():
        with in_language("zh"):
            chinese = translate(condition.title)
        lines += [f"### `{name}`\n", f"{condition.title}. {chinese}。\n"]
        lines += ["| parameter | default | |", "| --- | --- | --- |"]
        lines += [f"| `{p}` | `{condition.defaults[p]}` | {about.help} |" for p, about in condition.parameters.items()]
        lines.append("")
    return "\n".join(lines)


def indicators() -> str:
    """Every indicator with its one definition."""
    from liuke.ledger.rates import INDICATORS

    lines = ["# Indicators\n", "| name | English | 中文 | definition | unit |", "|" + " --- |" * 5]
    for one in INDICATORS:
        with in_language("zh"):
            chinese = translate(one.title)
        lines.append(f"| `{one.name}` | {one.title} | {chinese} | {one.formula} | {one.unit} |")
    return "\n".join(lines) + "\n"


def from_your_program(lang: str) -> str:
    """Which export to choose in each known program, what is taken from it, what counts, and what is said or asked."""
    from liuke.facts import contracts, inputs
    from liuke.sources.known_layouts import layouts

    zh, words = lang == "zh", PROGRAM_WORDS[lang]
    lines = [words["head"]]
    with in_language(lang):
        for one in sorted(layouts(), key=lambda each: str(each.program).casefold()):
            known = {**contracts()[one.table].columns, **inputs(one.table)}
            lines += [f"## {one.program}{'：' if zh else ': '}{one.what}\n", f"{words['export']}{one.export}\n"]
            if one.refuses is not None:
                lines.append(f"{words['refused']}{one.refuses}\n")
                continue
            taken = [f"{translate(known[target].meaning)} ← `{names[0]}`" for target, names in one.columns.items()]
            lines.append(words["taken"] + ("；" if zh else "; ").join(taken) + ("。" if zh else ".") + "\n")
            for header, told in one.words.items():
                aside = [f"`{word}`" for word, meaning in told.items() if meaning == "aside" and word != "*"]
                back = [f"`{word}`" for word, meaning in told.items() if meaning in ("return", "minus")]
                says = [words[key] + ", ".join(each) for key, each in (("aside", aside), ("back", back)) if each]
                if told.get("*") == "aside":
                    says.append(words["filled"])
                if says:
                    lines.append(f"- `{header}`{'：' if zh else ': '}{('；' if zh else '; ').join(says)}")
            if "customer_id" not in one.columns or one.key in ASKED_FOR_THE_CUSTOMER:
                lines.append(f"- {words['customer']}")
            lines += [f"- {remark}" for remark in one.says]
            lines.append("")
    return "\n".join(lines)


ASKED_FOR_THE_CUSTOMER = ("pinduoduo_orders", "douyin_orders")
PROGRAM_WORDS = {
    "en": {
        "head": (
            "# From your program\n\n[中文](zh/from_your_program.md)\n\n"
            "Which export to choose, what Liuke takes from it, which rows do not count, and what it asks. An export\n"
            "is known by its headings and named when you load it. A program that is not here loads by the general\n"
            "rules ([loading](loading.md)); words and amounts they can't decide are asked.\n"
        ),
        "export": "Export: ",
        "taken": "Taken: ",
        "refused": "Refused: ",
        "aside": "not counted: ",
        "back": "returns: ",
        "filled": "rows where it is filled do not count",
        "customer": "Asked: who the customer is (`--customer HEADER`).",
    },
    "zh": {
        "head": (
            "# 从您的软件导出\n\n[English](../from_your_program.md)\n\n"
            "该选哪个导出、留客取哪些列、哪些行不算、会问什么。导出文件按列名认出，加载时会说明。\n"
            "这里没有的软件按一般规则加载（见[导入自己的数据](loading.md)），规则判断不了的状态和金额会问。\n"
        ),
        "export": "导出：",
        "taken": "取用：",
        "refused": "不读：",
        "aside": "不算：",
        "back": "退货：",
        "filled": "有内容的行不算",
        "customer": "会问：谁是客户（`--customer 列名`）。",
    },
}
PAGES = {
    "../guide/from_your_program.md": lambda: from_your_program("en"),
    "../guide/zh/from_your_program.md": lambda: from_your_program("zh"),
    "commands.md": commands,
    "settings.md": settings,
    "tables.md": tables,
    "run_tables.md": run_tables,
    "rules.md": rules,
    "indicators.md": indicators,
}


def main(check: bool) -> int:
    """Write the pages, or say which differ; the exit code."""
    stale = []
    for name, make in PAGES.items():
        text = MARK + make().rstrip() + "\n"
        path = HERE / name
        if check and (not path.exists() or path.read_text("utf-8") != text):
            stale.append(name)
        elif not check:
            path.write_text(text, "utf-8")
    if stale:
        print(f"out of date: {', '.join(stale)}; run `make docs`")
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
