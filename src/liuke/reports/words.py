"""Words the reports share: states, document kinds, units, and the sentences of the answer."""

from __future__ import annotations

from liuke.kernel.i18n import N_
from liuke.panel import states

BUYING = ("active", "new", "won_back")
LEAVING = states.LEAVING
STATES = states.TITLES
SHOWN = (*BUYING, *LEAVING, "lost")  # never-buyers are counted apart
KINDS = {
    "order": N_("Order"),
    "delivery": N_("Delivery"),
    "invoice": N_("Invoice"),
    "return": N_("Return"),
}
TURNOVER = {  # the basis as a word for money
    "order": N_("Ordered"),
    "delivery": N_("Delivered"),
    "invoice": N_("Invoiced"),
}
PERIODS = {"month": N_("months"), "week": N_("weeks"), "quarter": N_("quarters")}
COLUMNS = {
    "grade": N_("Grade"),
    "industry": N_("Industry"),
    "region": N_("Region"),
    "channel": N_("Channel"),
    "tier": N_("Tier"),
    "salesperson": N_("Salesperson"),
    "year": N_("Year"),
    "all": N_("All customers"),
}

# {hot_} opens a link that leads to risk, {core_} one to core customers, {_} closes it; {bold_} and {_bold} stress
NO_LINKS = {"hot_": "", "core_": "", "_": "", "bold_": "", "_bold": ""}  # the same sentences as plain text
ANSWER = N_(
    "{hot_}{listed} customers are on the watch list{_}; by their risk about {leave} of them will leave "
    "and take {hot_}{money} a year{_} with them, {bold_}{core_money}{_bold} of it from {core_}{core} core customers{_}."
)
ANSWER_NO_CORE = N_(
    "{hot_}{listed} customers are on the watch list{_}; by their risk about {leave} of them will leave "
    "and take {hot_}{money} a year{_} with them. No core customer is among them."
)
ANSWER_NO_RISK = N_(
    "{hot_}{listed} customers are on the watch list{_}; in a usual year they buy for {hot_}{money}{_}. "
    "How many will leave can't be said yet: the rules have too little history to be scored."
)
ANSWER_NOBODY = N_("None of the {customers} customers is on the watch list.")
SECOND = N_(
    "{basis} {closing} in the last {length} {periods}, {change} {than} the {length} before: "
    "{gone} went away, {come} came in."
)
WINDOW = N_("{start} to {end}")
MORE, LESS = N_("more than"), N_("less than")
FALLING_BASE = N_("The number of customers on the books has fallen three {periods} in a row, from {first} to {last}.")
RUNGS = {  # what a risk rests on: the ladder of data
    "boosting": N_("gradient boosting on a logit"),
    "logit": N_("penalised logit"),
    "buying": N_("buying model with a prior"),
}
NO_RISK = N_("The rule that fired has too little history to be scored.")
HALVES = N_(
    "Less than two years of documents: the two halves of the history are compared, so seasons are not taken out."
)
COUNTED_BY_MONTH = N_(
    "Flags are counted by customer and month. By value and at random: the hit rate of flagging as many customers "
    "by size, or by lot, in the same months."
)
