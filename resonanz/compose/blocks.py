"""Governed wording: written, submitted, approved by a second person."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.transaction import atomic
from django.utils.text import slugify

from resonanz.compose.render import is_raw, unknown_places, without_places
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, BlockState, BlockVersion, May, TextBlock

FORMS = ("de.du", "de.sie", "en")


class BadBlock(Refused):
    """A wording that cannot be published as it is."""

    code = "bad_block"


def create_block(
    *,
    name: str,
    folder: str,
    forms: Mapping[str, str],
    by: Agent,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> BlockVersion:
    """A new block with its first version, in work."""
    _may(by, May.EDIT_BLOCKS)
    name = clean(name).strip()
    if not name:
        raise BadBlock("Give the text block a name.")
    with atomic():
        block = TextBlock.objects.create(
            name=name[:120], slug=_free_slug(name), folder=folder.strip()[:80], owner=by, created_at=clock.now()
        )
        record("block.created", block, by=by)
        return write_version(block, forms=forms, by=by, valid_from=valid_from, valid_until=valid_until)


def write_version(
    block: TextBlock,
    *,
    forms: Mapping[str, str],
    by: Agent,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> BlockVersion:
    """A new version in work; a version in work or sent back is written on, a submitted or published one never."""
    _may(by, May.EDIT_BLOCKS)
    kept = {form: clean(forms.get(form, "")).strip() for form in FORMS if forms.get(form, "").strip()}
    _check(kept, valid_from, valid_until)
    with atomic():
        block = TextBlock.objects.locked(block)
        version = block.versions.filter(state__in=[BlockState.DRAFT, BlockState.REJECTED]).first()
        if version is None:
            newest = block.versions.order_by("-number").first()
            version = BlockVersion(block=block, number=newest.number + 1 if newest else 1)
        version.forms, version.valid_from, version.valid_until = kept, valid_from, valid_until
        version.state, version.written_by, version.written_at = BlockState.DRAFT, by, clock.now()
        version.save()
        record("block.written", block, by=by, version=version.number)
    return version


def submit_version(version: BlockVersion, *, by: Agent) -> BlockVersion:
    """Ask for approval."""
    _may(by, May.EDIT_BLOCKS)
    return _move(version, (BlockState.DRAFT, BlockState.REJECTED), BlockState.SUBMITTED, by=by)


def approve_version(version: BlockVersion, *, by: Agent) -> BlockVersion:
    """Publish a version; the one published before retires. Nobody approves what they wrote."""
    _may(by, May.APPROVE_BLOCKS)
    if version.written_by_id == by.pk:
        raise NotAllowed("Nobody approves their own wording. Ask a colleague.")
    with atomic():
        others = BlockVersion.objects.filter(block=version.block_id, state=BlockState.PUBLISHED)
        others.exclude(pk=version.pk).update(state=BlockState.RETIRED)
        return _move(version, (BlockState.SUBMITTED,), BlockState.PUBLISHED, by=by)


def reject_version(version: BlockVersion, *, by: Agent, reason: str) -> BlockVersion:
    """Send a version back to its writer, with the reason."""
    _may(by, May.APPROVE_BLOCKS)
    if not reason.strip():
        raise BadBlock("Say what has to change.")
    return _move(version, (BlockState.SUBMITTED,), BlockState.REJECTED, by=by, reason=reason.strip()[:400])


def retire_version(version: BlockVersion, *, by: Agent) -> BlockVersion:
    """Take a published version out of use."""
    _may(by, May.APPROVE_BLOCKS)
    return _move(version, (BlockState.PUBLISHED,), BlockState.RETIRED, by=by)


def _check(forms: Mapping[str, str], valid_from: date | None, valid_until: date | None) -> None:
    if not forms:
        raise BadBlock("Write the text in at least one form.")
    for form, text in forms.items():
        if unknown := unknown_places(text):
            raise BadBlock("There is no placeholder {name} ({form}).", name=unknown[0], form=form)
        if is_raw(without_places(text)):
            raise BadBlock("A placeholder in {form} is not closed: use {{{{ name }}}}.", form=form)
    if valid_from and valid_until and valid_from > valid_until:
        raise BadBlock("The last day lies before the first.")


def _move(
    version: BlockVersion, allowed: Sequence[BlockState], to: BlockState, *, by: Agent, reason: str = ""
) -> BlockVersion:
    with atomic():
        version = BlockVersion.objects.select_related("block").locked(version)
        if version.state == to:
            return version
        if version.state not in allowed:
            raise Refused("This version is {state} and cannot be {to}.", state=version.state, to=to.value)
        version.state, version.reason = to, reason
        if to != BlockState.SUBMITTED:
            version.decided_by, version.decided_at = by, clock.now()
        version.save()
        record(f"block.{to.value}", version.block, by=by, version=version.number)
    return version


def _free_slug(name: str) -> str:
    base = slugify(name)[:100] or "block"
    slug, number = base, 1
    while TextBlock.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _may(by: Agent, what: str) -> None:
    if not by.may(what):
        raise NotAllowed
