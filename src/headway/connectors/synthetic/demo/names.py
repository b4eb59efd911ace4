"""Names of companies and industries that belong to nobody."""

from __future__ import annotations

from functools import cache

import numpy as np

_FIRST = (
    "Alder", "Apple", "Ash", "Aspen", "Barley", "Bay", "Beech", "Birch", "Black", "Bracken", "Bramble", "Bright",
    "Brindle", "Broad", "Cedar", "Chalk", "Cinder", "Clay", "Clear", "Clover", "Coal", "Cold", "Copper", "Coral",
    "Crag", "Crane", "Crest", "Dapple", "Deep", "Drift", "Dusk", "East", "Elder", "Elm", "Ember", "Fair", "Fallow",
    "Fern", "Field", "Fir", "Flax", "Flint", "Fox", "Frost", "Gale", "Glen", "Gold", "Gorse", "Grain", "Gran", "Green",
    "Grey", "Harrow", "Haw", "Hay", "Hazel", "Heath", "Heron", "High", "Holl", "Hop", "Horn", "Iron", "Ivory", "Kelp",
    "Kestrel", "Lark", "Larch", "Leaf", "Lime", "Linden", "Ling", "Long", "Maple", "Marl", "Marsh", "Mill", "Mist",
    "Moor", "Moss", "North", "Oak", "Oat", "Osier", "Otter", "Over", "Peat", "Pebble", "Pine", "Plover", "Plum",
    "Quarry", "Quill", "Rain", "Raven", "Red", "Reed", "Rill", "Rush", "Rye", "Salt", "Sand", "Sedge", "Shale", "Shell",
    "Silver", "Slate", "Snow", "Sorrel", "South", "Spruce", "Stone", "Swift", "Tarn", "Thistle", "Thorn", "Timber",
    "Umber", "Under", "Wald", "Wheat", "White", "Wild", "Willow", "Wind", "Winter", "Wren", "Yarrow", "Yew",
)  # fmt: skip
_SECOND = (
    "bank", "beck", "bourne", "bridge", "brook", "by", "combe", "cote", "croft", "dale", "den", "fell", "fold", "ford",
    "garth", "gate", "ham", "haven", "hithe", "holm", "hurst", "keld", "lea", "mere", "mouth", "ness", "ridge", "rigg",
    "shaw", "stead", "stoke", "thwaite", "vale", "wick", "worth",
)  # fmt: skip
_INDUSTRIES = (
    ("Food Production", "Foods"), ("Automotive", "Automotive"), ("Mechanical Engineering", "Engineering"),
    ("Medical Devices", "Medical"), ("Packaging and Containers", "Packaging"), ("Chemicals", "Chemicals"),
    ("Logistics", "Logistics"), ("Electrical Manufacturing", "Electric"), ("Plastics", "Plastics"),
    ("Retail", "Stores"), ("Aviation", "Aero"), ("Textiles", "Textiles"),
)  # fmt: skip


@cache
def _all() -> int:
    return len(_FIRST) * len(_SECOND) * len(_INDUSTRIES)


def company_name(rng: np.random.Generator, taken: set[int]) -> tuple[str, str]:
    """A name nobody has yet, and its industry."""
    place = int(float(rng.random()) * _all())
    while place in taken:
        place = (place + 7_919) % _all()
    taken.add(place)
    rest, trade = divmod(place, len(_INDUSTRIES))
    first, second = divmod(rest, len(_SECOND))
    industry, word = _INDUSTRIES[trade]
    return f"{_FIRST[first]}{_SECOND[second]} {word}", industry


def domain(name: str) -> str:
    """A web address under the ending reserved for examples."""
    return name.lower().replace(" ", "-") + ".example"
