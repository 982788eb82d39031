"""Files are sent, read by a plan that is a form, loaded and undone, by whoever sent them and by nobody else."""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

import pytest
from starlette.testclient import TestClient

import liuke
from firms import docs, frame
from liuke.app.jobs.kinds import job_kind
from liuke.app.service import Service
from liuke.app.uploads import Incoming, safe_file_name
from liuke.facts import contracts
from liuke.kernel.errors import Refused
from liuke.kernel.progress import Unwatched
from liuke.reports.contexts.data_page import TABLES
from liuke.simulate.export import simulate
from liuke.sources.workbook import OLE
from liuke.web.app import create_app
from liuke.work import audit
from liuke.work.jobs import queue
from liuke.work.people.users import add_user
from liuke.work.people.viewer import viewer_of
from liuke.work.store import WorkStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "correct horse battery"
FIRST = "D1 c1 2025-01-10 100,50 | D2 c2 2025-01-20 30 | D3 c1 2025-02-05 70"
ODD = """开票日期,购方名称,往来单位编码,不含税金额,税额,单据编号,存货名称,数量,职员,备注2
2025-08-03,常熟市金顺纺织,C-20417,"13,200.00",1716.00,FP1,空气滤芯 LG-37,6,周敏,
2025/8/4,无锡博远精铸,C-20388,2140,278.2,FP2,螺杆油,1,吴昊,老板签字
45873,常熟市金顺纺织,C-20417,"8,450.50",1098.57,FP3,=1+1,2.5,周敏,郑工介绍
2025-08-05,长兴天力蓄电池,C-20147,壹仟贰佰,690.3,FP4,皮带,3,孙佳怡,
2062-08-05,长兴天力蓄电池,C-20147,5310,690.3,FP5,"=HYPERLINK(""x"")",3,孙佳怡,
"""


@dataclass
class Desk:
    """A served firm and the browsers of two who may load and one who may not."""

    service: Service
    boss: TestClient
    analyst: TestClient
    seller: TestClient

    def send(self, name: str, content: bytes, client: TestClient | None = None) -> str:
        """The id of a file sent."""
        answer = (client or self.boss).post("/data/upload", files={"file": (name, content)})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"]).rpartition("/")[2]

    def plan(self, number: str) -> dict[str, Any]:
        """The page of a plan as JSON."""
        answer = self.boss.get(f"/data/plan/{number}.json")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def say(self, number: str, **said: Any) -> Any:
        """What a form says of a plan."""
        return self.boss.post(f"/data/plan/{number}", data={"version": self.plan(number)["version"], **said})

    def loads(self) -> list[dict[str, Any]]:
        return list(self.boss.get("/data.json").json()["loads"])

    def audited(self) -> list[audit.AuditEntry]:
        with self.service.store.reading() as connection:
            return list(audit.entries(connection, size=500).rows)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    service = Service(liuke.open(tmp_path / "firm"), WorkStore.open(tmp_path / "firm" / "work.sqlite"))
    app, clients = create_app(service), []
    for login, role in (("boss", "owner"), ("analyst", "analyst"), ("seller", "account_manager")):
        with service.store.writing() as connection:
            add_user(connection, None, login=login, name=login, password_hash=_hashed(PASSWORD), roles=[role])
        told = {"accept": "text/html", "sec-fetch-site": "same-origin", "accept-language": "en"}
        client = TestClient(app, headers=told, follow_redirects=False)
        assert client.post("/sign-in", data={"login": login, "password": PASSWORD}).status_code == 303
        clients.append(client)
    yield Desk(service, *clients)
    for client in clients:
        client.close()
    service.store.close()


def csv(text: str) -> bytes:
    """Invoices as an export."""
    return frame(docs(text)).write_csv().encode()


