"""`facts/register.json`: the loads in force and the numbers ever given; what it names is the truth of the store.

Writing it is the one step that makes a load count, or takes it back. A number given once, to a load, a customer or a
document, is never given again, whatever was undone: outside, people and other systems have written it down.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from liuke.kernel.errors import Refused
from liuke.kernel.i18n import N_
from liuke.kernel.said import Said
from liuke.store.disk import write_text
from liuke.store.manifest import FORMAT, Damaged, sealed, unsealed

if TYPE_CHECKING:
    from pathlib import Path

FILE = "register.json"


@dataclass(frozen=True)
class Entry:
    """What has to be known of a load even where its folder is lost: enough to load it again."""

    token: str
    table: str
    source: str
    files: list[str]
    loaded_on: str


@dataclass(frozen=True)
class Register:
    """Loads in force by id, and the next of each number."""

    loads: dict[str, Entry] = field(default_factory=dict)
    next_load: int = 1
    next_customer_code: int = 0
    next_document_code: int = 0

    @classmethod
    def read(cls, facts: Path) -> Register:
        """The register of a facts folder, a fresh one where nothing was ever loaded."""
        if not (facts / FILE).exists() and not any((facts / "loads").glob("*")):
            return cls()
        try:
            found = unsealed(facts / FILE)
        except Damaged as error:
            raise Refused(
                N_("Which loads are in force is not known: {path} {what}."),
                path=facts / FILE,
                what=Said(error.how),
                fix=N_("`liuke doctor --repair` writes it anew from the loads that lie beside it."),
            ) from error
        loads = {load_id: Entry(**entry) for load_id, entry in found["loads"].items()}
        return cls(loads, found["next_load"], found["next_customer_code"], found["next_document_code"])

    def write(self, facts: Path) -> None:
        """Put it in place."""
        write_text(facts / FILE, sealed({"format": FORMAT, **asdict(self)}))

    def with_load(self, load_id: str, entry: Entry, customer_code: int, document_code: int) -> Register:
        """The same with one more load, and the next customer and document code it leaves."""
        return replace(
            self,
            loads={**self.loads, load_id: entry},
            next_load=max(self.next_load, int(load_id) + 1),
            next_customer_code=max(self.next_customer_code, customer_code),
            next_document_code=max(self.next_document_code, document_code),
        )

    def without_load(self, load_id: str) -> Register:
        """The same without a load; the numbers it gave stay given."""
        return replace(self, loads={other: entry for other, entry in self.loads.items() if other != load_id})
