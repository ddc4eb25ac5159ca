"""What each page is for and how it is worked, in a few sentences: shown beside the page to whoever asks."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

HELP: Mapping[str, tuple[Text, ...]] = {
    "situation": (
        _("The front page: what came in today, what is open, who has waited longest, what is due or about to close."),
        _("Every number is a link to exactly the cases that it counts."),
        _("Begin where it is red: danger first, then windows that close, then promises that fall due."),
    ),
    "inbox": (
        _("The cases that wait, ordered by the harm of waiting: danger first, then whoever waits longest."),
        _(
            "j and k move, Enter opens, c takes the case, e closes it, s puts it off. Point at a row to read why "
            "it stands there."
        ),
        _(
            "x chooses a row, shift and x all up to there; what you then press is done to all of them, and u "
            "takes it back."
        ),
        _("Keep a search or a view under a name with the bookmark; it stands in the rail afterwards."),
    ),
    "case": (
        _(
            "One matter of one person: the public talk as everybody sees it, private words apart, and on the "
            "right their history."
        ),
        _("r writes the answer, :: looks for a text block, ctrl and Enter sends or submits it."),
        _("What was read in a message stands beneath it; one click corrects it, and u takes that back."),
        _("n writes a note for colleagues. It never leaves the house; @ and a name tells that person."),
    ),
    "approvals": (
        _("Replies that wait for a second person. Nothing leaves before somebody releases exactly this text."),
        _(
            "Read the customer’s words first, then ours. You can change the text, send it back with a reason, or "
            "release it."
        ),
        _("For a few seconds after a release it can still be taken back."),
    ),
    "notices": (
        _(
            "What concerns you: somebody mentions you, gives you a case, sends a draft back, or your customer "
            "writes again."
        ),
        _("Below you choose for each kind whether it is told in the page, by e-mail, or not at all."),
    ),
    "blocks": (
        _("Wording to which the house stands. Only approved versions are offered while somebody writes."),
        _("A block holds du, Sie and English forms of the same text; the writer of a message decides which is taken."),
        _("An approved version never changes: writing on makes a new one, which a second person approves."),
    ),
    "block": (
        _("Write each form as you would say it. {{ salutation }} becomes a greeting that fits the person."),
        _("{{ ask: Place }} asks the agent for a value; nothing is ever sent with an open question in it."),
        _("Submit the version when it is ready. Somebody else approves it, and from then on it is offered."),
    ),
    "outbox": (
        _("What is on its way to the platforms, what has left, and what did not."),
        _(
            "Unsure means: the line broke while sending. It is looked for on the platform; nothing is sent twice "
            "blindly."
        ),
        _("Sending problems say what to do, case by case."),
    ),
    "ledger": (
        _("The balance of a period: everything that came in, and what became of it. Nobody is unaccounted for."),
        _("Every number is a link to the messages behind it."),
    ),
    "keeping": (
        _("After a period that you set, words and names go, and what was counted stays."),
        _("Before anything is removed you see how much it is; nothing brings it back."),
    ),
    "journal": (
        _("Who did what and when, people and the house itself. Nothing here can be changed."),
        _("Narrow it by person, kind or case."),
    ),
    "accounts": (
        _("The pages, profiles and mailboxes that are connected, and how each of them is."),
        _("Choose a channel below to connect one more; what you need and where to click stands there."),
    ),
    "account": (
        _("One connected account: how far it has been read, what it may send, and how its replies end."),
        _("“Try the connection” asks the platform now and says in words what is the matter."),
        _("Access tokens are kept encrypted; a field that you leave empty keeps its value."),
    ),
    "imports": (
        _("Brings in past reactions from a file, or the sample data for looking round."),
        _("The same line never comes in twice, so a file can be imported again after it was mended."),
    ),
    "arrivals": (
        _("What came in and could not become a message, with the reason, exactly as it came."),
        _("After the cause was mended, have it settled again; nothing is lost meanwhile."),
    ),
    "people": (
        _("Everybody who wrote to us, with all their names on all channels."),
        _("Only people merge people: the house suggests, and every merge can be undone exactly."),
    ),
    "person": (
        _("One person with their whole history over all channels, what they agreed to, and notes about them."),
        _("How they are addressed here holds for every answer to come."),
        _("Merge them with another name of theirs on the right; it can be parted again at any time."),
    ),
    "team": (
        _("Who works here, in which teams and roles, and which queues there are."),
        _("A queue can wait until somebody takes a case, or give cases out evenly to those who are there."),
        _("Words of a queue lead new cases into it; what no word leads waits in the default queue."),
    ),
    "me": (
        _("How you are called, how you sign, and how the house looks to you."),
        _("Initials and signature are put beneath replies where the account asks for it."),
    ),
    "absence": (
        _("While you are away no cases are given to you, and colleagues see it."),
        _("Your open cases can go back to their queues, so that nobody waits for you."),
    ),
    "bulk": (_("What an act on many cases did, and why it left some as they were. One press takes it back."),),
    "design": (_("Every value and every part that pages are made of, in light and dark. Take parts from here."),),
}

SAME = {
    "inbox_queue": "inbox", "block_new": "block", "account_new": "account", "import": "imports", "arrival": "arrivals",
    "ledger_messages": "ledger", "person_merge": "person", "team_invite": "team", "team_agent": "team",
    "queue_change": "team", "team_change": "team", "team_absence": "absence", "bulk_act": "bulk", "case_blocks": "case",
    "case_journal": "case",
}  # fmt: skip


def help_for(name: str) -> tuple[Text, ...]:
    """The sentences for the page of this address, or none."""
    named = SAME.get(name, name)
    if named in {"inbox", "case"}:  # they stand on one page
        return (*HELP["inbox"], *HELP["case"])
    return HELP.get(named, ())
