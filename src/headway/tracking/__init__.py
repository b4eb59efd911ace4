"""Are we on the way: plan against actual by week, the verdict in a sentence, and what to look at."""

from __future__ import annotations

from headway.tracking.pace import PACE, SMALL_SAMPLE
from headway.tracking.review import Context, Evidence, review

__all__ = ["PACE", "SMALL_SAMPLE", "Context", "Evidence", "review"]
