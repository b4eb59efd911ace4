"""A made-up company, simulated deal by deal, that leaves behind the exports a real one would."""

from headway.connectors.synthetic.company import LARKFIELD, SEED, Company
from headway.connectors.synthetic.exports import exports
from headway.connectors.synthetic.life import World, simulate

__all__ = ["LARKFIELD", "SEED", "Company", "World", "exports", "simulate"]
