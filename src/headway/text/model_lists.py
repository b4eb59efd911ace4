"""The lists of a model: the journey a plan is followed by, the families of assumptions, and the limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from headway.core.diagnostics import did_you_mean
from headway.text import mistakes
from headway.text.binding import Gathered, wrong_sort
from headway.text.nodes import ListNode, MapNode, Node, Scalar

LISTS = ("journey", "families", "limits")

Names = tuple[str, ...]
Named = Mapping[str, Names]


def read_lists(
    nodes: Mapping[str, Node], inputs: Iterable[str], lines: Iterable[str], gathered: Gathered
) -> tuple[Names, Named, Named]:
    """The journey, the families and the limits; noted is every name the model does not have, or has in a list twice.

    Where the text is torn already a name may be missing for that reason, and nothing is said of it.
    """
    torn, here = gathered.spoiled_since(0), tuple(lines)
    every = None if torn else (*here, *inputs)
    journey = _names(nodes["journey"], every, gathered, set()) if "journey" in nodes else ()
    families = _named(nodes["families"], every, gathered) if "families" in nodes else {}
    before = len(gathered.found)
    limits = _named(nodes["limits"], None if torn else here, gathered) if "limits" in nodes else {}
    for name, pair in limits.items() if not torn and not gathered.spoiled_since(before) else ():
        if len(pair) != 2:
            words = f"the limit '{name}' needs two lines: what is asked for, and what there is"
            gathered.wrong(mistakes.WRONG_TYPE, nodes["limits"].place, words, remedy="write [asked, there_is]")
    return journey, families, limits


def _named(node: Node, known: Names | None, gathered: Gathered) -> dict[str, Names]:
    """Lists by what they have in common; no name stands in two of them."""
    if not isinstance(node, MapNode):
        wrong_sort(node, "a mapping of lists", gathered)
        return {}
    seen = set[str]()
    return {entry.key.text: _names(entry.value, known, gathered, seen) for entry in node.entries}


def _names(node: Node, known: Names | None, gathered: Gathered, seen: set[str]) -> Names:
    if not isinstance(node, ListNode):
        wrong_sort(node, "a list of names", gathered)
        return ()
    return tuple(_checked(node, known, gathered, seen))


def _checked(node: ListNode, known: Names | None, gathered: Gathered, seen: set[str]) -> Iterator[str]:
    for item in node.items:
        if not isinstance(item, Scalar):
            wrong_sort(item, "a name", gathered)
        elif known is not None and item.text not in known:
            words = f"'{item.text}' is not in the model"
            gathered.wrong(mistakes.UNKNOWN_MEMBER, item.place, words, remedy=did_you_mean(item.text, known))
        elif item.text in seen:
            words = f"'{item.text}' is listed twice"
            gathered.wrong(mistakes.REPEATED_ITEM, item.place, words, remedy="take one of the two out")
        else:
            seen.add(item.text)
            yield item.text
