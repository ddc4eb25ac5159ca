"""What the writer of a mail newly wrote: without the quoted mail, the signature and the phone's advertisement.

Line by line and linear, for German and English clients, replies above, below and between. A forwarded mail is what
the writer wants us to read, so it stays. Where nothing would be left, everything stays.
"""

import re

MOST_ATTRIBUTION_LINES = 4
MOST_ATTRIBUTION = 400
MOST_SIGNATURE_LINES = 15

_QUOTED = re.compile(r"^\s{0,3}>")
_ATTRIBUTION_START = re.compile(
    r"^\s*(?:Am\s|On\s|Le\s|Il\s|El\s|Op\s|Den\s|Von:?\s|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|"
    r"(?:Mo|Di|Mi|Do|Fr|Sa|So|Mon|Tue|Wed|Thu|Fri|Sat|Sun)[.,]|\S.{0,120}<\S+@\S+>\s+(?:schrieb|wrote))",
    re.IGNORECASE,
)
_ATTRIBUTION_END = re.compile(
    r"(?:\b(?:schrieb|geschrieben|wrote|a écrit|escribió|ha scritto|schreef|skrev)\b[^\n]{0,200}:|"
    r"\b(?:hat|haben)\b[^\n]{0,160}\bgeschrieben:)\s*$",
    re.IGNORECASE,
)
_BY_A_CLIENT = re.compile(r"\d{1,2}[:.]\d{2}|<\S+@\S+>|\S+@\S+\.\w")
_BY_A_PERSON = re.compile(r"\b(?:schrieb(?:en)?|habe[n]?)\s+(?:ich|wir)\b|\b(?:i|we)\s+wrote\b", re.IGNORECASE)
_SEPARATOR = re.compile(
    r"^\s*(?:[-_*]{2,}\s*(?:Ursprüngliche (?:Nachricht|Mail|E-Mail)|Originalnachricht|"
    r"Original[- ](?:Nachricht|Message|Mail)|Reply message|Antwort)\s*[-_*]{2,})\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{10,}\s*$")
_FORWARD = re.compile(
    r"^\s*(?:[-_*]{3,}\s*(?:Forwarded (?:message|mail)|Weitergeleitete (?:Nachricht|Mail|E-Mail))\b.*|"
    r"(?:Begin forwarded message|Anfang der weitergeleiteten (?:Nachricht|E-Mail)):?)\s*$",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(r"^\s*\**(?:Von|From)\**:\**\s*\S", re.IGNORECASE)
_HEAD_LINE = re.compile(
    r"^\s*\**(?:Von|From|Gesendet|Sent|Datum|Date|An|To|Cc|Kopie|Betreff|Subject|Antwort an|Reply-To)(?: am)?\**:",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"^\s*(?:Von meinem .{2,40} gesendet|Gesendet (?:von|mit) .{2,60}|Sent (?:from|with|via) .{2,60}|"
    r"Diese (?:Nachricht|E-Mail) wurde von .{2,60} gesendet|"
    r"(?:Get|Holen Sie sich|Laden Sie) Outlook (?:for|für) .{2,80}|"
    r"Von .{2,40} (?:für iOS|Mail) gesendet)\.?\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^\s*(?:(?:mit )?(?:freundlichen?|herzlichen?|vielen?|besten?|liebe[nr]?|schöne[nr]?|sonnige[nr]?) "
    r"(?:grüßen?|grüssen?|gruß|gruss)|hochachtungsvoll|mfg|lg|vg|"
    r"(?:kind|best|warm|many)?\s?regards|best wishes|sincerely|yours \w+|cheers)"
    r"[\s,.!]*$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"@|www\.|https?://|\b(?:tel|fax|phone|mobil|telefon|fon|e-?mail|gmbh|mbh|ust|hrb|geschäftsführ|amtsgericht)\b|\d{5,}",
    re.IGNORECASE,
)
_MATTERS = re.compile(
    r"\?|^\s*p\.?s\b|kunden|vertrag|zähler|rechnung|aktenzeichen|customer|contract|account", re.IGNORECASE
)


def fresh(text: str) -> str:
    """The new part of a mail's text; the whole text where no new part can be told apart."""
    lines = text.split("\n")
    kept = _without_signature(_new_lines(lines))
    found = "\n".join(kept).strip()
    return found or text.strip()


def _new_lines(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FORWARD.match(line):
            return kept + lines[at:]
        if _starts_old_mail(lines, at):
            if any(one.strip() for one in kept):
                return kept
            return lines[at:]  # nothing above: forwarded or answered inside; all of it is the message
        skip = _attribution(lines, at)
        if skip and _next_is_quoted(lines, at + skip):
            at += skip
        elif skip and any(one.strip() for one in kept) and _is_a_clients(lines[at : at + skip]):
            return kept
        else:
            if not _QUOTED.match(line) and not _PHONE.match(line):
                kept.append(line)
            at += 1
    return kept


def _starts_old_mail(lines: list[str], at: int) -> bool:
    """Outlook's ways: a dashed title, a rule above a header block, or a bare header block."""
    if _SEPARATOR.match(lines[at]):
        return True
    ahead = [one for one in lines[at + _rule_height(lines[at]) : at + 9] if one.strip()]
    if not ahead or not _FROM_LINE.match(ahead[0]):
        return False
    return sum(1 for one in ahead[:7] if _HEAD_LINE.match(one)) >= 3  # noqa: PLR2004 - From alone may be prose


def _rule_height(line: str) -> int:
    return 1 if _RULE.match(line) else 0


def _attribution(lines: list[str], at: int) -> int:
    """How many lines from here are "Am … schrieb …:"; 0 where they are not."""
    if not _ATTRIBUTION_START.match(lines[at][:MOST_ATTRIBUTION]):
        return 0
    joined = ""
    for count, line in enumerate(lines[at : at + MOST_ATTRIBUTION_LINES], start=1):
        if not line.strip() or len(joined) + len(line) > MOST_ATTRIBUTION:
            return 0
        joined = f"{joined} {line.strip()}"
        if _ATTRIBUTION_END.search(joined):
            return count
    return 0


def _is_a_clients(lines: list[str]) -> bool:
    """The sentence "Am Montag schrieb ich Ihnen:" is the writer's own; a client names time or address."""
    joined = " ".join(lines)
    return bool(_BY_A_CLIENT.search(joined)) and not _BY_A_PERSON.search(joined)


def _next_is_quoted(lines: list[str], at: int) -> bool:
    following = next((one for one in lines[at : at + 4] if one.strip()), "")
    return bool(_QUOTED.match(following))


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line.rstrip() == "--" and any(one.strip() for one in lines[:at]):
            return lines[:at]
    for at, line in enumerate(lines):
        if _CLOSING.match(line):
            return _short_closing(lines, at)
    return lines


def _short_closing(lines: list[str], at: int) -> list[str]:
    """The closing words and the name stay, the address block under them goes, unless it says something that matters."""
    under = lines[at + 1 :]
    if sum(1 for one in under if one.strip()) > MOST_SIGNATURE_LINES or any(_MATTERS.search(one) for one in under):
        return lines
    first = next((number for number, one in enumerate(under) if _CONTACT.search(one)), len(under))
    named = next((number for number, one in enumerate(under) if one.strip()), 0)
    return lines[: at + 1] + under[: max(first, named + 1)]
