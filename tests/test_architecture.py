"""The house rules that can be checked: sizes, light imports, every sentence in both languages."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from liuke.kernel.i18n import in_language, parse_po, translate
from liuke.signals.condition import conditions
from liuke.signals.rules.rules import shipped

SOURCE = Path(__file__).parents[1] / "src" / "liuke"
PO = SOURCE / "locale" / "zh_CN"
MOST_FILE, MOST_FUNCTION = 400, 60  # lines
HEAVY = ("ibis", "duckdb", "polars", "scipy", "sqlalchemy", "pyarrow", "numpy", "jinja2", "xlsxwriter", "fastexcel")
IN_TEMPLATE = re.compile(r"""\bt(?:\.plain|\.each)?\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


@cache
def sources() -> dict[str, ast.Module]:
    """Every source file of the product, parsed, by its path within the package."""
    return {str(p.relative_to(SOURCE)): ast.parse(p.read_text("utf-8")) for p in sorted(SOURCE.rglob("*.py"))}


@cache
def messages() -> dict[str, str]:
    """Every English message and the file it stands in: `N_()` and `t()` in Python, `t()` in templates."""
    found: dict[str, str] = {}
    for name, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"N_", "t"} and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant) and isinstance(said.value, str):
                    found.setdefault(said.value, name)
    for path in sorted(SOURCE.rglob("templates/*.html")):
        for match in IN_TEMPLATE.finditer(path.read_text("utf-8")):
            found.setdefault(match.group(1) or match.group(2).replace("\\'", "'"), path.name)
    return found


@cache
def translations() -> dict[str, list[tuple[str, str]]]:
    """(file, Chinese) of each English message; more than one when two catalogues have it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(PO.glob("*.po")):
        for english, chinese in parse_po(path.read_text("utf-8")).items():
            found.setdefault(english, []).append((path.name, chinese))
    return found


def fields(message: str) -> set[str]:
    """The fields of a message by name and conversion."""
    return {f"{name}!{how}" if how else name for _, name, _, how in string.Formatter().parse(message) if name}


def test_no_file_is_longer_than_can_be_read_at_a_sitting() -> None:
    long = {name: len((SOURCE / name).read_text("utf-8").splitlines()) for name in sources()}
    assert {name: lines for name, lines in long.items() if lines > MOST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{name}:{node.name}": node.end_lineno - node.lineno + 1
        for name, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_FUNCTION} == {}


def imported(name: str, tree: ast.Module, modules: set[str]) -> set[str]:
    """The modules a module imports, wherever in it: those for types alone left out."""
    choices = [node for node in ast.walk(tree) if isinstance(node, ast.If)]
    for_types = {id(node) for each in choices if "TYPE_CHECKING" in ast.dump(each.test) for node in ast.walk(each)}
    found = set[str]()
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    packages = {
        module for module in found & modules if any(other.startswith(f"{module}.") for other in found & modules)
    }
    return (found & modules) - packages - {name}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Ways through the graph that come back to where they began, one for each place where that happens."""
    found: list[list[str]] = []
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> None:
        if name in way:
            found.append([*way[way.index(name) :], name])
        elif name not in done:
            for each in sorted(graph.get(name, ())):
                follow(each, [*way, name])
            done.add(name)

    for name in sorted(graph):
        follow(name, [])
    return found


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Also not by an import inside a function: that only hides the circle."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c", "a"]]
    names = {f"liuke.{name[:-3]}".replace("/", ".").removesuffix(".__init__"): tree for name, tree in sources().items()}
    graph = {name: imported(name, tree, set(names)) for name, tree in names.items()}
    assert sum(map(len, graph.values())) > 500, "imports are seen"
    assert circles(graph) == []


# Modules of which the registry, or a tuple beside them, reads the same names: a plug-in's protocol is its module's.
PLUGINS = (
    "cli/commands/",
    "signals/conditions/",
    "panel/exposures/",
    "panel/line_tables/",
    "store/engines/",
    "reports/renderers/",
    "work/migrations/versions/",
    "web/pages/",
    "app/jobs/kinds/",
    "api/routes/",
)
CONVENTIONAL = {
    "day": "a day that is given, and a column that holds one",
    "fit": "what every model is learnt by",
    "load": "the verb of each face, and rules from their file",
    "product": "the register of a simulated firm; quantity times price",
    "put": "on the terminal, and on the disk",
}


