"""Whether systems tie out: CRM won against billing ARR, who is a customer, subscriptions against invoices and the books."""

from headway.metrics.reconciling.answer import reconcile

__all__ = ["reconcile"]
