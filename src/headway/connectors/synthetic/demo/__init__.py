"""The demo company: three years of one B2B business, its exports, and the truth behind them."""

from headway.connectors.synthetic.demo.company import SPOTLESS, Company, Habits
from headway.connectors.synthetic.demo.exports import Made, demo_exports, make
from headway.connectors.synthetic.demo.finance import ACCOUNTS
from headway.connectors.synthetic.demo.halvermere import DEMO, TODAY
from headway.connectors.synthetic.demo.project import ASKED, EXPORTS, PLAN

__all__ = [
    "ACCOUNTS",
    "ASKED",
    "DEMO",
    "EXPORTS",
    "PLAN",
    "SPOTLESS",
    "TODAY",
    "Company",
    "Habits",
    "Made",
    "demo_exports",
    "make",
]
