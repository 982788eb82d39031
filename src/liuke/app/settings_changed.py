"""The settings of a firm as they are read, and the one verb that changes one: checked, written, recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from liuke.kernel.errors import Conflict, Invalid
from liuke.kernel.i18n import N_
from liuke.kernel.said import printable
from liuke.kernel.settings import BY_NAME, SETTINGS, Setting, is_currency, read_settings, with_setting
from liuke.kernel.toml_file import text_of
from liuke.store.disk import write_text
from liuke.store.workspace import FILE
from liuke.work import audit

if TYPE_CHECKING:
    from liuke.app.service import Service
    from liuke.kernel.settings import Value
    from liuke.work.people.viewer import Viewer

LOGIN = re.compile(r"(?<=://)([^/@]*)(?=@)")
HIDDEN = "•••"


@dataclass(frozen=True)
class InForce:
    """A setting with its value and where that came from."""

    setting: Setting
    value: Value
    origin: str  # name of a file, or `default`

    @property
    def shown(self) -> str:
        """The value as a form holds it; names and passwords in addresses are hidden."""
        return setting_text(self.value)


def setting_text(value: Value) -> str:
    """A value as it is typed: 0.8, 20000, CNY; without the name and password of an address."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return LOGIN.sub(HIDDEN, text)


def settings_in_force(service: Service) -> tuple[InForce, ...]:
    """Every setting, as `liuke.toml` has it at this moment; Invalid where somebody broke the file."""
    found = read_settings(service.firm.workspace.root / FILE)
    return tuple(InForce(each, found.values[each.name], found.origin[each.name]) for each in SETTINGS)


def change_setting(service: Service, by: Viewer, name: str, typed: str | None, seen: str) -> bool:
    """Put a setting to what was typed (None: its default); whether that is another value.

    Conflict when it is no longer what was `seen`: it names who changed it. Invalid when it can't be that value.
    """
    by.demand("settings")
    setting = BY_NAME.get(name)
    if setting is None:
        raise Invalid(N_("There is no setting {name}."), name=printable(name), code="unknown_setting")
    workspace = service.firm.workspace
    with workspace.locked("definitions"), service.store.writing() as connection:
        path = workspace.root / FILE
        now = read_settings(path)
        was = now.values[name]
        if setting_text(was) != seen:
            last = next(iter(audit.entries(connection, object=f"setting:{name}", size=1).rows), None)
            raise Conflict(
                N_("{name} is {now} by now; {who} changed it. Nothing of yours was saved."),
                name=name,
                now=setting_text(was),
                who=last.login if last is not None and last.login else FILE,
                code="changed_meanwhile",
                fix=N_("Look at it again, then change what you still want to change."),
            )
        if typed is not None and HIDDEN in typed:
            return False  # an address shown without its password, sent back as it was
        value = None if typed is None else checked_setting(setting, typed)
        if (value == was and now.origin[name] != "default") or (value is None and now.origin[name] == "default"):
            return False
        text = with_setting(text_of(path), name, value)
        after = setting.default if value is None else value
        audit.record(connection, by, "change_setting", f"setting:{name}", {"value": setting_text(was)},
                     {"value": setting_text(after)})  # fmt: skip
        write_text(path, text)
    workspace.__dict__.pop("settings", None)  # read anew by whoever asks next
    return True


def checked_setting(setting: Setting, typed: str) -> Value:
    """What was typed as a value of a setting; Invalid with what it must be."""
    text = printable(typed).strip()
    value: Value = text
    if not isinstance(setting.default, str):
        try:
            number = float(text.replace(",", "").replace("，", ""))
            value = int(number) if number.is_integer() else number
        except (ValueError, OverflowError):
            value = text
        if isinstance(setting.default, int) and not isinstance(value, int):
            value = text  # a whole number is asked for
    elif setting.name == "currency":
        value = text.upper()
    fits = setting.check(value) and (setting.name != "currency" or is_currency(value))
    if not fits:
        raise Invalid(
            N_("{name} must be {must}; {value} was found."),
            name=setting.name,
            must=setting.must,
            value=text or "-",
            code="bad_setting",
        )
    return value
