"""What people write to a made-up municipal utility, for looking round in a new house: two posts, a page of reviews."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One reaction. ``place``: under which of ``PLACES``; ``minutes``: how long ago, when the sample comes in."""

    place: str
    name: str
    minutes: int
    text: str
    rating: str = ""


PLACES = {
    "outage": ("Störung im Netz Süd", "Seit 6 Uhr ist in der Südvorstadt der Strom weg. Wir sind dran."),
    "prices": ("Neue Abschläge ab Januar", "Im Januar ändern sich die Abschläge. Hier steht, warum."),
    "reviews": ("Kundenzentrum am Kornmarkt", ""),
}
SAID = (
    Said("outage", "Maren Vogel", 176, "Wann ist der Strom wieder da? Ich arbeite von zu Hause."),
    Said("outage", "Jonas Petri", 171, "Bei uns in der Gartenstraße ist auch alles dunkel. Wisst ihr, wie lange?"),
    Said("outage", "Elif Kaya", 168, "Kommt ihr heute noch durch? Unser Kühlschrank taut gerade ab."),
    Said(
        "outage",
        "Dr. Konrad Hell",
        166,
        "Guten Tag, meine Praxis steht still. Wer ersetzt mir den Schaden?",
    ),
    Said("outage", "tina_s", 160, "danke an die leute die um 6 schon draußen standen, ihr macht das super"),
    Said(
        "outage",
        "Ruth Albers",
        155,
        "Meine Mutter wird beatmet, der Akku reicht noch eine Stunde. Was tun?",
    ),
    Said("outage", "Ben Carter", 149, "Any news for people who don't speak German? Is the power back by noon?"),
    Said("outage", "Hannes Brandt", 141, "Ihr habt gestern noch geschrieben, das Netz sei sicher. Toll."),
    Said("outage", "Sabine Ott", 133, "Kriegen wir für den Ausfall eigentlich etwas gutgeschrieben?"),
    Said("outage", "Maren Vogel", 120, "Jetzt sind es drei Stunden. Eine Uhrzeit würde mir schon helfen."),
    Said("outage", "crypto_king_88", 117, "Make 5000 a day from home!!! Write to me for the link"),
    Said("outage", "Greta Lindner", 96, "Es riecht im Keller nach Gas, seit der Strom weg ist. Ist das gefährlich?"),
    Said("outage", "Ole", 64, "licht ist wieder da 👍"),
    Said(
        "prices",
        "Petra Weiß",
        1_500,
        "Mein Abschlag steigt von 96 auf 141 Euro. Ich habe weniger verbraucht!",
    ),
    Said("prices", "Marco Reuter", 1_440, "Kann ich den Abschlag selbst ändern, und wenn ja, wo?"),
    Said(
        "prices",
        "Ingrid Sommer",
        1_390,
        "Ich verstehe die Rechnung nicht. Was sind bitte Arbeitspreise?",
    ),
    Said("prices", "Yusuf Demir", 1_320, "Gibt es für Familien mit wenig Geld eine Ratenzahlung?"),
    Said("prices", "Lena F.", 1_200, "andere sind 20 prozent billiger, ich kündige. wohin schickt man das?"),
    Said("prices", "Karl-Heinz Busse", 1_080, "Ihre Erklärung ist endlich einmal verständlich. Danke dafür."),
    Said("prices", "Sofia Marin", 900, "Could you send me the new prices in English, please?"),
    Said("prices", "Petra Weiß", 720, "Ich habe auf meine Frage von gestern noch keine Antwort."),
    Said("reviews", "Thomas Wirth", 4_300, "Freundlich und schnell. Nach zehn Minuten war alles erledigt.", "5"),
    Said("reviews", "Anke Sievers", 3_900, "Kein Zugang ohne Stufe. Mit dem Rollator kommt man nicht hinein.", "2"),
    Said("reviews", "M. H.", 3_100, "Zwei Stunden gewartet, dann hieß es, der Schalter schließt jetzt.", "1"),
    Said("reviews", "Julia Brenner", 2_200, "Gut beraten, aber die Parkplätze sind immer voll.", "4"),
)
