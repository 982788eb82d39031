"""The pages of rules: the form writes what it was given, nothing is lost between two people, off is off."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

import liuke
from firms import simulated
from liuke.app import rule_book
from liuke.app.service import Service
from liuke.kernel.errors import Invalid, LiukeError
from liuke.kernel.toml_file import parsed
from liuke.reports.rule_form import blank
from liuke.run.preview import preview
from liuke.run.rule_files import OFF, every_rule, switched_off, workspace_rules
from liuke.run.rule_versions import shipped_text
from liuke.run.trial import open_trial
from liuke.signals.condition import conditions
from liuke.signals.rules.rules import load_rule, shipped
from liuke.signals.rules.written import rule_text
from liuke.web import people
from liuke.web.app import create_app
from liuke.work import audit
from liuke.work.people.users import add_user
from liuke.work.people.viewer import Viewer
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from liuke.app.firm import Firm

DIRECTOR = frozenset({"read", "firm", "rules"})
HOSTILE = "\"><script>alert('x')</script>{money}{0}\\ %s"
DEEP = """title = "x"
measure = "quantity"
kind = "order"
scope = { region = ["华,东", "a\\"b"], grade = "A" }
[[when.any]]
condition = "below_own_mean"
share = 0.335
by = { column = "grade", A = { share = 0.7 }, "B c" = { periods = 4 } }
[[when.any]]
not = { all = [ { condition = "falling", measure = "amount" }, { not = [ { condition = "overdue", kind = "invoice" } ] } ] }
"""  # noqa: E501  (an inline table is one line)


def someone(*verbs: str, name: str = "Lin", owners: frozenset[str] | None = None) -> Viewer:
    """A viewer."""
    return Viewer(1, name.lower(), name, frozenset(verbs) or DIRECTOR, owners, "en")


def seen_as(request: Request, viewer: Viewer) -> Viewer:
    """The viewer, as one who has a password of his own."""
    request.state.must_change = False
    return viewer


class _Form(HTMLParser):
    """The fields a browser would send of the form with an id."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.inside, self.fields = wanted, False, list[tuple[str, str]]()
        self.name, self.chosen, self.first, self.text = "", None, None, None  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.wanted
        if not self.inside:
            return
        value = given.get("value") or ""
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.fields.append((given["name"] or "", value))
        elif tag == "select":
            self.name, self.chosen, self.first = given["name"], None, None
        elif tag == "option":
            self.first = value if self.first is None else self.first
            self.chosen = value if "selected" in given else self.chosen
        elif tag == "textarea":
            self.name, self.text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.inside:
            self.fields.append((self.name, self.first if self.chosen is None else self.chosen))
        elif tag == "textarea" and self.inside:
            self.fields.append((self.name, (self.text or "").removeprefix("\n")))
            self.text = None


def fields_of(html: str) -> list[tuple[str, str]]:
    """What the editor of a page would send."""
    form = _Form("lk-rule-form")
    form.feed(html)
    return form.fields


def put(fields: list[tuple[str, str]], **changed: str) -> dict[str, list[str]]:
    """The fields with some changed; names with dots are given with two underscores."""
    new = {name.replace("__", "."): value for name, value in changed.items()}
    found: dict[str, list[str]] = {}
    for name, value in [*((n, v) for n, v in fields if n not in new), *new.items()]:
        found.setdefault(name, []).append(value)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm with a run."""
    firm = simulated(tmp_path_factory.mktemp("rules"), 160, 30)
    firm.run()
    return firm.workspace.root


class Site:
    """A copy of the firm with its pages, as somebody sees them."""

    def __init__(self, firm: Firm, client: TestClient, store: WorkStore, service: Service) -> None:
        self.firm, self.client, self.store, self.service = firm, client, store, service
        self.viewer = someone()

    def post(self, path: str, data: Any) -> Any:
        return self.client.post(path, data=data, follow_redirects=False)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text[:300]
        return answer.text


@pytest.fixture
def site(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    root = tmp_path / "firm"
    shutil.copytree(made, root)
    firm, store = liuke.open(root), WorkStore.open(tmp_path / "work.sqlite")
    with store.writing() as connection:
        user = add_user(
            connection, None, login="lin", name="Lin", password_hash="", roles=("owner",), now=datetime.now(UTC)
        )
    assert user.id == someone().user_id
    service = Service(firm, store)
    client = TestClient(create_app(service), headers={"accept-language": "en"})
    found = Site(firm, client, store, service)
    monkeypatch.setattr(people, "signed_in", lambda request: seen_as(request, found.viewer))
    yield found
    store.close()


@pytest.mark.parametrize("rule_id", sorted(rule.id for rule in shipped()))
def test_the_form_of_a_shipped_rule_saves_that_rule(site: Site, rule_id: str) -> None:
    before = shipped_text(rule_id)
    fields = fields_of(site.page(f"/rules/{rule_id}"))
    assert site.post("/rules/edit", put(fields, do="save")).status_code == 303
    saved = rule_book.rule_source(site.firm.workspace, rule_id)
    assert saved.own
    assert load_rule(saved.text, "x.toml").when == load_rule(before, "x.toml").when
    kept = {rule.id: rule for rule in shipped()}[rule_id]
    now = {rule.id: rule for rule in workspace_rules(site.firm.workspace)}[rule_id]
    assert (now.title, now.help, now.severity, now.order, now.when) == (
        kept.title, kept.help, kept.severity, kept.order, kept.when,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(conditions()))
def test_every_kind_of_condition_goes_from_the_form_to_text_and_back(site: Site, name: str) -> None:
    fields = fields_of(site.page("/rules/new"))
    page = site.post("/rules/edit", put(fields, do="add:n", n__new=name)).text
    fields = fields_of(page)
    assert ("n.1.condition", name) in fields
    as_text = fields_of(site.post("/rules/edit", put(fields, do="text", title__en="Two")).text)
    text = dict(as_text)["text"]
    leaves = load_rule(text, "x.toml").leaves
    assert [leaf.condition for leaf in leaves] == ["below_own_mean", name]
    assert leaves[1].parameters == conditions()[name].defaults
    back = fields_of(site.post("/rules/edit", put(as_text, do="form")).text)
    again = fields_of(site.post("/rules/edit", put(back, do="text")).text)
    assert dict(again)["text"] == text


def test_a_deep_rule_goes_through_the_form_unchanged(site: Site) -> None:
    fields = fields_of(site.page("/rules/new?mode=text"))
    back = fields_of(site.post("/rules/edit", put(fields, do="form", text=DEEP)).text)
    again = dict(fields_of(site.post("/rules/edit", put(back, do="text")).text))["text"]
    assert load_rule(again, "x.toml") == load_rule(DEEP, "x.toml")


def test_a_rule_text_reads_back_to_the_values_it_was_written_from() -> None:
    raw = {"title": {"zh": HOSTILE + "\t\x7f中", "en": "a"}, "scope": {"region": ["'", '"']},
           "when": {"any": [blank(name) for name in conditions()]}}  # fmt: skip
    assert parsed(rule_text(raw)) == raw


def test_conditions_groups_and_thresholds_are_put_in_and_taken_out(site: Site) -> None:
    fields = fields_of(site.page("/rules/token_orders"))
    more = fields_of(site.post("/rules/edit", put(fields, do="group:n", n__new="overdue")).text)
    assert dict(more)["n.2.join"] == "any"
    assert dict(more)["n.2.0.condition"] == "overdue"
    by = fields_of(
        site.post("/rules/edit", put(more, do="by:n.1", **{"n.1.by.column": "region", "n.1.by_new": "华东"})).text
    )
    assert dict(by)["n.1.by.0.value"] == "华东"
    by = [(name, "35" if name == "n.1.by.0.p.share" else value) for name, value in by]
    text = dict(fields_of(site.post("/rules/edit", put(by, do="text")).text))["text"]
    leaf = load_rule(text, "x.toml").leaves[1]
    assert leaf.by is not None
    assert (leaf.by.column, leaf.by.parameters["华东"]["share"]) == ("region", 0.35)
    less = fields_of(site.post("/rules/edit", put(by, do="drop:n.0")).text)
    assert dict(less)["n.0.condition"] == "below_own_mean"
    assert "n.2.join" not in dict(less)


def test_two_people_change_one_rule_and_the_second_is_told_and_loses_nothing(site: Site) -> None:
    mine = fields_of(site.page("/rules/token_orders"))
    site.viewer = someone(name="Wu Hao")
    his = put(mine, do="save", n__0__p__amount="700")
    assert site.post("/rules/edit", his).status_code == 303
    site.viewer = someone(name="Lin")
    told = site.post("/rules/edit", put(mine, do="save", n__0__p__amount="900"))
    assert told.status_code == 409
    assert "Wu Hao changed this rule meanwhile" in told.text
    assert "amount = 700" in told.text
    assert dict(fields_of(told.text))["n.0.p.amount"] == "900"
    assert "amount = 700" in rule_book.rule_source(site.firm.workspace, "token_orders").text
    assert site.post("/rules/edit", put(fields_of(told.text), do="save")).status_code == 303
    versions = rule_book.rule_versions(site.firm.workspace, "token_orders")
    assert [(each.by, "amount = 700" in each.text) for each in versions] == [("Lin", False), ("Wu Hao", True)]


def test_a_rule_changed_in_its_file_is_kept_as_a_version(site: Site) -> None:
    own = site.firm.workspace.rules / "mine.toml"
    own.parent.mkdir(exist_ok=True)
    own.write_text('title = "Mine"\nwhen = { condition = "falling" }\n', "utf-8")
    fields = fields_of(site.page("/rules/mine"))
    own.write_text('title = "By hand"\nwhen = { condition = "falling" }\n', "utf-8")
    assert site.post("/rules/edit", put(fields, do="save")).status_code == 409
    now = fields_of(site.page("/rules/mine"))
    assert site.post("/rules/edit", put(now, do="save", title__en="Third")).status_code == 303
    kept = rule_book.rule_versions(site.firm.workspace, "mine")
    assert [each.what for each in kept] == ["saved", "found"]
    assert "By hand" in kept[1].text
    assert site.post(
        "/rules/mine/back", {"version": "1", "base": rule_book.rule_source(site.firm.workspace, "mine").base}
    )
    assert "By hand" in own.read_text("utf-8")


def test_bad_text_names_the_line_and_what_to_do_and_writes_nothing(site: Site) -> None:
    fields = fields_of(site.page("/rules/falling_three?mode=text"))
    for text, line, what in (
        ('title = "a"\nwhen = {', 2, "not TOML"),
        ('title = "a"\n\nwhen = { condition = "fallin" }', 3, "Did you mean falling?"),
        ('title = "a"\nwhen = { condition = "falling", periods = 900 }', 2, "must be from 1 to 60"),
        ('id = "other"\ntitle = "a"\nwhen = { condition = "falling" }', 0, "keeps its id"),
    ):
        told = site.post("/rules/edit", put(fields, do="save", text=text))
        assert told.status_code == 422
        assert what in told.text
        assert not line or f"line {line}" in told.text
        assert dict(fields_of(told.text))["text"] == text
        tried = site.post("/rules/try", put(fields, text=text)).text
        assert line == 0 or what in tried
    assert not (site.firm.workspace.rules / "falling_three.toml").exists()


def test_what_is_typed_wrong_in_a_form_is_said_without_a_line(site: Site) -> None:
    fields = fields_of(site.page("/rules/falling_three"))
    told = site.post("/rules/edit", put(fields, do="save", n__0__p__periods="three"))
    assert told.status_code == 422
    assert "periods must be a whole number, not three" in told.text
    assert "line" not in told.text.split('role="alert"')[1].split("</div>")[0]
    assert dict(fields_of(told.text))["n.0.p.periods"] == "three"


def test_hostile_titles_are_text(site: Site) -> None:
    fields = fields_of(site.page("/rules/new"))
    answer = site.post("/rules/edit", put(fields, do="save", title__zh=HOSTILE, title__en=HOSTILE))
    assert answer.status_code == 303
    for page in (site.page(answer.headers["location"]), site.page("/rules")):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
    assert dict(fields_of(site.page(answer.headers["location"])))["title.en"] == HOSTILE
    (rule,) = [each for each in every_rule(site.firm.workspace) if each.title["en"] == HOSTILE]
    assert (site.firm.workspace.rules / f"{rule.id}.toml").is_file()
    site.firm.run()
    assert "<script>alert" not in site.page(f"/rules/{rule.id}")


@pytest.mark.parametrize("wanted", ["../../liuke", "off", "a b", "x" * 300, "%00"])
def test_no_address_leads_out_of_the_rules(site: Site, wanted: str) -> None:
    before = set(site.firm.workspace.root.rglob("*.toml"))
    for path in (f"/rules/{wanted}", f"/rules/{wanted}/try"):
        assert site.client.get(path).status_code == 404
    for verb in ("switch", "delete", "back"):
        answer = site.post(f"/rules/{wanted}/{verb}", {"on": "0", "base": "x", "version": "1"})
        assert answer.status_code in (404, 409)
    assert set(site.firm.workspace.root.rglob("*.toml")) == before


def test_a_rule_switched_off_takes_no_part_in_a_run_and_the_run_before_says_so(site: Site) -> None:
    assert "Rules were changed" not in site.page("/rules")
    before = site.firm.current().info
    mark = {"if-none-match": site.client.get("/overview").headers["etag"]}
    assert site.client.get("/overview", headers=mark).status_code == 304
    assert site.post("/rules/falling_three/switch", {"on": "0"}).status_code == 303
    assert "Rules were changed since this run" in site.page("/rules")
    assert "Rules were changed since this run" in site.client.get("/overview", headers=mark).text  # a kept page too
    ran = site.firm.run()
    assert ran.info["run_id"] != before["run_id"]
    assert "falling_three" not in ran.table("rule_score")["rule"].to_list()
    assert "falling_three" not in {each for found in ran.table("customer_now")["rules"] for each in found}
    page = site.page("/rules")
    assert "Rules were changed" not in page
    assert "Off: it takes no part in runs." in page
    assert site.post("/rules/falling_three/switch", {"on": "1"}).status_code == 303
    assert site.firm.run().info["rules_mark"] == before["rules_mark"]
    assert [each.what for each in rule_book.rule_versions(site.firm.workspace, "falling_three")] == ["on", "off"]


def test_a_list_of_rules_that_are_off_is_refused_where_it_is_none(site: Site) -> None:
    path = site.firm.workspace.rules / OFF
    path.parent.mkdir(exist_ok=True)
    known = {rule.id for rule in shipped()}
    for text, what in (
        ('off = ["fallin_three"]', "Did you mean falling_three?"), ("off = 3", "must hold one line"),
        ('off = []\ntitle = "x"', "must hold one line"), ("off = [", "not TOML"),
    ):  # fmt: skip
        path.write_text(text, "utf-8")
        with pytest.raises(Invalid, match=what[:20]) as refused:
            switched_off(site.firm.workspace, known)
        assert what in refused.value.text()
        assert "The rules can&#39;t be read" in site.page("/list")  # the run is still there, and says what is wrong


def test_a_rule_of_the_firm_is_deleted_and_brought_back(site: Site) -> None:
    fields = fields_of(site.page("/rules/new"))
    at = site.post("/rules/edit", put(fields, do="save", title__en="Own idea")).headers["location"]
    assert at == "/rules/own_idea?saved=1"
    assert site.post("/rules/own_idea/switch", {"on": "0"}).status_code == 303
    base = rule_book.rule_source(site.firm.workspace, "own_idea").base
    assert site.post("/rules/own_idea/delete", {"base": "stale"}).status_code == 409
    assert site.post("/rules/own_idea/delete", {"base": base}).status_code == 303
    assert site.client.get("/rules/own_idea").status_code == 404
    assert "own_idea" in site.page("/rules").split("Deleted rules")[1]
    assert switched_off(site.firm.workspace, {rule.id for rule in shipped()}) == frozenset()
    last = rule_book.deleted_rules(site.firm.workspace)[0][1]
    assert site.post("/rules/own_idea/back", {"version": str(last)}).status_code == 303
    assert "Own idea" in site.page("/rules/own_idea")
    assert site.post("/rules/falling_three/delete", {"base": "x"}).status_code == 409


def test_every_change_is_in_the_audit_log(site: Site) -> None:
    fields = fields_of(site.page("/rules/token_orders"))
    site.post("/rules/edit", put(fields, do="save", n__0__p__amount="700"))
    site.post("/rules/token_orders/switch", {"on": "0"})
    base = rule_book.rule_source(site.firm.workspace, "token_orders").base
    site.post("/rules/token_orders/delete", {"base": base})
    with site.store.reading() as connection:
        log = audit.entries(connection, object="rule:token_orders").rows
        assert audit.verify(connection) is None
    assert [each.verb for each in log] == ["delete_rule", "switch_rule", "save_rule"]
    assert log[2].before == shipped_text("token_orders")
    assert "amount = 700" in log[2].after


def test_a_trial_says_what_the_preview_and_the_run_say(site: Site) -> None:
    workspace = site.firm.workspace
    rules = tuple(every_rule(workspace))
    trial, run = open_trial(workspace, rules), site.firm.current()
    flags = run.table("customer_now").select("customer_id", "rules")
    scores = {row["rule"]: row["flagged_now"] for row in run.table("rule_score").iter_rows(named=True)}
    compared = 0
    for rule in rules:
        if scores[rule.id] is None:
            with pytest.raises(LiukeError):
                trial.tried(rule)
            continue
        tried, alone = trial.tried(rule), preview(workspace, rule)
        named = [each for each, of in flags.iter_rows() if rule.id in of]
        assert tried.customers == scores[rule.id] == len(alone.rows) == len(named)
        assert tried.lost == alone.lost
        assert tried.rows.rows() == alone.rows.head(len(tried.rows)).rows()
        compared += tried.customers > 0
    assert compared > 4


def test_what_a_condition_does_is_what_the_rule_without_it_would_do(site: Site) -> None:
    text = DEEP.replace('scope = { region = ["华,东", "a\\"b"], grade = "A" }\n', "").replace(
        'measure = "quantity"\n', ""
    )
    rule = load_rule(text.replace('kind = "order"\n', ""), "x.toml")
    trial = open_trial(site.firm.workspace, (rule,))
    now = trial.tried(rule)
    without_first = load_rule(
        "title='x'\nwhen = " + text.split("\nnot = ")[1].join(["{ not = ", " }"]).replace("\n", ""), "x.toml"
    )
    assert now.parts[0].without == trial.tried(without_first).customers
    alone = load_rule('title="x"\nwhen = { condition = "falling" }', "x.toml")
    assert now.parts[1].alone == trial.tried(alone).customers
    assert trial.tried(alone).parts[0].without is None


def test_who_sees_some_customers_is_told_of_those_alone(site: Site) -> None:
    everybody = site.service.tried(someone(), load_rule(shipped_text("half_of_own_mean"), "x.toml"), 60)
    assert everybody is not None
    owner = site.firm.current().table("customer_now")["salesperson_id"].drop_nulls()[0]
    few = someone("read", "firm", "rules", owners=frozenset({owner}))
    mine = site.service.tried(few, load_rule(shipped_text("half_of_own_mean"), "x.toml"), 60)
    assert mine is not None
    of = {row["customer_id"] for row in site.firm.current().table("customer_now").iter_rows(named=True)
          if row["salesperson_id"] == owner}  # fmt: skip
    assert mine.looked_at == len(of) < everybody.looked_at
    assert mine.customers < everybody.customers
    assert set(mine.rows["customer_id"]) <= of
    site.viewer = few
    page = json.loads(site.client.get("/rules.json").text)
    assert {row["flags"] for row in page["rows"]} == {None}


def test_only_who_may_sees_and_changes_rules(site: Site) -> None:
    fields = fields_of(site.page("/rules/token_orders"))
    site.viewer = someone("read", "firm")
    assert 'name="do" value="save"' not in site.page("/rules/token_orders")
    assert site.client.get("/rules/token_orders/try").status_code == 200
    assert site.client.get("/rules/new").status_code == 403
    for path in (
        "/rules/edit",
        "/rules/try",
        "/rules/token_orders/switch",
        "/rules/token_orders/delete",
        "/rules/token_orders/back",
    ):
        assert site.post(path, put(fields, do="save", on="0", version="1")).status_code == 403
    site.viewer = someone("read")
    for path in ("/rules", "/rules.json", "/rules/token_orders", "/rules/token_orders/try"):
        assert site.client.get(path).status_code == 403


def test_pages_open_before_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = WorkStore.open(tmp_path / "work.sqlite")
    monkeypatch.setattr(people, "signed_in", lambda request: seen_as(request, someone()))
    client = TestClient(create_app(Service(liuke.open(tmp_path / "firm"), store)))
    assert client.get("/rules").status_code == 200
    page = client.get("/rules/falling_three")
    assert page.status_code == 200
    told = client.post("/rules/edit", data=put(fields_of(page.text), do="try"))
    assert "No documents have been loaded yet" in told.text or "还没有" in told.text
    store.close()


def test_whom_a_rule_flags_is_said_before_it_has_a_name(site: Site) -> None:
    fields = fields_of(site.page("/rules/new"))
    assert dict(fields)["title.zh"] == ""
    assert 'role="alert"' not in site.post("/rules/try", put(fields)).text
    assert "title" in site.post("/rules/edit", put(fields, do="save")).text
