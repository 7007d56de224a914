"""Workflows as data: packs, the steps of a case, its clocks, and who may do what. Pure."""

from gridclient.workflow.clocks import CLOCK_FIELDS, clocks_of, pressing
from gridclient.workflow.corrections import CORRECT, correct, corrected_trail, corrections, may_correct
from gridclient.workflow.guards import Asked, answers_of, is_done, recorders, trail_of
from gridclient.workflow.knowing import Known, evidence, known, updates
from gridclient.workflow.moves import (
    STEPWISE,
    allowed,
    asked_of,
    begin,
    choices,
    due_moves,
    explain,
    may_set,
    take,
    take_due,
)
from gridclient.workflow.pack import Pack, PackError, Step, Transition, load_pack
from gridclient.workflow.provisions import SAMPLE_PERCENT
from gridclient.workflow.shelf import PLAIN, Placed, Shelf, Work, load_packs
from gridclient.workflow.steps import (
    advance,
    approve,
    can_be_sent,
    moving,
    next_step,
    own_steps,
    parted,
    return_,
    submit,
)

__all__ = [
    "CLOCK_FIELDS",
    "CORRECT",
    "PLAIN",
    "SAMPLE_PERCENT",
    "STEPWISE",
    "Asked",
    "Known",
    "Pack",
    "PackError",
    "Placed",
    "Shelf",
    "Step",
    "Transition",
    "Work",
    "advance",
    "allowed",
    "answers_of",
    "approve",
    "asked_of",
    "begin",
    "can_be_sent",
    "choices",
    "clocks_of",
    "correct",
    "corrected_trail",
    "corrections",
    "due_moves",
    "evidence",
    "explain",
    "is_done",
    "known",
    "load_pack",
    "load_packs",
    "may_correct",
    "may_set",
    "moving",
    "next_step",
    "own_steps",
    "parted",
    "pressing",
    "recorders",
    "return_",
    "submit",
    "take",
    "take_due",
    "trail_of",
    "updates",
]
