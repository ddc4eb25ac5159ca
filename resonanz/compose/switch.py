"""From du to Sie to English: all text blocks of a draft together. What a person wrote or changed stays as it is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from resonanz.compose.blocks import FORMS
from resonanz.compose.draft import save_draft
from resonanz.compose.render import Scene, fill
from resonanz.compose.scene import scene_for
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent, Draft

_PLACE = re.compile(r"\{\{\s*([^{}|]+?)\s*(?:\|[^{}]*)?\}\}")
_RAW = r"\{\{[^{}]*\}\}"
_ANSWER = rf"(?:{_RAW}|[^\n{{}}]{{1,300}}?)"


@dataclass(frozen=True, slots=True)
class Switched:
    """A text after the switch; by name of their block: which wordings changed, which were edited by hand (or stand
    there more than once) and stayed, and which have no such form and stayed.
    """

    text: str
    changed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def switch_form(draft: Draft, *, form: str, revision: int, by: Agent) -> tuple[Draft, Switched]:
    """Put every text block of a draft that stands there unchanged into this form ("de.du", "de.sie", "en"); blocks that
    come later come in it, too. Raises OldRevision.
    """
    if form not in FORMS:
        raise Refused("There is no such choice.")
    writer = draft.written_by or by
    wordings = {version.block.name: version.forms for version in draft.blocks.select_related("block").order_by("pk")}

    def scene_in(other: str) -> Scene:
        return scene_for(draft.target, case=draft.case, by=writer, form=other)

    done = switched(draft.text, wordings, scene_in, to=form)
    return save_draft(draft, text=done.text, revision=revision, by=by, form=form), done


def switched(
    text: str, wordings: Mapping[str, Mapping[str, str]], scene_in: Callable[[str], Scene], *, to: str
) -> Switched:
    """The text with its wordings (by name of the block: a text for each form) in the form ``to``. Answers that somebody
    gave to the questions of a block are carried over.
    """
    changed, edited, lacking = [], [], []
    for name, forms in wordings.items():
        found = _where(text, forms, scene_in)
        if found is None:
            edited.append(name)
        elif to not in forms:
            lacking.append(name)
        elif (fresh := fill(forms[to], scene_in(to), found.answers).text) != text[found.start : found.end]:
            text = text[: found.start] + fresh + text[found.end :]
            changed.append(name)
    return Switched(text, tuple(changed), tuple(edited), tuple(lacking))


@dataclass(frozen=True, slots=True)
class _Spot:
    start: int
    end: int
    answers: Mapping[str, str]


def _where(text: str, forms: Mapping[str, str], scene_in: Callable[[str], Scene]) -> _Spot | None:
    """The one place where a wording stands in one of its forms, with what was answered in it."""
    for form, wording in forms.items():
        pattern, names = _pattern(wording, scene_in(form))
        spots = list(pattern.finditer(text))
        if len(spots) == 1:
            given = {name: spots[0][f"a{at}"] for at, name in enumerate(names)}
            answers = {name: value for name, value in given.items() if not re.fullmatch(_RAW, value)}
            return _Spot(spots[0].start(), spots[0].end(), answers)
    return None


def _pattern(wording: str, scene: Scene) -> tuple[re.Pattern[str], Sequence[str]]:
    """What a wording looks like once it is filled for this scene; what was asked for may be anything on one line."""
    names: list[str] = []
    parts, at = [], 0
    for place in _PLACE.finditer(wording):
        parts.append(re.escape(wording[at : place.start()]))
        at = place.end()
        name, value = place[1], fill(place[0], scene)
        if not value.gaps:
            parts.append(re.escape(value.text))
        elif name in names:
            parts.append(f"(?P=a{names.index(name)})")
        else:
            parts.append(f"(?P<a{len(names)}>{_ANSWER})")
            names.append(name)
    parts.append(re.escape(wording[at:]))
    return re.compile(rf"(?<!\w){''.join(parts)}(?!\w)"), names
