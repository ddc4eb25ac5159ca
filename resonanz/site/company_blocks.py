"""The demo company's text blocks: written for Auenwerke, in three forms each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    folder: str
    forms: dict[str, str]


def _block(name: str, folder: str, du: str, sie: str, en: str) -> Block:
    return Block(name, folder, {"de.du": du, "de.sie": sie, "en": en})


BLOCKS = (
    _block(
        "Gruß",
        "Anfang",
        "{{ salutation }}, danke, dass du uns schreibst.",
        "{{ salutation }}, vielen Dank für Ihre Nachricht.",
        "{{ salutation }}, thanks for getting in touch.",
    ),
    _block(
        "Es tut uns leid",
        "Anfang",
        "{{ salutation }}, das ist ärgerlich, und es tut uns leid.",
        "{{ salutation }}, das ist ärgerlich, und wir bitten Sie um Entschuldigung.",
        "{{ salutation }}, that is annoying, and we are sorry.",
    ),
    _block(
        "Störung Süd: Stand",
        "Störungen",
        "Im Netz Süd ist ein Kabel an der Baustelle Bahnhofstraße beschädigt. Unsere Leute arbeiten daran; in {{ ask: Ort }}"
        " soll der Strom bis {{ ask: Uhrzeit }} wieder da sein.",
        "Im Netz Süd ist ein Kabel an der Baustelle Bahnhofstraße beschädigt. Unsere Kolleginnen und Kollegen arbeiten daran;"
        " in {{ ask: Ort }} soll der Strom bis {{ ask: Uhrzeit }} wieder da sein.",
        "A cable at the Bahnhofstraße building site is damaged. Our people are working on it; in {{ ask: Ort }} the power"
        " should be back by {{ ask: Uhrzeit }}.",
    ),
    _block(
        "Gasgeruch: was jetzt zu tun ist",
        "Störungen",
        "Bitte jetzt: Fenster auf, kein Licht, kein Feuer, raus aus dem Haus und von draußen den Notdienst anrufen:"
        " 06900 112 112. Wir kommen sofort.",
        "Bitte jetzt: Fenster öffnen, kein Licht, kein Feuer, das Haus verlassen und von draußen den Notdienst anrufen:"
        " 06900 112 112. Wir kommen sofort.",
        "Please act now: open the windows, no lights, no flames, leave the house and call our emergency line from outside:"
        " 06900 112 112. We are on our way.",
    ),
    _block(
        "Ausgleich nach Ausfall",
        "Störungen",
        "Wenn dir durch den Ausfall ein Schaden entstanden ist, schreib uns bitte eine Direktnachricht, dann prüfen wir das"
        " mit dir zusammen.",
        "Wenn Ihnen durch den Ausfall ein Schaden entstanden ist, schreiben Sie uns bitte direkt, dann prüfen wir das"
        " gemeinsam mit Ihnen.",
        "If the outage has cost you money, please send us a direct message and we will look into it together.",
    ),
    _block(
        "Rechnung: Nummer bitte privat",
        "Rechnung",
        "Schick uns deine Vertragsnummer bitte als Direktnachricht, nicht hier öffentlich. Dann schauen wir in deine Rechnung"
        " und melden uns bis {{ ask: Tag }}.",
        "Bitte senden Sie uns Ihre Vertragsnummer als Direktnachricht, nicht hier öffentlich. Wir prüfen dann Ihre Rechnung"
        " und melden uns bis {{ ask: Tag }}.",
        "Please send us your contract number in a direct message, not in public. We will check your invoice and get back to"
        " you by {{ ask: Tag }}.",
    ),
    _block(
        "Abschlag anpassen",
        "Rechnung",
        "Deinen Abschlag kannst du selbst ändern: im Kundenportal unter Verträge, oder wir machen das für dich.",
        "Ihren Abschlag können Sie selbst ändern: im Kundenportal unter Verträge, oder wir erledigen das für Sie.",
        "You can change your monthly payment yourself in the customer portal under Contracts, or we do it for you.",
    ),
    _block(
        "Umzug melden",
        "Rechnung",
        "Für den Umzug brauchen wir nur die neue Adresse, das Datum und den Zählerstand, am besten über das Formular im"
        " Kundenportal.",
        "Für Ihren Umzug benötigen wir nur die neue Adresse, das Datum und den Zählerstand, am besten über das Formular im"
        " Kundenportal.",
        "For your move we only need the new address, the date and the meter reading, ideally through the form in the portal.",
    ),
    _block(
        "Linie umgeleitet",
        "Fahrgäste",
        "Die Linie {{ ask: Linie }} fährt wegen der Baustelle eine Umleitung; die Haltestelle {{ ask: Haltestelle }} bedienen"
        " wir solange an der Ecke Marktgasse.",
        "Die Linie {{ ask: Linie }} fährt wegen der Baustelle eine Umleitung; die Haltestelle {{ ask: Haltestelle }} wird"
        " solange an der Ecke Marktgasse bedient.",
        "Line {{ ask: Linie }} is diverted because of the building site; stop {{ ask: Haltestelle }} is served at the corner"
        " of Marktgasse for the time being.",
    ),
    _block(
        "Fundsachen",
        "Fahrgäste",
        "Schau gern im Fundbüro am Depot vorbei (Mo bis Fr, 9 bis 17 Uhr) oder sag uns Linie und Uhrzeit, dann suchen wir.",
        "Unser Fundbüro am Depot ist Mo bis Fr von 9 bis 17 Uhr für Sie da. Nennen Sie uns gern Linie und Uhrzeit, dann"
        " suchen wir für Sie.",
        "Our lost property office at the depot is open Mon to Fri, 9 to 5. Tell us the line and time and we will look.",
    ),
    _block(
        "Lob weitergeben",
        "Ende",
        "Das geben wir sehr gern weiter, danke dir!",
        "Das geben wir sehr gern weiter, vielen Dank!",
        "We will happily pass that on, thank you!",
    ),
    _block(
        "Schluss",
        "Ende",
        "Viele Grüße, {{ agent.name }} für {{ company }}",
        "Freundliche Grüße, {{ agent.name }} für {{ company }}",
        "Best wishes, {{ agent.name }} for {{ company }}",
    ),
)
