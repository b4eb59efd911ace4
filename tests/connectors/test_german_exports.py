"""Exports of a system that is set to German: names, stages, amounts and dates."""

from __future__ import annotations

import pytest
from inlet import Inlet, Write, columns, mapping_of

from headway.connectors.files.stages import status_of

PLAIN = "Verkaufschance-Nr.;Verkaufschance;Firma;Zuständiger;Phase;Betrag;Währung;Erstellt am;Abschlussdatum;Quelle"
HUBSPOT = (
    "Datensatz-ID;Deal-Name;Zugeordnetes Unternehmen;Zuständiger Mitarbeiter;Deal-Phase;Betrag;Währung;"
    "Erstellungsdatum;Abschlussdatum;Quelle"
)
ROWS = (
    "1;Geschäft A;Firma 1;AE 1;Gewonnen;1.250,50;EUR;3.1.2026;14.2.2026;Web\n"
    "2;Geschäft B;Firma 2;AE 2;Verloren;12.000,00;EUR;5.1.2026;1.3.2026;Messe\n"
    "3;Geschäft C;Firma 1;AE 1;Angebot;900,00;EUR;7.1.2026;30.9.2026;Web\n"
)


@pytest.mark.parametrize("header", [PLAIN, HUBSPOT])
def test_columns_are_known_by_their_german_names(inlet: Inlet, write: Write, header: str) -> None:
    proposal = inlet.propose(write("deals.csv", f"{header}\n{ROWS}".encode("cp1252")))
    assert not proposal.diagnostics
    mapping = mapping_of(proposal, "opportunity")
    fields = ("id", "name", "account", "owner", "stage", "amount", "currency", "created_date", "close_date")
    assert columns(mapping) == dict(zip((*fields, "source_channel"), header.split(";"), strict=True))
    assert (mapping.decimal, mapping.dates) == (",", dict.fromkeys(header.split(";")[7:9], "%d.%m.%Y"))
    assert mapping.stages == {"Angebot": "open", "Gewonnen": "won", "Verloren": "lost"}


@pytest.mark.parametrize("label", ["Bedarfsanalyse", "Qualifizierung", "Präsentation", "Erstgespräch", "Verhandlung"])
def test_german_stages_are_open_by_their_words(label: str) -> None:
    assert status_of(label) == "open"
