"""What every journey does with a case: a text block, four eyes, and the loops until something has happened."""

import time
from collections.abc import Callable

from resonanz.casework.assign import claim_case
from resonanz.compose.approve import release_draft, submit_draft
from resonanz.compose.blocks import approve_version, create_block, submit_version
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.compose.offers import offered
from resonanz.model.models import Case, Delivery, Message
from resonanz.work.loop import run_once

PATIENCE_S = 30.0


def publish_greeting(town) -> None:
    """One text block, written by the editor and approved by the lead."""
    version = create_block(name="Gruß", folder="", forms={"de.du": "Hallo!", "de.sie": "Guten Tag!"}, by=town.editor)
    approve_version(submit_version(version, by=town.editor), by=town.lead)


def answer(case: Case, text: str, town) -> Delivery:
    """Alice claims, writes with the greeting's block and submits; Lena releases what she was shown."""
    claim_case(case, by=town.alice)
    target = Message.objects.inbound().filter(conversation__case=case).latest("occurred_at")
    draft = open_draft(case, target=target, by=town.alice)
    [greeting] = offered("Gruß", case=case, target=target, by=town.alice)
    draft = save_draft(
        draft,
        text=f"{greeting.text} {text}",
        revision=draft.revision,
        by=town.alice,
        version_ids=[greeting.version.pk],
    )
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    return release_draft(draft, content_hash=preview(draft).content_hash, words=words_hash(draft.target), by=town.lead)


def until(happened: Callable[[], bool]) -> None:
    """Run the loops until something has happened, as long as a busy machine may need."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        run_once()
        if happened():
            return
        time.sleep(0.2)
    raise AssertionError("it did not happen")
