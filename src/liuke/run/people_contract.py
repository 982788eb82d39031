"""Contracts of what a run says of salespeople and of the market against our own part."""

from __future__ import annotations

from liuke.run.contracts import CUSTOMER, money, real, sentence, share, table, text, whole, yes

MARKET_STATES = ("told", "too_few", "one_and_the_same", "nothing_beside")
MARKET_SPLIT = table(
    "market_split",
    "What sales changed against the year before: with all customers, with the segment, with the region, and alone",
    ("by", "value"),
    by=text("What customers are grouped by", "all", "segment", "region", required=True),
    value=text("The group; - for who is in none", required=True),
    customers=whole("Customers that bought in either span", required=True),
    before=money("What they bought in the same months a year before"),
    now=money("What they bought in the last months"),
    change=money("The difference: the five parts below add up to it where they are told"),
    came=money("Of who did not buy in these months a year before"),
    whole=money("As all other customers changed"),
    segment=money("As the others of the segment changed beyond that"),
    region=money("As the others of the region changed beyond that"),
    own=money("The rest: what is theirs and our own"),
    shared_low=money("Lower end of the 90 % range of what goes with the others"),
    shared_high=money("Upper end"),
    state=text("Whether the parts can be told, or why not", *MARKET_STATES, required=True),
    said=sentence("The same in words"),
)
SALESPERSON_EXPOSURE = table(
    "salesperson_exposure",
    "What hangs on each salesperson: customers on the books, money, core, and what could go if the person left",
    ("salesperson_id",),
    salesperson_id=text("The salesperson; - for customers nobody looks after", required=True),
    name=text("That person's name", personal=True),
    team=text("The team"),
    customers=whole("Customers on the books: who has bought and is not lost", required=True),
    money=money("What they buy in a usual year"),
    share=share("Of the money of all salespeople"),
    core_customers=whole("Core customers among them", required=True),
    core_money=money("What those buy in a usual year"),
    core_share=share("Of the money of all core customers"),
    single_contact=whole("Customers of whom only one of us has been in contact; null where no table tells"),
    loss=money("What would be lost in a year if the person left: as much as not"),
    loss_low=money("What would be lost at least in 95 of 100 departures"),
    loss_high=money("What would be lost at most in 95 of 100 departures"),
    large_share=yes("Whether more than a quarter of the core's money hangs on the person"),
    large_loss=yes("Whether the loss could pass a quarter of a year's profit"),
    said=sentence("What is not known"),
)
SALESPERSON_CUSTOMER = table(
    "salesperson_customer",
    "The customers on the books that hang on each salesperson, and what ties them",
    ("customer_code",),
    customer_code=CUSTOMER,
    salesperson_id=text("The salesperson; - for nobody", required=True),
    money=money("What the customer buys in a usual year"),
    core=yes("Whether it is a core customer"),
    single_contact=yes("Whether only one of us has been in contact with it; null where nobody knows"),
    years=real("Years with this salesperson", "years"),
    tie=share("The chance that it stands with the person, not with the firm"),
)
DIVERTED_QUESTION = table(
    "diverted_question",
    "Questions to a manager: customers contacted as before that buy less than those of others like them",
    ("salesperson_id", "place"),
    salesperson_id=text("The salesperson to ask about", required=True),
    name=text("That person's name", personal=True),
    place=whole("Place of the customer, the greatest gap first", required=True),
    customer_id=text("The customer", required=True),
    customer_name=text("Its name", personal=True),
    contacts_before=whole("Contacts in the span a year before"),
    contacts_now=whole("Contacts in the last span"),
    before=money("What it bought in the span a year before"),
    expected=money("What it would have bought had it kept step with its market"),
    now=money("What it bought in the last span"),
    fall=share("Of what was to be expected of all of them, the part not bought"),
    chance=share("How often chance ranks a salesperson so low, all of them tried"),
    said=sentence("The question"),
)
