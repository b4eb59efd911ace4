from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.core.calendar import FiscalCalendar
from headway.core.settings import FORMAT, Settings
from headway.text import read_settings, write_settings

FULL = """\
format: 1
name: Acme & Söhne
currency: EUR
fiscal: {first_month: 7, label: start}
time_zone: Europe/Berlin
observed_from: 2016-10-20
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "headway.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_settings_with_everything(tmp_path: Path):
    settings, found = read_settings(written(tmp_path, FULL))
    assert not found
    calendar = FiscalCalendar(7, "start")
    assert settings == Settings("Acme & Söhne", tmp_path, "EUR", calendar, "Europe/Berlin", 1, date(2016, 10, 20))


def test_a_clock_that_stands(tmp_path: Path):
    settings, found = read_settings(written(tmp_path, "name: Acme\ntoday: 2026-11-15\n"))
    assert settings and not found and settings.today == date(2026, 11, 15)
    assert settings.at(datetime(2031, 3, 4, 9, 30)) == datetime(2026, 11, 15, 9, 30)
    assert Settings("Acme", tmp_path).at(datetime(2031, 3, 4, 9, 30)) == datetime(2031, 3, 4, 9, 30)
    assert read_settings(written(tmp_path, write_settings(settings)))[0] == settings
    assert read_settings(written(tmp_path, "name: Acme\ntoday: soon\n"))[1]


def test_accounts_are_the_costs_of_a_function(tmp_path: Path):
    text = "name: Acme\naccounts:\n  sales_and_marketing: [6000, 61*, Trade fairs]\n  cost_of_revenue: [50*]\n"
    settings, found = read_settings(written(tmp_path, text))
    assert settings and not found
    accounts = {"sales_and_marketing": ("6000", "61*", "Trade fairs"), "cost_of_revenue": ("50*",)}
    assert settings.accounts == accounts
    assert read_settings(written(tmp_path, write_settings(settings)))[0] == settings


def test_a_name_is_enough(tmp_path: Path):
    assert read_settings(written(tmp_path, "name: Acme\n"))[0] == Settings("Acme", tmp_path)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("name: A\nfiscal: {first_month: 13}\n", "headway.yaml:2:9"),
        ("name: A\ncurrency: [EUR]\n", "headway.yaml:2:11"),
        ("name: A\ntime_zone: ../etc/passwd\n", "headway.yaml:2:12"),
        ("name: A\nobserved_from: soon\n", "headway.yaml:2:16"),
        ("name: A\nformat: one\n", "headway.yaml:2:9"),
        ("name: A\naccounts: {marketing: [6000]}\n", "headway.yaml:2:12"),
        ("name: A\naccounts: {sales_and_marketing: [6000], customer_success: [6000]}\n", "headway.yaml:2:60"),
    ],
)
def test_wrong_settings_say_where(tmp_path: Path, text: str, at: str):
    settings, found = read_settings(written(tmp_path, text))
    assert settings is None and [str(one.location) for one in found] == [at]


def test_several_mistakes_come_at_once(tmp_path: Path):
    text = "nme: A\ncurrency: euro\nfiscal: {label: middle}\ntime_zone: Mars\nx: pg://a:b@c\n"
    codes = [one.mistake.code for one in read_settings(written(tmp_path, text))[1]]
    assert codes == [
        "unknown-key", "not-a-currency", "not-a-choice", "unknown-time-zone",
        "unknown-key", "password-in-text",
    ]  # fmt: skip


def test_a_missing_file(tmp_path: Path):
    settings, found = read_settings(tmp_path / "headway.yaml")
    assert settings is None and str(found[0].location) == "headway.yaml:1:1"


@given(
    st.builds(
        Settings,
        st.text(min_size=1),
        st.just(Path("acme")),
        st.sampled_from([None, "EUR", "USD"]),
        st.builds(FiscalCalendar, st.integers(1, 12), st.sampled_from(["end", "start"])),
        st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
        st.just(FORMAT),
        st.none() | st.dates(date(1000, 1, 1)),
    )
)
def test_what_is_written_reads_back(tmp_path_factory: pytest.TempPathFactory, settings: Settings):
    folder = tmp_path_factory.mktemp("acme")
    read, found = read_settings(written(folder, write_settings(settings)))
    assert not found and read is not None
    assert read == Settings(
        settings.name, folder, settings.currency, settings.fiscal, settings.time_zone, FORMAT, settings.observed_from
    )


def test_the_day_a_company_stands_still_at_is_the_day_it_is(tmp_path: Path):
    from datetime import date, datetime

    still = Settings("A", tmp_path, today=date(2026, 11, 15))
    (tmp_path / "headway.yaml").write_text(write_settings(still), "utf-8")
    read, found = read_settings(tmp_path / "headway.yaml")
    assert not found and read == still
    assert still.at(datetime(2031, 1, 2, 8, 30)) == datetime(2026, 11, 15, 8, 30)
    assert Settings("A", tmp_path).at(datetime(2031, 1, 2, 8, 30)) == datetime(2031, 1, 2, 8, 30)


def test_written_settings_look_like_this():
    text = write_settings(Settings("Acme: Ltd", Path(), "EUR", FiscalCalendar(2), "UTC"))
    assert text.split("\n")[1:] == [
        "format: 1",
        'name: "Acme: Ltd"',
        "currency: EUR",
        "fiscal: {first_month: 2, label: end}",
        "time_zone: UTC",
        "",
    ]
