"""Hygiene: rules about records as data, what they find, and how much of the pipeline can be trusted."""

from headway.metrics.hygiene.judged import asks_for_judgement, lay_judgement
from headway.metrics.hygiene.library import check_rules, shipped_rules
from headway.metrics.hygiene.report import against_target, hygiene

__all__ = ["against_target", "asks_for_judgement", "check_rules", "hygiene", "lay_judgement", "shipped_rules"]