def names_twice(modules: dict[str, ast.Module]) -> dict[str, list[str]]:
    """Public functions and classes defined in more than one module, private modules and plug-ins left out."""
    found: dict[str, list[str]] = {}
    for module, tree in modules.items():
        if not module.startswith(PLUGINS) and not Path(module).stem.startswith("_"):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                    found.setdefault(node.name, []).append(module)
    return {name: where for name, where in found.items() if len(where) > 1}


def test_a_public_name_is_unique_in_the_product() -> None:
    """Who searches for a name finds the one thing; a name in CONVENTIONAL that is unique goes from there."""
    two = {"a.py": ast.parse("def said(): 1\nclass _A: 1"), "b.py": ast.parse("class said: 1\nclass _A: 1")}
    assert names_twice(two) == {"said": ["a.py", "b.py"]}
    found = names_twice(sources())
    assert {name: where for name, where in found.items() if name not in CONVENTIONAL} == {}
    assert sorted(CONVENTIONAL.keys() - found.keys()) == []


def test_no_module_is_called_utils_and_nothing_is_left_for_later() -> None:
    assert not [name for name in sources() if Path(name).stem in {"utils", "helpers", "misc", "common"}]
    text = {name: (SOURCE / name).read_text("utf-8") for name in sources()}
    assert not [name for name, words in text.items() if re.search(r"\b(TODO|FIXME|XXX|NotImplementedError\()", words)]


def test_every_message_has_a_chinese_translation() -> None:
    missing = {message: name for message, name in messages().items() if message not in translations()}
    assert missing == {}


def test_a_translation_has_the_fields_of_its_message_and_no_others() -> None:
    wrong = {
        message: chinese
        for message, told in translations().items()
        for _, chinese in told
        if fields(message) != fields(chinese)
    }
    assert wrong == {}


def test_no_translation_is_unused_or_given_twice_differently() -> None:
    assert sorted(translations().keys() - messages().keys()) == []
    assert {m: told for m, told in translations().items() if len({chinese for _, chinese in told}) > 1} == {}


def test_chinese_is_written_as_the_house_writes() -> None:
    banned = re.compile("赋能|洞察|智能|健康度|[!！](?!=)")  # != is a comparison
    told = {chinese for each in translations().values() for _, chinese in each}
    assert [text for text in told if banned.search(re.sub(r"{.*?}", "", text))] == []


def test_what_is_written_from_the_program_is_as_it_would_be_written_now() -> None:
    script = SOURCE.parents[1] / "docs" / "generate.py"
    told = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_below_the_faces_nothing_is_put_into_words() -> None:
    """Worker threads have no language: sentences are kept as `Said` and said where they are shown."""
    pure = ("run/", "signals/", "value/", "ledger/", "panel/")
    spoken = {
        f"{name}:{node.lineno}"
        for name, tree in sources().items()
        if name.startswith(pure)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"say", "translate"}
    }
    assert spoken == set()


def test_every_message_can_be_filled_by_name() -> None:
    """No positional fields, for a translation may turn their order; the framework's own words are as they are."""
    ours = [message for message, file in messages().items() if file != "cli/words.py"]
    wrong = [message for message in ours if any(not re.match("[a-z_]", field) for field in fields(message))]
    assert wrong == []


@pytest.mark.parametrize("module", ["liuke", "liuke.cli", "liuke.cli.program"])
def test_what_help_needs_imports_nothing_heavy(module: str) -> None:
    script = f"import sys, {module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert {name.partition(".")[0] for name in loaded} & set(HEAVY) == set()


@pytest.mark.parametrize("name", sorted(conditions()))
def test_every_condition_is_titled_and_helped_in_both_languages(name: str) -> None:
    condition = conditions()[name]
    told = [condition.title, condition.module.SAYS, *(p.help for p in condition.parameters.values())]
    for message in told:
        assert message
        with in_language("zh"):
            assert translate(message) != message


@pytest.mark.parametrize("rule", shipped(), ids=lambda rule: rule.id)
def test_every_shipped_rule_is_titled_and_helped_in_both_languages(rule: object) -> None:
    for told in (rule.title, rule.help):  # type: ignore[attr-defined]
        assert told["en"]
        assert re.search("[一-鿿]", told["zh"])
        assert not re.search("[一-鿿]", told["en"])
