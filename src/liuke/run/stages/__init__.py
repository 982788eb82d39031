"""The stages of a run, in their order: each stands after those it needs."""

from __future__ import annotations

from liuke.run.stage import Stage
from liuke.run.stages.bought import BoughtStage
from liuke.run.stages.causes import CausesStage
from liuke.run.stages.churn import ChurnStage
from liuke.run.stages.core import CoreStage
from liuke.run.stages.customer_now import CustomerNowStage
from liuke.run.stages.documents import DocumentsStage
from liuke.run.stages.event_studies import EventStudiesStage
from liuke.run.stages.falls import FallsStage
from liuke.run.stages.families import FamiliesStage
from liuke.run.stages.indicators import IndicatorsStage
from liuke.run.stages.leaking_bucket import LeakingBucketStage
from liuke.run.stages.markets import MarketsStage
from liuke.run.stages.model_test import ModelTestStage
from liuke.run.stages.overview import OverviewStage
from liuke.run.stages.reasons import ReasonsStage
from liuke.run.stages.recounted import RecountedStage
from liuke.run.stages.rules import RulesStage
from liuke.run.stages.salespeople import SalespeopleStage
from liuke.run.stages.service import ServiceStage
from liuke.run.stages.states import StatesStage
from liuke.run.stages.summary import SummaryStage
from liuke.run.stages.value import ValueStage
from liuke.run.stages.warning import WarningStage
from liuke.run.stages.watch_list import WatchListStage
from liuke.run.stages.waterfall import WaterfallStage

STAGES: tuple[Stage, ...] = (
    StatesStage(),
    RulesStage(),
    SummaryStage(),
    ChurnStage(),
    CoreStage(),
    WatchListStage(),
    CustomerNowStage(),
    ValueStage(),
    FamiliesStage(),
    RecountedStage(),
    DocumentsStage(),
    ReasonsStage(),
    CausesStage(),
    BoughtStage(),
    EventStudiesStage(),
    MarketsStage(),
    FallsStage(),
    SalespeopleStage(),
    ModelTestStage(),
    WarningStage(),
    WaterfallStage(),
    IndicatorsStage(),
    LeakingBucketStage(),
    ServiceStage(),
    OverviewStage(),
)
