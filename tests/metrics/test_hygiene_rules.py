"""Hygiene rules on small worlds made by hand: each names what it should, nothing else, and says when it cannot judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.core.hygiene import Fit, Hygiene, Rule, Waiver
from headway.core.mapping import Connector, FileMapping
from headway.core.settings import Settings
from headway.metrics.hygiene import against_target, check_rules, hygiene, shipped_rules
from headway.text.documents import read_mapping_of, read_mappings_of
from tests.metrics.billing_world import export, known, load
from tests.metrics.handmade import HandMade, facts_of

TODAY = date(2026, 6, 30)
WAY = ("Discovery", "Evaluation", "Proposal", "Negotiation")
Deal = Mapping[str, object]


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    read, found = read_mappings_of(shipped_rules(), Rule)
    assert not found, [d.render() for d in found]
    return read


def deal(number: int, **cells: object) -> dict[str, object]:
    plain = {
        "key": f"crm:main:opportunity:{number}",
        "id": number,
        "name": f"Deal {number}",
        "status": "open",
        "stage": "Evaluation",
        "owner": "AE North 1",
        "account": f"Account {number}",
        "source_channel": "inbound",
        "created_date": TODAY - timedelta(days=20),
        "close_date": TODAY + timedelta(days=20),
        "amount": Decimal(1000),
        "value": Decimal(1000),
        "segment": "mid",
        "reconstructed": False,
    }
    return plain | cells


def span(deal_id: int, stage: str, entered: date, exited: date | None = None, **more: object) -> dict[str, object]:
    days = (exited - entered).days if exited else None
    return {
        "opportunity_id": deal_id,
        "stage": stage,
        "ord": WAY.index(stage) + 1 if stage in WAY else 9,
        "closing": stage not in WAY,
        "entered_at": entered,
        "exited_at": exited,
        "days": days,
        "skipped": False,
        "regression": False,
    } | more


def world(
    deals: Iterable[Deal],
    spans: Iterable[Mapping[str, object]] = (),
    changes: Iterable[tuple[int, str, str, str, date]] = (),
    activities: Iterable[tuple[int, date]] = (),
) -> HandMade:
    """Facts as the tables hand them over, with the relations rules read beside deals."""
    facts = facts_of(deals, TODAY)
    facts.engine.run("ALTER TABLE stage_span ADD COLUMN skipped BOOLEAN")
    facts.engine.run("ALTER TABLE stage_span ADD COLUMN regression BOOLEAN")
    for one in spans:
        marks = ", ".join("?" for _ in one)
        facts.engine.run(f"INSERT INTO stage_span ({', '.join(one)}) VALUES ({marks})", list(one.values()))
    facts.engine.run(
        "CREATE TABLE deal_change (id BIGINT, field VARCHAR, old_value VARCHAR, new_value VARCHAR, changed_on DATE)"
    )
    for change in changes:
        facts.engine.run("INSERT INTO deal_change VALUES (?, ?, ?, ?, ?)", list(change))
    for number, (owner_of, day) in enumerate(activities, start=1):
        facts.engine.run("INSERT INTO activity (id, occurred_date) VALUES (?, ?)", [number, day])
        facts.engine.run(
            "INSERT INTO entity_link VALUES ('activity', ?, 'opportunity', ?, 'opportunity_id = id')",
            [number, owner_of],
        )
    return facts


def connector() -> Connector:
    stages = {**dict.fromkeys(WAY, "open"), "Won": "won", "Lost": "lost"}
    return Connector("crm", "crm", "main", (FileMapping("deals", "opportunity", (), (), (), stages=stages),))  # type: ignore[arg-type]


def found(
    facts: HandMade,
    rules: Mapping[str, Rule],
    waivers: Mapping[str, Waiver] | None = None,
    fits: Mapping[str, Fit] | None = None,
) -> Hygiene:
    return hygiene(facts, Settings("Acme", Path(), "EUR"), (connector(),), rules, waivers or {}, fits)


def named(made: Hygiene, rule: str) -> dict[str, str]:
    """The records of a rule with why each is named."""
    quality = made.of_rule(rule)
    assert quality is not None
    assert quality.judged, quality.note
    return {str(row["record"]): str(row["why"]) for row in quality.records}


def test_shipped_rules_say_enough(rules: dict[str, Rule]) -> None:
    assert check_rules(rules, {}) == ()
    assert all(rule.fix and rule.subject for rule in rules.values())


def test_a_rule_of_ones_own_changes_only_what_it_says(rules: dict[str, Rule], tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("stale:\n  untouched: {days: 10}\npast-close:\n  off: true\n")
    own, wrong = read_mapping_of(tmp_path / "own.yaml", Rule)
    assert not wrong
    merged = rules | {name: rule.over(rules[name]) for name, rule in own.items()}
    assert merged["stale"].untouched and merged["stale"].untouched.days == 10
    assert merged["stale"].severe and merged["stale"].title == rules["stale"].title
    assert check_rules(merged, {}) == ()
    made = found(world([deal(1, close_date=date(2026, 1, 1), created_date=TODAY - timedelta(days=12))]), merged)
    assert made.of_rule("past-close") is None
    assert named(made, "stale") == {"1": "untouched for 12 days"}


def test_fields_that_no_record_carries_are_not_asked_for(rules: dict[str, Rule]) -> None:
    made = found(world([deal(1), deal(2, owner="")]), rules)
    assert named(made, "without-owner") == {"2": "no owner"}
    quality = made.of_rule("no-next-step")
    assert quality is not None and not quality.judged
    assert "no record carries a next step" in quality.note


def test_past_close_is_before_the_day_and_not_on_it(rules: dict[str, Rule]) -> None:
    deals = [deal(1, close_date=TODAY), deal(2, close_date=TODAY - timedelta(days=1)), deal(3, close_date=None)]
    assert set(named(found(world(deals), {"past-close": rules["past-close"]}), "past-close")) == {"2"}


def test_activity_and_moves_touch_a_deal_but_a_moved_close_date_does_not(rules: dict[str, Rule]) -> None:
    old = TODAY - timedelta(days=90)
    deals = [deal(n, created_date=old) for n in (1, 2, 3)]
    facts = world(
        deals,
        spans=[span(1, "Evaluation", TODAY - timedelta(days=5))],
        changes=[(3, "close_date", "2026-06-01", "2026-07-20", TODAY - timedelta(days=3))],
        activities=[(2, TODAY - timedelta(days=30)), (3, TODAY - timedelta(days=31))],
    )
    assert named(found(facts, {"stale": rules["stale"]}), "stale") == {"3": "untouched for 31 days"}


def test_what_a_later_load_replaced_is_not_held_against_a_deal(rules: dict[str, Rule]) -> None:
    deals = [deal(1, created_date=TODAY - timedelta(days=90), reconstructed=True)]
    assert named(found(world(deals), {"stale": rules["stale"]}), "stale") == {}


def test_pushes_are_moves_outwards_only(rules: dict[str, Rule]) -> None:
    days = [f"2026-0{month}-15" for month in range(3, 8)]
    out = [(1, "close_date", a, b, TODAY) for a, b in pairwise(days[:4])]
    back = [(2, "close_date", b, a, TODAY) for a, b in pairwise(days[:4])]
    made = found(world([deal(1), deal(2), deal(3)], changes=[*out, *back]), {"pushed": rules["pushed"]})
    assert named(made, "pushed") == {"1": "pushed 3 times, by 92 days"}


def test_a_heap_of_close_dates_is_told_from_chance(rules: dict[str, Rule]) -> None:
    end = date(2026, 9, 30)
    spread = [deal(n, close_date=TODAY + timedelta(days=3 + n)) for n in range(1, 31)]
    heap = [deal(100 + n, close_date=end) for n in range(6)]
    assert set(named(found(world([*spread, *heap]), {"clustered": rules["clustered"]}), "clustered")) == {
        str(100 + n) for n in range(6)
    }
    assert named(found(world([*spread, *heap[:1]]), {"clustered": rules["clustered"]}), "clustered") == {}
    won = [
        deal(1000 + n, status="won", closed_date=date(2026, 3, 31) if n % 4 == 0 else date(2026, 2, 3))
        for n in range(40)
    ]
    assert named(found(world([*spread, *heap, *won]), {"clustered": rules["clustered"]}), "clustered") == {}, (
        "wins fall there as often"
    )


def test_moves_between_stages(rules: dict[str, Rule]) -> None:
    day = [TODAY - timedelta(days=n) for n in range(60, 0, -10)]
    spans = [
        span(1, "Discovery", day[0], day[1]),
        span(1, "Proposal", day[1], skipped=True),
        span(2, "Discovery", day[0], day[1]),
        span(2, "Evaluation", day[1], day[2]),
        span(2, "Discovery", day[2], regression=True),
        span(3, "Evaluation", day[0], skipped=True),
        span(4, "Discovery", day[0], day[1]),
        span(4, "Lost", day[1], day[2]),
        span(4, "Evaluation", day[2]),
        span(5, "Discovery", day[0]),
    ]
    made = found(world([deal(n) for n in range(1, 6)], spans), rules)
    assert named(made, "skipped-stage") == {"1": f"from Discovery to Proposal on {day[1]}"}
    assert named(made, "went-back") == {"2": f"back to Discovery on {day[2]}"}
    assert named(made, "late-start") == {"3": f"began in Evaluation on {day[0]}"}
    assert named(made, "reopened") == {"4": f"open again in Evaluation on {day[2]}"}


def test_required_fields_hold_from_their_stage_on() -> None:
    asked = {"Evaluation": ("account",), "Proposal": ("close_date", "amount")}
    rule = Rule("bant", "Not qualified", "It is a hope.", among={"status": "open"}, required=asked)
    assert check_rules({"bant": rule}, {}) == ()
    empty = {"account": None, "close_date": None, "amount": None}
    deals = [deal(n, stage=stage, **empty) for n, stage in enumerate(WAY, start=1)]
    made = found(world([*deals, deal(9, stage="Negotiation")]), {"bant": rule})
    assert named(made, "bant") == {
        "2": "no account",
        "3": "no account, close date, amount",
        "4": "no account, close date, amount",
    }
    strange = Rule("bant", "x", "y", required={"Demo": ("amount",)})
    quality = found(world(deals), {"bant": strange}).of_rule("bant")
    assert quality is not None and not quality.judged
    assert "no open stage 'Demo'; there are: Discovery, Evaluation" in quality.note


def test_evidence_of_entry_and_exit(rules: dict[str, Rule]) -> None:
    then = TODAY - timedelta(days=10)
    spans = [span(n, "Evaluation", then - timedelta(days=9), then) for n in (1, 2, 3)]
    spans += [span(n, "Proposal", then) for n in (1, 2, 3)]
    facts = world([deal(n) for n in (1, 2, 3)], spans, activities=[(1, then), (2, then + timedelta(days=5))])
    assert named(found(facts, {"moved-on-untouched": rules["moved-on-untouched"]}), "moved-on-untouched") == {
        "2": f"left Evaluation on {then}: no activity by then",
        "3": f"left Evaluation on {then}: no activity by then",
    }
    bare = world([deal(1, amount=None), deal(2)], [span(1, "Proposal", then), span(2, "Proposal", then)])
    assert named(found(bare, {"stage-without-amount": rules["stage-without-amount"]}), "stage-without-amount") == {
        "1": f"entered Proposal on {then}: no amount"
    }


def test_evidence_is_what_the_field_held_on_the_day(rules: dict[str, Rule]) -> None:
    moved, deals = TODAY - timedelta(days=10), [deal(1), deal(2), deal(3, amount=None), deal(4, amount=None)]
    changes = [
        (1, "amount", "", "1000", TODAY - timedelta(days=3)),  # entered a week too late
        (2, "amount", "", "900", TODAY - timedelta(days=30)),
        (2, "amount", "900", "1000", TODAY - timedelta(days=3)),
        (3, "amount", "700", "", TODAY - timedelta(days=3)),  # was there, and was taken out since
    ]
    facts = world(deals, [span(n, "Proposal", moved) for n in (1, 2, 3, 4)], changes)
    assert set(
        named(found(facts, {"stage-without-amount": rules["stage-without-amount"]}), "stage-without-amount")
    ) == {
        "1",
        "4",
    }


def test_a_category_contradicts_what_history_says_of_the_stage(rules: dict[str, Rule]) -> None:
    past = [deal(100 + n, status="won" if n < 6 else "lost", closed_date=TODAY - timedelta(days=5)) for n in range(30)]
    spans = [span(100 + n, "Evaluation", TODAY - timedelta(days=40), TODAY - timedelta(days=5)) for n in range(30)]
    deals = [deal(1, forecast_category="Commit"), deal(2, forecast_category="Best Case")]
    deals += [deal(3, forecast_category="Closed Won"), deal(4, stage="Negotiation", forecast_category="Commit")]
    facts = with_column("forecast_category", [*deals, *past], spans)
    assert named(found(facts, {"category-contradicts": rules["category-contradicts"]}), "category-contradicts") == {
        "1": "Commit in Evaluation, of which 20% were won (n = 30)",
        "3": "Closed Won while it is open",
    }
    few = with_column("forecast_category", [*deals, *past[:10]], spans[:10])
    assert set(named(found(few, {"category-contradicts": rules["category-contradicts"]}), "category-contradicts")) == {
        "3"
    }, "ten deals do not tell"


def with_column(name: str, deals: list[dict[str, object]], spans: Iterable[Mapping[str, object]] = ()) -> HandMade:
    facts = world(deals, spans)
    facts.engine.run(f"ALTER TABLE opportunity ADD COLUMN {name} VARCHAR")
    for one in deals:
        facts.engine.run(f"UPDATE opportunity SET {name} = ? WHERE id = ?", [one.get(name), one["id"]])
    return facts


def test_twins_are_alike_and_open_at_once(rules: dict[str, Rule]) -> None:
    def twin(number: int, created: int, **more: object) -> dict[str, object]:
        made = {"name": "Pumps", "account": "Acme Ltd", "created_date": TODAY - timedelta(days=created)}
        return deal(number, **(made | more))

    deals = [twin(1, 30), twin(2, 20, name="pumps "), twin(3, 10, account="Other")]
    assert named(found(world(deals), {"duplicates": rules["duplicates"]}), "duplicates") == {
        "2": "alike 1 of AE North 1"
    }
    before = [twin(1, 90, status="lost", closed_date=TODAY - timedelta(days=50)), twin(2, 20)]
    assert named(found(world(before), {"duplicates": rules["duplicates"]}), "duplicates") == {}, (
        "a second try is no duplicate"
    )


def test_twins_are_of_the_same_sale_not_two_at_a_time(rules: dict[str, Rule]) -> None:
    def twin(number: int, created: int, amount: int | None) -> dict[str, object]:
        worth = None if amount is None else Decimal(amount)
        same = {"name": "Pumps", "account": "Acme Ltd", "amount": worth, "value": worth}
        return deal(number, created_date=TODAY - timedelta(days=created)) | same

    deals = [twin(1, 60, 1000), twin(2, 52, 1200), twin(3, 51, 400), twin(4, 2, 1000), twin(5, 1, None)]
    assert named(found(world(deals), {"duplicates": rules["duplicates"]}), "duplicates") == {
        "2": "alike 1 of AE North 1",
        "5": "alike 4 of AE North 1",
    }, "another amount, or a month later, is another sale; an amount nobody entered contradicts nothing"
    any_time = replace(rules["duplicates"], near=None)
    assert set(named(found(world(deals), {"duplicates": any_time}), "duplicates")) == {"2", "3", "4", "5"}


@pytest.mark.parametrize(
    ("factor", "unit"), [(1000, "in thousands"), (12, "by the month"), (Decimal("0.01"), "in cents")]
)
def test_amounts_in_another_unit(rules: dict[str, Rule], factor: Decimal | int, unit: str) -> None:
    usual = [deal(n, amount=Decimal(8000 + 130 * n)) for n in range(40)]
    made = found(
        world([*usual, deal(99, amount=Decimal(10_000) / Decimal(factor))]), {"wrong-unit": rules["wrong-unit"]}
    )
    (why,) = named(made, "wrong-unit").values()
    assert why.startswith(f"looks as if {unit}: mid come to about")
    assert (
        named(
            found(world([*usual, deal(99, amount=Decimal(16_000))]), {"wrong-unit": rules["wrong-unit"]}), "wrong-unit"
        )
        == {}
    )


def test_few_peers_say_nothing_of_units(rules: dict[str, Rule]) -> None:
    few = [deal(n, amount=Decimal(8000)) for n in range(10)]
    assert (
        named(found(world([*few, deal(99, amount=Decimal(8))]), {"wrong-unit": rules["wrong-unit"]}), "wrong-unit")
        == {}
    )


def stage_use(shares: Mapping[str, tuple[int, int]]) -> HandMade:
    """Owners with so many deals that left Evaluation, of which so many moved on; each has one open deal there."""
    deals, spans = list[dict[str, object]](), list[dict[str, object]]()
    then, number = TODAY - timedelta(days=60), 0
    for owner, (on, n) in shares.items():
        for i in range(n):
            number += 1
            deals.append(deal(number, owner=owner, status="lost", closed_date=TODAY - timedelta(days=20)))
            spans.append(span(number, "Evaluation", then, then + timedelta(days=20)))
            if i < on:
                spans.append(span(number, "Proposal", then + timedelta(days=20), then + timedelta(days=40)))
        number += 1
        deals.append(deal(number, owner=owner))
    return world(deals, spans)


def test_an_owner_who_uses_a_stage_otherwise_is_named_and_the_others_are_not(rules: dict[str, Rule]) -> None:
    shares = {f"AE North {n}": (15, 30) for n in range(1, 6)} | {"AE South 1": (3, 30)}
    quality = found(stage_use(shares), {"stage-outlier": rules["stage-outlier"]}).of_rule("stage-outlier")
    assert quality is not None
    assert {str(row["owner"]) for row in quality.records} == {"AE South 1"}
    assert "AE South 1 moves 10% of deals on from Evaluation (n = 30), all others 50%" in quality.note


@settings(max_examples=12)
@given(st.lists(st.integers(8, 22), min_size=2, max_size=4))
def test_owners_within_chance_of_each_other_are_never_named(rules: dict[str, Rule], moved: list[int]) -> None:
    if max(moved) - min(moved) > 6:
        moved = [min(m, min(moved) + 6) for m in moved]
    quality = found(
        stage_use({f"AE {n}": (m, 30) for n, m in enumerate(moved)}), {"stage-outlier": rules["stage-outlier"]}
    ).of_rule("stage-outlier")
    assert quality is not None
    assert quality.count == 0


def test_waivers_hold_until_their_day_and_say_so_after(rules: dict[str, Rule]) -> None:
    late = TODAY - timedelta(days=3)
    facts = world([deal(1, close_date=late), deal(2, close_date=late, owner="AE South 1")])
    tender = Waiver("tender", "past-close", "the tender was moved", TODAY, "VP Sales", records=("1",))
    ended = Waiver("south", "past-close", "a new owner", late, "VP Sales", owner="AE South 1")
    made = found(facts, rules, {"tender": tender, "south": ended})
    assert set(named(made, "past-close")) == {"2"}
    quality = made.of_rule("past-close")
    assert quality is not None and quality.waived == 1
    standing = {str(row["waiver"]): str(row["standing"]) for row in made.waivers}
    assert standing == {"tender": "holds for 0 more days", "south": "ended 3 days ago: its records count again"}
    assert any("waiver south of past-close ended" in note for note in made.notes)
    assert "1" not in {str(row["record"]) for row in made.queue}


def test_a_waiver_of_no_rule_is_a_mistake_with_its_place(rules: dict[str, Rule], tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(
        "tender:\n  rule: past-closing\n  reason: why not\n  until: 2026-12-31\n  by: VP Sales\n"
    )
    waivers, wrong = read_mapping_of(tmp_path / "waivers.yaml", Waiver)
    assert not wrong
    (mistake,) = check_rules(rules, waivers)
    assert mistake.mistake.code == "waived-rule-unknown"
    assert mistake.location is not None and mistake.location.line == 1
    assert "past-close" in mistake.remedy


def test_trusted_pipeline_leaves_out_each_deal_once(rules: dict[str, Rule]) -> None:
    late = TODAY - timedelta(days=40)
    twice = deal(1, value=Decimal(5000), close_date=late, created_date=TODAY - timedelta(days=200))
    facts = world([twice, deal(2, value=Decimal(3000)), deal(3, value=None, amount=None, close_date=late)])
    made = found(facts, rules)
    line = made.pipeline
    assert (line.deals, line.raw, line.distrusted, line.trusted) == (3, 8000.0, 2, 3000.0)
    covered = against_target(made, facts, "next", {"remaining_target": Decimal(4000)}).covered
    assert covered is not None
    assert (covered.coverage, covered.trusted_coverage) == (2.0, 0.75)
    met = against_target(made, facts, "next", {"remaining_target": Decimal(0)})
    assert met.covered is not None and met.covered.coverage is None
    assert "won what it asks" in met.headline


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(-60, 60), st.integers(0, 9000), st.sampled_from(["AE 1", "AE 2", ""])), max_size=12)
)
def test_what_is_told_adds_up(rules: dict[str, Rule], made_of: list[tuple[int, int, str]]) -> None:
    """Queue, owners and pipeline are the same deals seen three ways."""
    deals = [
        deal(n, close_date=TODAY + timedelta(days=close), value=Decimal(value), owner=owner)
        for n, (close, value, owner) in enumerate(made_of, start=1)
    ]
    made = found(world(deals), rules)
    severe = [row for row in made.queue if row["severe"]]
    assert len(severe) == made.pipeline.distrusted == made.owners.total("distrusted")
    lost = sum(Decimal(str(row["value"])) for row in severe)
    assert made.pipeline.raw - made.pipeline.trusted == pytest.approx(float(lost))
    assert float(made.owners.total("value")) == pytest.approx(made.pipeline.raw)
    assert len(made.fixes) == sum(quality.count for quality in made.found)
    values = [float(str(row["value"])) for row in severe]
    assert values == sorted(values, reverse=True)


def test_conditions_that_cannot_be_read_are_mistakes() -> None:
    rule = Rule("odd", "Odd", "x", when={"close_date": "before", "amount": "> much"}, among={"status": "open"})
    messages = [d.message for d in check_rules({"odd": rule}, {})]
    assert messages == ["odd: 'before' of close_date cannot be read"]
    quality = found(world([deal(1)]), {"odd": Rule("odd", "Odd", "x", when={"amount": "> much"})}).of_rule("odd")
    assert quality is not None and quality.note == "there is no column 'much'"


def test_conditions_read_numbers_days_columns_and_words() -> None:
    deals = [deal(1, amount=Decimal(100), stage="Proposal"), deal(2, amount=Decimal(900), close_date=TODAY)]

    def of(when: Mapping[str, str | tuple[str, ...]]) -> set[str]:
        return set(named(found(world(deals), {"x": Rule("x", "X", "x", when=when)}), "x"))

    assert of({"amount": "> 100"}) == {"2"}
    assert of({"amount": "<= value"}) == {"1", "2"}
    assert of({"close_date": "until today + 19"}) == {"2"}
    assert of({"close_date": "after created_date"}) == {"1", "2"}
    assert of({"close_date": "since 2026-07-01"}) == {"1"}
    assert of({"stage": "not proposal", "owner": "filled"}) == {"2"}
    assert of({"stage": ("Proposal", "Evaluation"), "loss_reason": "empty"} if False else {"stage": ("Proposal",)}) == {
        "1"
    }


def test_stage_probabilities_from_history_stand_beside_the_configured(rules: dict[str, Rule]) -> None:
    past = [deal(100 + n, status="won" if n < 18 else "lost", closed_date=TODAY - timedelta(days=5)) for n in range(60)]
    spans = [span(100 + n, "Evaluation", TODAY - timedelta(days=40), TODAY - timedelta(days=5)) for n in range(60)]
    facts = world([deal(1), deal(2), *past], spans)
    facts.engine.run("ALTER TABLE opportunity ADD COLUMN probability DOUBLE")
    facts.engine.run("UPDATE opportunity SET probability = 0.6 WHERE status = 'open'")
    row = next(row for row in found(facts, {"past-close": rules["past-close"]}).stages if row["stage"] == "Evaluation")
    assert (row["open_deals"], row["configured"], row["n"]) == (2, 0.6, 60)
    assert row["history"] == pytest.approx(18 / 60)
    assert float(str(row["low"])) < 0.3 < float(str(row["high"]))
    assert row["note"] == "configured above what history shows"
    assert float(str(row["expected_configured"])) == pytest.approx(1200)
    assert float(str(row["expected_history"])) == pytest.approx(600)


def test_fit_is_the_weight_met_and_what_must_hold() -> None:
    fits = {
        "size": Fit("size", {"amount": ">= 500"}, Decimal(2)),
        "source": Fit("source", {"source_channel": ("inbound", "partner")}),
        "kind": Fit("kind", {"segment": "not smb"}, must=True),
        "region": Fit("region", {"continent": "emea"}),
    }
    small = {"amount": Decimal(10), "source_channel": "outbound"}
    won = [deal(10 + n, account="Big", status="won", closed_date=TODAY) for n in range(15)]
    lost = [deal(40 + n, account="Big", status="lost", closed_date=TODAY) for n in range(15)]
    deals = [deal(1, account="Small", **small), deal(2, account="Tiny", segment="smb"), *won, *lost]
    made = found(world(deals), {}, fits=fits)
    scores = {str(row["account"]): (row["fit"], row["score"], row["lacks"]) for row in made.accounts}
    assert scores["Big"] == ("good", 1.0, "")
    assert scores["Tiny"] == ("not qualified", 0.0, "kind")
    assert scores["Small"] == ("poor", 0.25, "size, source")
    by_fit = {str(row["fit"]): row for row in made.fit}
    assert (by_fit["good"]["win_rate"], by_fit["good"]["n"], by_fit["good"]["note"]) == (pytest.approx(0.5), 30, "")
    assert by_fit["poor"]["win_rate"] is None
    assert by_fit["poor"]["note"] == "n = 0: cannot tell yet"
    assert "region is no part of fit: there is no column 'continent'" in made.notes


def test_without_rules_of_fit_nothing_is_said() -> None:
    made = found(world([deal(1)]), {})
    assert len(made.fit) == len(made.accounts) == 0


def test_currencies_without_a_rate_are_never_added(rules: dict[str, Rule]) -> None:
    deals = [deal(1, currency="EUR"), deal(2, currency="EUR"), deal(3, currency="CHF", value=Decimal(9999))]
    made = found(world(deals), {"no-next-step": rules["no-next-step"]})
    assert (made.pipeline.deals, made.pipeline.raw) == (3, 2000.0)
    assert any("1 open deal in CHF count in no total" in note for note in made.notes)


def test_subscriptions_that_contradict_themselves(rules: dict[str, Rule], tmp_path: Path) -> None:
    plain = {"customer_id": "C", "plan": "Basic", "start_date": "2024-01-01", "status": "active"}
    rows = [
        plain | {"id": "1"},
        plain | {"id": "2", "start_date": "2024-03-01"},
        plain | {"id": "3", "start_date": "2024-04-01", "plan": "Pro"},
        plain | {"id": "4", "customer_id": "D", "start_date": "2024-02-01", "end_date": "2024-03-01"},
        plain | {"id": "5", "customer_id": "D", "start_date": "2024-03-02"},  # after the other
        plain | {"id": "6", "customer_id": "E", "status": "Canceled"},
        plain | {"id": "7", "customer_id": "F", "end_date": "2023-12-01"},
    ]
    load(tmp_path, "2024-06-30", export("subscription", rows))
    with known(tmp_path) as facts:
        own = {name: rules[name] for name in rules if name.startswith("subscription-")}
        made = hygiene(facts, Settings("Acme", Path(), "EUR"), (connector(),), own, {}, None)
    assert {name: set(named(made, name)) for name in own} == {
        "subscription-twins": {"2"},
        "subscription-end-missing": {"6"},
        "subscription-backwards": {"7"},
    }


def test_deals_won_for_nothing_and_of_nobody(rules: dict[str, Rule]) -> None:
    closed = {"status": "won", "closed_date": TODAY}
    deals = [deal(1, amount=Decimal(0), **closed), deal(2, **closed), deal(3, account=None), deal(4)]
    made = found(world(deals), {name: rules[name] for name in ("won-for-nothing", "without-account")})
    assert set(named(made, "won-for-nothing")) == {"1"} and set(named(made, "without-account")) == {"3"}