def rows_of(plan: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {line["name"]: (line["rows"], line["amount"]) for line in plan["lines"]}


def everything(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if "work.sqlite" not in path.name}


def test_a_file_is_sent_looked_at_loaded_and_undone(desk: Desk) -> None:
    number = desk.send("发票.csv", ODD.encode())
    plan = desk.plan(number)
    assert plan["plan"]["table"] == "document_line"
    assert rows_of(plan["account"])["Difference"] == (0, "0.00")
    assert (plan["account"]["loaded"], plan["account"]["quarantined"]) == (3, 2)
    whys = {each["header"]: (each["target"], bool(each["why"])) for each in plan["plan"]["columns"]}
    assert whys["往来单位编码"] == ("customer_id", True)
    struck = [cell["was"] for row in plan["plan"]["first"]["rows"] for cell in row["cells"] if cell["was"]]
    assert struck == ["2025/8/4", "45873"]
    assert str(desk.service.firm.workspace.root) not in desk.boss.get(f"/data/plan/{number}").text
    assert desk.say(number, do="load").status_code == 303
    done = desk.plan(number)["done"]
    lines = rows_of(done["account"])
    assert lines["Difference"] == (0, "0.00")
    assert lines["Read"][0] == lines["Loaded"][0] + lines["Quarantined"][0] == 5
    page = desk.boss.get(f"/data/plan/{number}").text
    assert "3 rows are loaded" in page
    assert f"/data/undo/{done['load_id']}" in page
    assert not (desk.service.uploads.root / number / "发票.csv").exists(), "its rows are in the facts"
    assert [load["load_id"] for load in desk.loads()] == [done["load_id"]]
    assert desk.boss.get(f"/data/undo/{done['load_id']}").status_code == 200
    assert desk.loads(), "asking undoes nothing"
    assert desk.boss.post(f"/data/undo/{done['load_id']}").status_code == 303
    assert desk.loads() == []
    assert desk.boss.post(f"/data/undo/{done['load_id']}").status_code == 404
    assert {"upload", "load", "unload"} <= {entry.verb for entry in desk.audited()}


def test_rows_kept_apart_are_downloaded_with_reasons_and_run_as_no_formula(desk: Desk) -> None:
    number = desk.send("发票.csv", ODD.encode())
    desk.say(number, do="load")
    (name,) = [each["name"] for each in desk.boss.get("/data.json").json()["apart"]]
    found = desk.boss.get(f"/data/quarantine/{name}")
    assert found.status_code == 200
    text = found.content.decode("utf-8-sig")
    assert "壹仟贰佰" in text
    assert "'=HYPERLINK" in text
    assert str(desk.service.firm.workspace.root) not in text, "no folder of the server leaves it"
    assert desk.boss.get("/data/quarantine/..%2F..%2Fliuke.toml").status_code == 404
    assert desk.boss.get("/data/quarantine/none.csv").status_code == 404
    exported = [entry for entry in desk.audited() if entry.verb == "export"]
    assert [entry.facts["rows"] for entry in exported] == [2]
    mended = text.replace("壹仟贰佰", "1200").replace("2062-08-05", "2025-08-05")
    again = desk.send(name, mended.encode())
    assert desk.plan(again)["plan"]["source"] == "发票"
    assert desk.say(again, do="load").status_code == 303
    assert desk.plan(again)["done"]["account"]["loaded"] == 2


def test_who_may_not_load_sees_nothing_and_another_s_file_is_not_there(desk: Desk) -> None:
    number = desk.send("a.csv", csv(FIRST))
    for path in ("/data", "/data.json", "/data/merges", "/data/checks", f"/data/plan/{number}"):
        assert desk.seller.get(path).status_code == 403, path
    assert desk.seller.post("/data/upload", files={"file": ("a.csv", b"a,b")}).status_code == 403
    for path in (number, f"{number}.json", "0" * 24, "nothing", "..%2f..%2fetc"):
        assert desk.analyst.get(f"/data/plan/{path}").status_code == 404, path
    assert desk.analyst.post(f"/data/plan/{number}", data={"version": "0", "do": "load"}).status_code == 404
    assert desk.analyst.post(f"/data/plan/{number}/forget").status_code == 404
    assert desk.analyst.get("/data.json").json()["waiting"] == []
    assert desk.plan(number)["plan"] is not None


def test_two_windows_that_answer_one_plan(desk: Desk) -> None:
    number = desk.send("发票.csv", ODD.encode())
    columns = {each["header"]: each["field"] for each in desk.plan(number)["plan"]["columns"]}
    first = desk.boss.post(f"/data/plan/{number}", data={"version": 0, columns["备注2"]: "channel"})
    assert first.status_code == 303
    second = desk.boss.post(f"/data/plan/{number}", data={"version": 0, columns["备注2"]: "project", "do": "load"})
    assert second.status_code == 409
    assert "another window" in second.text
    assert "备注2" in second.text
    plan = {each["header"]: each["target"] for each in desk.plan(number)["plan"]["columns"]}
    assert plan["备注2"] == "channel", "the first stands"
    assert desk.loads() == []
    assert desk.say(number, do="load").status_code == 303
    late = desk.boss.post(f"/data/plan/{number}", data={"version": 1, "do": "load"})
    assert (late.status_code, len(desk.loads())) == (303, 1), "loaded once, whoever presses twice"


def test_a_column_said_otherwise_is_read_otherwise(desk: Desk) -> None:
    number = desk.send("发票.csv", ODD.encode())
    field = {each["header"]: each["field"] for each in desk.plan(number)["plan"]["columns"]}
    desk.say(number, **{field["职员"]: ""})
    columns = {each["header"]: (each["target"], each["why"]) for each in desk.plan(number)["plan"]["columns"]}
    assert columns["职员"][0] == ""
    desk.say(number, **{field["购方名称"]: "customer_id"})
    plan = desk.plan(number)
    columns = {each["header"]: each["target"] for each in plan["plan"]["columns"]}
    assert (columns["购方名称"], columns["往来单位编码"]) == ("customer_id", "")
    assert rows_of(plan["account"])["Difference"] == (0, "0.00")
    (customers,) = [place for place, head in enumerate(plan["plan"]["first"]["heads"]) if head == "customer code"]
    assert plan["plan"]["first"]["rows"][0]["cells"][customers]["value"] == "常熟市金顺纺织"
    desk.say(number, **{field["单据编号"]: "", field["开票日期"]: ""})
    assert desk.plan(number)["wrong"], "without a day no row can be used"
    assert desk.say(number, do="load").status_code == 422
    assert desk.loads() == []


def test_what_the_documents_held_bring_up_is_asked_and_loaded_after_the_answer(desk: Desk) -> None:
    desk.say(desk.send("invoices.csv", csv(FIRST)), do="load")
    assert len(desk.loads()) == 1
    number = desk.send("other.csv", csv(FIRST + " | D4 c3 2025-03-01 5"))
    assert desk.say(number, do="load").status_code == 303
    plan = desk.plan(number)
    assert plan["done"] is None
    assert plan["asked"]["choices"]
    assert len(desk.loads()) == 1
    assert desk.say(number, do="load").status_code == 422, "it is asked until it is answered"
    assert desk.say(number, do="load", later="invoices").status_code == 303
    assert desk.plan(number)["done"]["documents"] == {"new": 1, "same": 3}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("/abs/发票 10月.xlsx", "发票 10月.xlsx"),
        ("..", "upload"), ("", "upload"), ("a\x00b\x1f.csv", "ab.csv"), ("con.csv", "con-.csv"),
        ("CON", "CON-"), ("upload.json", "upload-.json"), (".hidden", "hidden"), ("x\u202egpj.csv", "xgpj.csv"),
        ('a<b>:"|?*.csv', "ab.csv"),
    ],
)  # fmt: skip
def test_a_hostile_name_becomes_one_every_system_can_bear(given: str, kept: str) -> None:
    assert safe_file_name(given) == kept
    assert len(safe_file_name("长" * 300 + ".csv").encode()) <= 121


