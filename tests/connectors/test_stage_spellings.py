"""One stage, one spelling: labels that differ in case, blanks or signs, within the deals and between them and a history."""

from __future__ import annotations

from dataclasses import replace

from inlet import Inlet, Write, mapping_of

DEALS = (
    "Deal ID,Deal Name,Owner,Stage,Amount,Created,Close Date\n"
    "1,A,AE 1,Needs Analysis,5,2026-01-13,2026-04-14\n2,B,AE 1,Needs Analysis,6,2026-01-15,2026-05-16\n"
    "3,C,AE 2,NEEDS  ANALYSIS,7,2026-01-15,2026-05-16\n4,D,AE 2,Closed Won,8,2026-01-16,2026-02-16\n"
)
HISTORY = (
    "Deal ID,To Stage,Last Modified\n"
    "1,QUALIFY,2026-01-13\n1,needs analysis,2026-01-20\n2,Qualify,2026-01-15\n2,QUALIFY,2026-01-16\n"
    "2,NEEDS-ANALYSIS,2026-01-22\n4,qualify,2026-01-16\n4,needs analysis,2026-01-19\n4,CLOSED WON,2026-02-16\n"
)
ONE_SPELLING = {
    **dict.fromkeys(("needs analysis", "NEEDS-ANALYSIS"), "Needs Analysis"),
    **{"Qualify": "QUALIFY", "qualify": "QUALIFY", "CLOSED WON": "Closed Won"},
}


def test_a_history_takes_the_spelling_of_the_deals(inlet: Inlet, write: Write) -> None:
    proposal = inlet.propose(write("deals.csv", DEALS), write("history.csv", HISTORY))
    deals, history = mapping_of(proposal, "opportunity"), mapping_of(proposal, "stage_history")
    assert deals.repairs == {"Stage": {"NEEDS  ANALYSIS": "Needs Analysis"}}
    assert deals.stages == {"Needs Analysis": "open", "Closed Won": "won"}
    assert history.repairs == {"To Stage": ONE_SPELLING}
    assert history.stages == {"QUALIFY": "open", "Needs Analysis": "open", "Closed Won": "won"}
    assert not [question for question in proposal.questions if question.subject == "spelling"]


def test_a_history_that_comes_later_does_too(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", DEALS)).connector
    later = inlet.propose(write("history.csv", HISTORY), known=(known,))
    assert mapping_of(later, "stage_history").repairs == {"To Stage": ONE_SPELLING}


def test_labels_the_user_keeps_apart_stay_apart(inlet: Inlet, write: Write) -> None:
    known = inlet.propose(write("deals.csv", DEALS)).connector
    (mapping,) = known.files
    apart = replace(mapping, repairs={}, stages={**mapping.stages, "NEEDS  ANALYSIS": "lost"})
    again = inlet.propose(write("deals.csv", DEALS), known=(replace(known, files=(apart,)),))
    assert mapping_of(again, "opportunity") == apart
