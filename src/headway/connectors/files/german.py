"""How German exports name the columns of deals and their open stages: without accents, run together in lower case."""

from __future__ import annotations

from collections.abc import Mapping

_FIELDS: Mapping[str, str] = {
    "id": "verkaufschancenr verkaufschancennr verkaufschancenid opportunitynr opportunitynummer vorgangsnummer "
    "datensatzid nummer nr",
    "name": "verkaufschance namederverkaufschance bezeichnung vorgang titel thema betreff",
    "account_id": "kundennummer kundennr unternehmensid firmenid",
    "account": "kunde kundenname firma firmenname unternehmen unternehmensname zugeordnetesunternehmen "
    "potenziellerkunde",
    "owner": "zustandigermitarbeiter zustandiger zustandig verantwortlicher verantwortlich vertriebsmitarbeiter "
    "vertriebsbeauftragter verkaufer inhaber besitzer betreuer bearbeiter",
    "product": "produkt produktname",
    "stage": "dealphase verkaufsphase vertriebsphase phasenname stufe",
    "status": "ergebnis",
    "amount": "betrag auftragswert dealwert wert auftragsvolumen volumen summe geschatzterumsatz erwarteterumsatz umsatz",
    "won_amount": "tatsachlicherumsatz",
    "currency": "wahrung wahrungscode",
    "created_date": "erstelltam erstellungsdatum erstellt angelegtam anlagedatum angelegt eroffnetam eroffnet erfasstam",
    "close_date": "abschlussdatum schlussdatum erwartetesabschlussdatum voraussichtlichesabschlussdatum "
    "geschatztesabschlussdatum geplanterabschluss",
    "closed_date": "tatsachlichesabschlussdatum abgeschlossenam geschlossenam",
    "won_date": "gewonnenam",
    "lost_date": "verlorenam",
    "probability": "wahrscheinlichkeit wahrscheinlichkeitpercent abschlusswahrscheinlichkeit",
    "source_channel": "quelle leadquelle ursprunglichequelle herkunft",
    "motion": "typ dealtyp",
    "loss_reason": "verlustgrund",
    "next_step": "nachsterschritt",
    "last_activity_date": "letzteaktivitat",
}

SIGNS: tuple[tuple[float, str], ...] = (
    (4, "verkaufschance verkaufschancenr verkaufschancennr namederverkaufschance"),
    (3, "dealphase verkaufsphase vertriebsphase"),
    (2, _FIELDS["close_date"] + " " + _FIELDS["closed_date"] + " gewonnenam verlorenam"),
    (2, "betrag auftragswert dealwert wert auftragsvolumen"),
    (1, _FIELDS["owner"]),
    (1, _FIELDS["created_date"]),
    (1, _FIELDS["account"]),
    (1, "quelle leadquelle wahrscheinlichkeit verlustgrund"),
)
"""What tells that a German file holds deals, beside the words both languages use."""

OPEN = (
    "offen neu anfrage interessent erstkontakt erstgesprach termin bedarfsanalyse qualifizierung qualifiziert "
    "prasentation angebot verhandlung vertrag"
)
"""Words of stages that are open."""


def added_to(fields: Mapping[str, str]) -> Mapping[str, str]:
    """The spellings of each field of a deal with the German ones after them."""
    return {name: f"{spellings} {_FIELDS.get(name, '')}" for name, spellings in fields.items()}
