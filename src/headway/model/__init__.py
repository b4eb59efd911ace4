"""The formula language: parse, check units and breakdowns, order, evaluate, explain."""

from __future__ import annotations

from headway.model.checked import CheckedInput, CheckedLine, CheckedModel
from headway.model.compile import compile_model
from headway.model.evaluate import Evaluator
from headway.model.explain import explain_line
from headway.model.mistakes import MISTAKES

__all__ = [
    "MISTAKES",
    "CheckedInput",
    "CheckedLine",
    "CheckedModel",
    "Evaluator",
    "compile_model",
    "explain_line",
]