def test_hostile_names_stay_in_their_folder(desk: Desk) -> None:
    root = desk.service.firm.workspace.root
    before = everything(root)
    for name in (
        "../../escaped.csv",
        "..\\escaped.csv",
        "upload.json",
        "con.csv",
        "a" * 400 + ".csv",
        "发票\u202e.csv",
    ):
        number = desk.send(name, csv(FIRST))
        assert desk.plan(number)["plan"]["table"] == "document_line", name
    assert all(each.startswith("uploads") for each in everything(root) - before)
    assert not (root.parent / "escaped.csv").exists()


def test_too_large_is_said_in_words_and_leaves_nothing(desk: Desk) -> None:
    root = desk.service.firm.workspace.root
    (root / "liuke.toml").write_text("upload_megabytes = 1\n", "utf-8")
    vars(desk.service.firm.workspace).pop("settings", None)
    large = b"a,b\n" + b"1,2\n" * 400_000
    answer = desk.boss.post("/data/upload", files=[("file", ("large.csv", large)), ("file", ("good.csv", csv(FIRST)))])
    assert answer.status_code == 413
    assert "large.csv is larger than 1 MB" in answer.text
    assert [each["name"] for each in desk.boss.get("/data.json").json()["waiting"]] == ["good.csv"]
    assert len(list((root / "uploads").iterdir())) == 1
    assert desk.boss.post("/data/upload", files={"file": ("", b"")}).status_code == 400
    assert desk.boss.post("/data/upload", data={"a": "b"}).status_code == 400


def test_archives_in_archives_and_bombs_are_refused(desk: Desk) -> None:
    def packed(parts: dict[str, bytes]) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return made.getvalue()

    nested = packed({"inner.zip": packed({"a.csv": b"a,b\n1,2\n"})})
    bomb = packed({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (80 << 20)})
    gz = b"\x1f\x8b" + b"0" * 100
    refused = {"a.zip": (nested, "archive"), "a.xlsx": (nested, "archive"), "a.gz": (gz, "archive")}
    refused["b.xlsx"] = (bomb, "unpacks")
    for name, (content, said) in refused.items():
        answer = desk.boss.post("/data/upload", files={"file": (name, content)})
        assert answer.status_code == 422, name
        assert said in answer.text
        assert str(desk.service.firm.workspace.root) not in answer.text
    assert list(desk.service.uploads.root.iterdir()) == []


