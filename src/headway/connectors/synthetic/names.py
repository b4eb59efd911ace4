"""Names that sound like companies and belong to none."""

from __future__ import annotations

import numpy as np

from headway.connectors.synthetic.chance import one_of

_FIRST = (
    "Alder", "Amber", "Ash", "Birch", "Bramble", "Bright", "Cinder", "Clover", "Copper", "Dapple", "Elder", "Fallow",
    "Fern", "Flint", "Gorse", "Hazel", "Heron", "Ivory", "Juniper", "Kestrel", "Linden", "Maple", "Marsh", "Moss",
    "Otter", "Pebble", "Quill", "Raven", "Rowan", "Sedge", "Slate", "Sorrel", "Tarn", "Thistle", "Umber", "Willow",
)  # fmt: skip
_SECOND = ("bank", "bridge", "brook", "combe", "croft", "dale", "gate", "ham", "holm", "mere", "ridge", "stead", "vale")
_INDUSTRIES = {
    "Facilities Services": "Facilities",
    "Mechanical Engineering": "Engineering",
    "Logistics": "Logistics",
    "Utilities": "Networks",
    "Construction": "Building",
    "Medical Devices": "Medical",
    "Telecommunications": "Telecom",
}


def industries() -> tuple[str, ...]:
    """The industries companies are in."""
    return tuple(_INDUSTRIES)


def company_name(rng: np.random.Generator, industry: str, taken: set[str]) -> str:
    """A name nobody has yet."""
    while True:
        name = f"{one_of(rng, _FIRST)}{one_of(rng, _SECOND)} {_INDUSTRIES[industry]}"
        if name not in taken:
            taken.add(name)
            return name


def domain(name: str) -> str:
    """A web address under the ending reserved for examples."""
    return name.lower().replace(" ", "-") + ".example"
