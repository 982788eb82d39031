"""Contracts of what a run says of causes."""

from __future__ import annotations

from liuke.causes.draw import CHOSEN, RANDOM
from liuke.run.contracts import CUSTOMER, day, money, real, sentence, share, table, text, whole, yes

JUDGED = ("lost", "at_risk")
CUSTOMER_CAUSE = table(
    "customer_cause",
    "Why a customer left, or would leave: the probability of each cause, unknown among them; they sum to 1",
    ("customer_code", "cause"),
    customer_code=CUSTOMER,
    cause=text("The cause's id, unknown for what none explains", required=True),
    place=whole("Its place among the customer's causes, 1 the likeliest", required=True),
    probability=share("Its probability"),
    judged=text("Whether the customer has left or may leave", *JUDGED, required=True),
    on=day("End of the period in which its next purchase failed to come; of who may leave, the run's day"),
    money=money("What the customer buys in a usual year"),
    audited=yes("Whether somebody checked and confirmed the cause"),
    stated=text("The cause that notes or interviews name, if any"),
)
CAUSE_EVIDENCE = table(
    "cause_evidence",
    "The rows and sayings that argue for and against the likely causes of a customer, the strongest first",
    ("customer_code", "cause", "place"),
    customer_code=CUSTOMER,
    cause=text("The cause it argues about", required=True),
    place=whole("Its place among them", required=True),
    speaks=text("For or against it", "for", "against", required=True),
    ratio=real("How much likelier the cause is with it than without; below 1 it speaks against"),
    said=sentence("The sentence"),
    day=day("Its day"),
    table=text("The table whose row tells of it"),
    row_id=text("The row"),
)
CAUSE_TOTAL = table(
    "cause_total",
    "Causes added up: expected customers and money by cause, for all and by one property of customers",
    ("judged", "by", "value", "cause"),
    judged=text("Customers lost in the last 12 months, or at risk now", *JUDGED, required=True),
    by=text("What they are grouped by: all, month, region, grade, salesperson, act", required=True),
    value=text("The group", required=True),
    cause=text("The cause's id", required=True),
    customers=real("Expected customers: the sum of probabilities"),
    customers_low=real("Lower end of its 90 % range"),
    customers_high=real("Upper end"),
    share=share("Of the group's customers"),
    money=money("Expected money of a usual year"),
    money_low=money("Lower end of its 90 % range"),
    money_high=money("Upper end"),
    before=real("Expected customers in the 12 months before; null where nobody knows"),
    of=whole("Customers of the group in all", required=True),
)
CAUSE_CARD = table(
    "cause_card",
    "Every cause in force, what speaks for it here, and what would have to be connected to judge it",
    ("cause",),
    cause=text("Its id, unknown among them", required=True),
    title_zh=text("Its Chinese title", required=True),
    title_en=text("Its English title", required=True),
    is_not_zh=text("What is taken for it and is another one, in Chinese"),
    is_not_en=text("The same in English"),
    group=text("Which group it belongs to"),
    act=text("Whose act the loss is"),
    kind=text("Natural, competition, fault or bad faith"),
    degree=text("Whether such customers are lost wholly or partly"),
    direction=text("Where they usually go"),
    keaveney=text("Category of Keaveney (1995)"),
    judged=yes("Whether any table here can tell of it"),
    missing=text("Tables that would tell of it and are not connected, apart by commas"),
    events=whole("Events of its kinds that are on record"),
    rate=real("Losses by it in a month of one fresh event, as learnt"),
    unseen=share("Share of its losses that come with nothing on record; null where nobody could learn it"),
    treatments=text("What can answer it, apart by commas"),
)
CAUSE_CHANNEL = table(
    "cause_channel",
    "What people say of causes, as learnt: how often each cause is stated as each",
    ("channel", "cause", "stated"),
    channel=text("Who said it: salesperson or interview", required=True),
    cause=text("The cause it was", required=True),
    stated=text("The cause it was said to be", required=True),
    probability=share("How often"),
    said=whole("Customers of whom this channel said anything", required=True),
)
CAUSE_DRAW = table(
    "cause_draw",
    "Lost customers whose cause is worth confirming: some drawn by lot, some the most uncertain and most valuable",
    ("customer_code",),
    customer_code=CUSTOMER,
    part=text("Drawn by lot, or chosen by what hangs on it", RANDOM, CHOSEN, required=True),
    place=whole("Its place within the part, 1 first", required=True),
    cause=text("The likeliest cause as judged without anybody's check of this customer", required=True),
    probability=share("Its probability"),
    uncertain=real("How uncertain the causes are: entropy of the probabilities", "nats"),
    on=day("End of the period in which its next purchase failed to come", required=True),
    money=money("What the customer buys in a usual year"),
    salesperson=text("The cause that notes of its salesperson name, if any"),
    interview=text("The cause that interviews by others name, if any"),
)
DIRECTION = table(
    "direction",
    "Where lost customers went, as notes and interviews say",
    ("direction", "competitor"),
    direction=text("Where to, in the notes' words", required=True),
    competitor=text("The rival named, empty for none", required=True),
    customers=whole("Customers", required=True),
    money=money("What they bought in a usual year"),
)