def test_a_full_disk_leaves_nothing_half_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, file: IO[bytes]) -> None:
            self.file = file

        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            self.file.close()

    made = Incoming.__init__

    def opened(self: Incoming, *given: Any) -> None:
        made(self, *given)
        self._file = Full(self._file)  # type: ignore[assignment]

    monkeypatch.setattr(Incoming, "__init__", opened)
    answer = desk.boss.post("/data/upload", files={"file": ("a.csv", csv(FIRST))})
    assert answer.status_code == Refused.http
    assert "No space left" in answer.text
    assert list(desk.service.uploads.root.iterdir()) == []


def test_a_path_of_the_server_is_read_but_never_the_workspace_itself(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "lies.csv").write_bytes(csv(FIRST))
    answer = desk.boss.post("/data/connect", data={"place": str(tmp_path / "lies.csv")})
    number = str(answer.headers["location"]).rpartition("/")[2]
    assert desk.plan(number)["plan"]["source"] == "lies"
    root = desk.service.firm.workspace.root
    for place in (root / "work.sqlite", f"sqlite:///{root}/work.sqlite", f"{root}/../firm/liuke.toml"):
        assert desk.boss.post("/data/connect", data={"place": str(place)}).status_code == 409, place
    assert desk.seller.post("/data/connect", data={"place": "/etc/passwd"}).status_code == 403


def test_the_password_of_a_database_is_shown_and_kept_nowhere(desk: Desk) -> None:
    address = "postgresql://reader:s3cr3t-word@127.0.0.1:1/sales"
    answer = desk.boss.post("/data/connect", data={"place": address, "query": "invoices"})
    number = str(answer.headers["location"]).rpartition("/")[2]
    page = desk.boss.get(f"/data/plan/{number}")
    assert page.status_code == 200
    assert "s3cr3t" not in page.text + desk.boss.get("/data").text
    root = desk.service.firm.workspace.root
    assert all(b"s3cr3t" not in path.read_bytes() for path in root.rglob("*") if path.is_file())
    fresh = Service(desk.service.firm, desk.service.store)
    with pytest.raises(Refused, match="not kept"):
        fresh.uploads.location(fresh.uploads.one(number, 1))


