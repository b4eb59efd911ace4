"""Names as words, and words that stand beside them."""

from __future__ import annotations

from headway.core.titles import beside, sentence


def test_words_beside_a_heading_do_not_say_it_again() -> None:
    assert beside("Win rate", "win rate 29.3% against 32.2% planned") == "29.3% against 32.2% planned"
    assert beside("opportunities created", "368 opportunities created against 387") == "368 against 387"
    assert beside("deal size", "mean won deal 2,373 against 2,365") == "mean won deal 2,373 against 2,365"


def test_words_become_a_sentence_of_their_own() -> None:
    assert sentence("the planned 773 opportunities meet the target") == "The planned 773 opportunities meet the target."
    assert sentence("Nothing is missing.") == "Nothing is missing."
