"""How the demo company keeps its project: where its exports lie, and what its plan is called and made of."""

from __future__ import annotations

from headway.core.history import Breakdown

EXPORTS = "exports"
PLAN = "fy26"
ASKED = Breakdown({"motion": "New Business"}, ("source", "segment"))
"""New business alone, each source and segment for itself: what customers add and renew is in the base."""
