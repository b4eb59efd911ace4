"""CSV and XLSX exports: read them whole, and propose how their columns become canonical tables."""

from headway.connectors.files.dates import DateOrder
from headway.connectors.files.landed import LandedFile, ListedRow
from headway.connectors.files.proposal import Choices, Inference, Proposal, Proposals
from headway.connectors.files.proposing import propose, propose_each
from headway.connectors.files.reading import read_file, read_files

__all__ = [
    "Choices",
    "DateOrder",
    "Inference",
    "LandedFile",
    "ListedRow",
    "Proposal",
    "Proposals",
    "propose",
    "propose_each",
    "read_file",
    "read_files",
]
