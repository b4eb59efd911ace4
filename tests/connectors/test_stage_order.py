"""The order of the way through the stages: found from first entries, shown, kept where a person has settled it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from inlet import Inlet, Write, mapping_of

from headway.connectors.files.stage_order import disagreeing, in_order
from headway.core.mapping import Connector

DEALS = "Deal ID,Deal Name,Stage,Amount,Created,Close Date\n" + "".join(
    f"{n},Deal {n},{stage},5,2024-01-01,2024-03-0{n}\n"
    for n, stage in enumerate(["Closing talk", "Closing talk", "Closed Won", "Alpha", "Middle"], start=1)
)
HISTORY = "Deal ID,Stage,Date entered stage\n" + "".join(
    f"{deal},{stage},2024-01-{day:02}\n"
    for deal, path in {
        1: [("Middle", 1), ("Alpha", 4), ("Closing talk", 9)],
        2: [("Middle", 2), ("Closing talk", 7)],
        3: [("Middle", 1), ("Alpha", 3), ("Closed Lost", 5), ("Closing talk", 8), ("Closed Won", 20)],
        4: [("Alpha", 5)],
        5: [("Middle", 5)],
    }.items()
    for stage, day in path
)
WAY = ["Middle", "Alpha", "Closing talk"]


def test_a_history_gives_the_order_whatever_the_counts_and_names(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("deals.csv", DEALS), write("stage-history.csv", HISTORY))
    assert list(mapping_of(proposal, "stage_history").stages) == [*WAY, "Closed Won", "Closed Lost"]
    assert [s for s in mapping_of(proposal, "opportunity").stages if s in WAY] == WAY
    said = {(r["file"], r["subject"]): (r["evidence"], r["sure"]) for r in proposal.evidence}
    assert said["stage-history.csv", "stage order"] == (
        "Middle, Alpha, Closing talk: 7 of 7 pairs of first entries came in this order",
        True,
    )


def test_entry_columns_give_the_order_whatever_their_places_in_the_file(inlet: Inlet, write: Write) -> None:
    head = (
        'Deal ID,Deal Name,Stage,Amount,Created,Close Date,Date entered "Offer",Date entered "Demo",Date entered "New"'
    )
    rows = "\n".join(
        f"{n},Deal {n},Offer,5,2024-01-01,2024-03-01,2024-02-0{n},2024-01-1{n},2024-01-0{n}" for n in range(1, 6)
    )
    proposal = inlet.propose(write("deals.csv", f"{head}\n{rows}\n"))
    assert list(mapping_of(proposal, "opportunity").stages) == ["New", "Demo", "Offer"]


def test_what_nothing_tells_apart_is_asked(inlet: Inlet, write: Write) -> None:
    apart = "Deal ID,Stage,Date entered stage\n1,Middle,2024-01-01\n2,Alpha,2024-01-01\n2,Closed Won,2024-02-01\n"
    proposal = inlet.propose(write("deals.csv", DEALS), write("stage-history.csv", apart))
    (asked,) = [q for q in proposal.questions if q.subject == "stage order" and q.file == "stage-history.csv"]
    assert asked.evidence.endswith("nothing tells 'Alpha' and 'Middle' apart")


def test_a_settled_order_stays_and_a_new_stage_finds_its_place(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", DEALS), write("stage-history.csv", HISTORY)).connector
    (history,) = [file for file in known.files if file.thing == "stage_history"]
    turned = dict.fromkeys(["Alpha", "Middle", "Closing talk"], "open") | {"Closed Won": "won", "Closed Lost": "lost"}
    edited = replace(history, stages=turned)
    files = tuple(edited if file.thing == "stage_history" else file for file in known.files)
    mine = Connector(known.name, known.system, known.instance, files)
    later = HISTORY + "4,Trial,2024-01-08\n4,Closing talk,2024-01-12\n"
    found = mapping_of(inlet.propose(write("stage-history.csv", later), known=(mine,)), "stage_history")
    assert list(found.stages) == ["Alpha", "Middle", "Trial", "Closing talk", "Closed Won", "Closed Lost"]


@given(st.permutations(range(6)), st.data())
def test_steps_that_agree_are_put_in_their_order(way: list[int], data: st.DataObject) -> None:
    """Any deals that only ever move forward, each through some of the stages, are put in an order none contradicts."""
    paths = data.draw(st.lists(st.sets(st.integers(0, 5), min_size=2), min_size=1, max_size=20))
    before: dict[tuple[str, str], int] = {}
    for path in paths:
        steps = [str(stage) for stage in way if stage in path]
        for n, earlier in enumerate(steps):
            for later in steps[n + 1 :]:
                before[earlier, later] = before.get((earlier, later), 0) + 1
    labels = [str(stage) for stage in range(6)]
    order = in_order((), labels, before)
    assert sorted(order) == labels
    assert disagreeing(order, before) == 0


@given(st.dictionaries(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), st.integers(1, 9)))
def test_settled_stages_keep_their_order_against_any_evidence(before: dict[tuple[str, str], int]) -> None:
    order = in_order(("c", "a"), ["b", "d", "e"], before)
    assert sorted(order) == list("abcde")
    assert order.index("c") < order.index("a")