def test_a_large_file_is_loaded_by_a_job(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("liuke.app.upload_plan.SMALL", 10)
    number = desk.send("invoices.csv", csv(FIRST))
    assert desk.plan(number)["large"]
    assert desk.say(number, do="load").status_code == 303
    assert desk.plan(number)["going"]
    assert "Being loaded" in desk.boss.get("/data").text
    with desk.service.store.reading() as connection:
        (job,) = queue.jobs(connection, viewer_of(connection, 1), kind="load")
    json.dumps(job.args)
    kind = job_kind("load")
    assert kind.run(desk.service.firm, job.args, Unwatched()) == {"loads": ["0001"], "left": 0}
    assert kind.run(desk.service.firm, job.args, Unwatched()) == {"loads": ["0001"], "left": 0}, "done once"
    assert desk.plan(number)["done"]["load_id"] == "0001"


def test_what_nobody_loads_is_taken_away_in_time(desk: Desk) -> None:
    number = desk.send("a.csv", csv(FIRST))
    upload = desk.service.uploads.one(number, 1)
    old = (datetime.now(UTC) - timedelta(days=40)).isoformat()
    desk.service.uploads.keep(upload.__class__(**{**vars(upload), "at": old}))
    desk.send("b.csv", csv(FIRST))
    assert desk.boss.get(f"/data/plan/{number}").status_code == 404


def test_pairs_are_confirmed_and_split(desk: Desk) -> None:
    customers = b"customer_id,name,tax_number\nc1,Nord GmbH,91320\nc2,Nord GmbH,91320\n"
    desk.say(desk.send("invoices.csv", csv(FIRST)), do="load")
    desk.say(desk.send("customers.csv", customers), do="load")
    page = desk.boss.get("/data/merges")
    assert "1 pairs" in page.text
    pair = desk.boss.get("/data/merges.json").json()["pairs"][0]
    given = {"customer": pair["customer_id"], "into": pair["into"]}
    assert "counts under" in desk.boss.post("/data/merges/confirm", data=given).text
    assert desk.boss.post("/data/merges/confirm", data=given).status_code == 409
    assert [each["customer_id"] for each in desk.boss.get("/data/merges.json").json()["merged"]] == [given["customer"]]
    assert desk.boss.post("/data/merges/split", data={"customer": given["customer"]}).status_code == 200
    assert desk.boss.post("/data/merges/split", data={"customer": given["customer"]}).status_code == 409
    assert desk.boss.post("/data/merges/confirm", data={"customer": "none", "into": "c1"}).status_code == 404
    assert [entry.verb for entry in desk.audited() if entry.verb in ("merge", "split")] == ["split", "merge"]


def test_every_table_has_a_name_and_says_what_it_would_add(desk: Desk) -> None:
    assert set(TABLES) == set(contracts())
    more = desk.boss.get("/data.json").json()["more"]
    assert {each["table"] for each in more} == set(contracts())
    assert more[0]["table"] == "document_line"
    assert all(each["says"] for each in more)
    complaints = next(each for each in more if each["table"] == "complaint")
    assert "complaints handled badly" in complaints["says"]


def test_without_a_run_the_overview_leads_to_the_data_page(desk: Desk) -> None:
    answer = desk.boss.get("/overview")
    assert answer.status_code == 404
    assert re.search(r'href="/data"', answer.text.partition('id="main"')[2])
    assert 'href="/data"' not in desk.seller.get("/overview").text
    assert desk.boss.get("/data/checks").status_code == 200


@pytest.mark.slow
def test_the_files_of_a_firm_are_sent_together_and_loaded(desk: Desk, tmp_path: Path) -> None:
    made = simulate(tmp_path / "exports", tmp_path / "truth", customers=60, months=15, seed=3, form="csv")
    files = sorted(made.folder.iterdir())
    sent = [("file", (path.name, path.read_bytes())) for path in files]
    assert desk.boss.post("/data/upload", files=sent).headers["location"] == "/data"
    assert len(desk.boss.get("/data.json").json()["waiting"]) == len(files)
    assert desk.boss.post("/data/load-all").status_code == 303
    page = desk.boss.get("/data.json").json()
    assert (page["waiting"], len(page["loads"])) == ([], len(files))
    assert page["run_id"] == ""
    desk.service.firm.run()
    assert desk.boss.get("/overview").status_code == 200


def _hashed(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password.encode())


def _whole_book(folder: Path) -> bytes:
    import xlsxwriter

    with xlsxwriter.Workbook(str(folder / "whole.xlsx")) as book:
        sheet = book.add_worksheet()
        for place in range(300):
            sheet.write_row(place, 0, [f"D{place}", "2025-01-01", f"C{place % 7}", place * 1.5])
    return (folder / "whole.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("name", "made", "says"),
    [
        ("cut.xlsx", lambda book: book[: len(book) // 2], "its end is missing"),
        ("head.xlsx", lambda book: book[:40], "its end is missing"),
        ("part.xlsx", lambda book: book[:200] + bytes(255 - byte for byte in book[200:400]) + book[400:], "damaged"),
        ("old.xls", lambda _: OLE + bytes(3000), "damaged"),
        ("locked.xlsx", lambda _: OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("cut.zip", lambda book: book[: len(book) // 2], "archive"),
        ("zeros.xlsx", lambda _: bytes(5000), "nothing but zeros"),
        ("empty.xlsx", lambda _: b"", "is empty"),
        ("page.xls", lambda _: b"<html><head><title>Log in</title></head><body>Log in</body></html>", "is a web page"),
        ("bytes.csv", lambda _: b"a,b,c\n1,2\0,3\n4,5,6\n", "not a text, workbook or Parquet file"),
        ("cut.parquet", lambda _: b"PAR1" + b"x" * 100, "not a whole Parquet file"),
    ],
)  # fmt: skip
def test_a_broken_file_is_said_in_our_words_with_what_to_do(
    desk: Desk, tmp_path: Path, name: str, made: Any, says: str
) -> None:
    answer = desk.boss.post("/data/upload", files={"file": (name, made(_whole_book(tmp_path)))})
    shown = desk.boss.get(answer.headers["location"]) if answer.status_code == 303 else answer
    wrong = re.search(r'<div class="lk-wrong"[^>]*>(.*?)</div>', shown.text, re.DOTALL)
    assert wrong is not None
    assert f"{name}" in wrong[1]
    assert says in wrong[1]
    assert wrong[1].count("<p>") == 2  # what to do about it
    assert not re.search(r"EOCD|Zip error|Xls|Cfb|Error -3|magic|footer|calamine", wrong[1])
