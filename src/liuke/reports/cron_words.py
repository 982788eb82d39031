"""When a schedule is due, in words."""

from __future__ import annotations

from liuke.kernel.i18n import N_
from liuke.kernel.said import Said

WEEKDAYS = (
    N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
)  # fmt: skip
SHORT = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def cron_said(cron: str) -> Said:
    """A cron expression in words: the usual ones as people say them, any other field by field."""
    minute, hour, day, month, weekday = cron.split()
    if minute.isdigit() and hour == day == month == weekday == "*":
        return Said(N_("Every hour at minute {minute}"), {"minute": int(minute)})
    if minute.isdigit() and hour.isdigit() and month == "*":
        said = _once_a_day(day, weekday)
        if said.message:
            return said.replace(time=f"{int(hour)}:{int(minute):02}")
    fields = {"minute": minute, "hour": hour, "day": day, "month": month, "weekday": weekday}
    return Said(
        N_("Minute {minute}, hour {hour}, day {day}, month {month}, weekday {weekday}; * stands for every one"), fields
    )


def _once_a_day(day: str, weekday: str) -> Said:
    """On which days, where that has a short name; nothing where it has none."""
    if day == weekday == "*":
        return Said(N_("Every day at {time}"))
    if weekday == "*" and day.isdigit():
        return Said(N_("On day {day} of every month at {time}"), {"day": int(day)})
    if weekday == "*" and day == "L":
        return Said(N_("On the last day of every month at {time}"))
    if day == "*" and weekday.lower() in ("1-5", "mon-fri"):
        return Said(N_("Monday to Friday at {time}"))
    days = _weekdays(weekday) if day == "*" else []
    return Said(N_("{days} at {time}"), {"days": tuple(map(Said, days))}) if days else Said("")


def _weekdays(field: str) -> list[str]:
    """The weekdays a field names one by one; none where it is written otherwise."""
    found = []
    for part in field.lower().split(","):
        if part in SHORT:
            found.append(WEEKDAYS[SHORT.index(part)])
        elif part.isdigit() and int(part) <= len(SHORT):
            found.append(WEEKDAYS[int(part) % len(SHORT)])
        else:
            return []
    return found
