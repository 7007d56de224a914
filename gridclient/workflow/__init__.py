"""Workflows as data: packs, the steps of a case, and who may do what. Pure."""

from gridclient.workflow.pack import Pack, PackError, Step, Texts, Transition, load_pack, load_packs
from gridclient.workflow.steps import (
    advance,
    allowed,
    approve,
    is_done,
    next_step,
    prefill,
    return_,
    submit,
    updates,
)

__all__ = [
    "Pack",
    "PackError",
    "Step",
    "Texts",
    "Transition",
    "advance",
    "allowed",
    "approve",
    "is_done",
    "load_pack",
    "load_packs",
    "next_step",
    "prefill",
    "return_",
    "submit",
    "updates",
]
