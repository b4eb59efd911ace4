"""The demo company's exports, and its truth, made in memory from one seed."""

from __future__ import annotations

from dataclasses import dataclass

from headway.connectors.synthetic.demo.billing import Billing, billed
from headway.connectors.synthetic.demo.company import Company
from headway.connectors.synthetic.demo.crm_files import Portal, crm_files
from headway.connectors.synthetic.demo.draws import streams
from headway.connectors.synthetic.demo.finance import Posting, Spend, ledger, spend
from headway.connectors.synthetic.demo.habits import Crm, Misstatement, kept
from headway.connectors.synthetic.demo.halvermere import DEMO
from headway.connectors.synthetic.demo.hidden import truth_tables
from headway.connectors.synthetic.demo.money_files import Books, money_files
from headway.connectors.synthetic.demo.people import Roster
from headway.connectors.synthetic.demo.truth import World
from headway.connectors.synthetic.demo.world import simulate


@dataclass(frozen=True)
class Made:
    """A company that has been simulated: the truth, what its systems hold, and the files they export."""

    company: Company
    world: World
    crm: Crm
    billing: Billing
    spend: list[Spend]
    ledger: list[Posting]
    exports: dict[str, str]

    def truth(self) -> dict[str, str]:
        """The hidden tables: each one's file name and text."""
        return truth_tables(self.company, self.world, self.crm, self.billing)


def make(company: Company = DEMO) -> Made:
    """Simulate a company and write its exports."""
    draws = streams(company.seed)
    roster = Roster(company, draws.people)
    world = simulate(company, draws, roster)
    crm = kept(company, draws.habits, world, roster)
    billing = billed(company, draws.billing, world)
    lines, misposted = spend(company, draws.finance, world)
    postings = ledger(company, draws.finance, world, billing, lines)
    crm.wrong += [Misstatement(*wrong) for wrong in misposted]
    crm.wrong += [
        Misstatement(crm.number(customer.subscriptions[0].deal) or 0, "unbilled", "won, and not in billing")
        for customer in billing.unbilled
    ]
    files = crm_files(Portal(company, draws.habits, world, crm, roster))
    files |= money_files(Books(company, draws.finance, billing, crm, roster, lines, postings))
    return Made(company, world, crm, billing, lines, postings, files)


def demo_exports() -> dict[str, str]:
    """The exports of the demo company on its last day: each file's name and text."""
    return make().exports
