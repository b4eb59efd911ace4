from hypothesis import given
from hypothesis import strategies as st

from headway.core.identity import natural_key, surrogate

PARTS = st.text(st.sampled_from("ab:%3A "), max_size=5)
KEYS = st.tuples(PARTS, PARTS, PARTS, PARTS)


def test_a_key_reads_system_instance_object_id():
    assert natural_key("crm", "eu", "opportunity", "006:1") == "crm:eu:opportunity:006:1"


@given(KEYS, KEYS)
def test_two_records_never_share_a_key(one: tuple[str, str, str, str], other: tuple[str, str, str, str]):
    assert (natural_key(*one) == natural_key(*other)) == (one == other)


@given(st.text())
def test_a_surrogate_fits_a_signed_64_bit_column(key: str):
    assert -(2**63) <= surrogate(key) < 2**63


def test_a_surrogate_is_the_same_on_any_machine():
    assert surrogate("crm:eu:opportunity:1") == SAME


def test_surrogates_of_many_keys_differ():
    assert len({surrogate(f"crm:eu:opportunity:{i}") for i in range(20_000)}) == 20_000


SAME = -925240658762019197
