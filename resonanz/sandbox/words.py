"""The words of the public page, English and German."""

import re

WORDS: dict[str, tuple[str, str]] = {
    "square": ("Square", "Platz"),
    "fediverse": ("Fediverse", "Fediverse"),
    "private": ("Private messages", "Private Nachrichten"),
    "mail": ("Letters and mail", "Briefe und E-Mail"),
    "write": ("Write as a customer", "Als Kundin schreiben"),
    "claim": ("Power, heat, trams and buses for Auental", "Strom, Wärme, Bahn und Bus für Auental"),
    "footer": (
        "A sandbox: everything here is invented, nothing leaves this machine.",
        "Eine Spielwiese: alles hier ist erfunden, nichts verlässt diesen Rechner.",
    ),
    "nothing_yet": ("Nothing has been said here yet.", "Hier hat noch niemand etwas gesagt."),
    "no_mail": (
        "No customer has got a letter or mail yet. Answers by mail appear here.",
        "Noch hat niemand Post bekommen. Antworten per E-Mail erscheinen hier.",
    ),
    "comment_one": ("1 comment", "1 Kommentar"),
    "comments": ("{count} comments", "{count} Kommentare"),
    "earlier": ("{count} earlier talks", "{count} frühere Gespräche"),
    "write_as": ("Write as {person}", "Als {person} schreiben"),
    "comment_on": ("Comment", "Kommentieren"),
    "answer": ("Answer", "Antworten"),
    "edited": ("edited", "bearbeitet"),
    "page": ("Company", "Unternehmen"),
    "as_customer": ("As the customer sees it:", "So sieht es:"),
    "on_square": ("on the square", "auf dem Platz"),
    "on_fediverse": ("in the Fediverse", "im Fediverse"),
    "write_help": (
        "Try it: what you write here arrives in Resonanz like any other reaction.",
        "Probieren Sie es: Was Sie hier schreiben, kommt in Resonanz an wie jede andere Reaktion.",
    ),
    "channel": ("Where", "Wo"),
    "to_comment": ("Comment on the square (public)", "Kommentar auf dem Platz (öffentlich)"),
    "to_direct": ("Direct message on the square", "Direktnachricht auf dem Platz"),
    "to_mention": ("Mention in the Fediverse (public)", "Erwähnung im Fediverse (öffentlich)"),
    "to_mastodon_direct": ("Direct message in the Fediverse", "Direktnachricht im Fediverse"),
    "to_mail": ("E-mail", "E-Mail"),
    "your_name": ("Name", "Name"),
    "your_text": ("Text", "Text"),
    "send": ("Send", "Abschicken"),
    "problem": ("Please give a name and a text.", "Bitte Namen und Text angeben."),
    "now": ("just now", "gerade eben"),
    "minutes": ("{count} min ago", "vor {count} Min."),
    "hours": ("{count} h ago", "vor {count} Std."),
    "days": ("{count} d ago", "vor {count} T."),
}


def say(language: str, name: str, **places: object) -> str:
    english, german = WORDS[name]
    return (german if language == "de" else english).format(**places)


def chosen(accept: str) -> str:
    """``de`` or ``en``, whichever an Accept-Language header wants more; English where it wants neither."""
    best, weight = "en", 0.0
    for part in accept.split(","):
        found = re.fullmatch(r"\s*(de|en)(?:-[\w-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part, re.IGNORECASE)
        if found and (q := float(found.group(2) or 1)) > weight:
            best, weight = found.group(1).lower(), q
    return best
