"""What changed about the open pipeline between two days."""

from headway.metrics.changes.bridge import changes

__all__ = ["changes"]
