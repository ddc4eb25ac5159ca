"""What can go wrong, named: one base, a stable code, an HTTP status and a sentence that says what to do.

Sentences are English message ids with ``{name}`` places; the page translates them, so an error never carries
finished text in one language.
"""

from typing import ClassVar


class ResonanzError(Exception):
    """The base of everything we raise on purpose.

    ``code`` is stable and documented in docs/errors.md; ``status`` is the HTTP status a door answers with;
    ``said`` is the message id; keyword arguments fill its places.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    said: ClassVar[str] = "Something went wrong. Please try again."

    def __init__(self, said: str | None = None, **places: object) -> None:
        self.sentence = said or self.said
        self.places = places
        super().__init__(self.sentence.format(**places) if places else self.sentence)


class Refused(ResonanzError):
    """The request makes sense but must not happen; the sentence says what has to change first."""

    code = "refused"
    status = 422
    said = "This is not possible as it stands."


class NotAllowed(ResonanzError):
    """This person may not do this."""

    code = "not_allowed"
    status = 403
    said = "You may not do this. Ask your team lead for the right role."


class NotFound(ResonanzError):
    """It is not there, or not for this person."""

    code = "not_found"
    status = 404
    said = "This is not here (any more)."


class Conflict(ResonanzError):
    """Somebody else was faster; look again, then decide."""

    code = "conflict"
    status = 409
    said = "Somebody else changed this in the meantime. Look at the new state, then decide."


class BadSetting(ResonanzError):
    """A RESONANZ_* setting is unknown or has a value that cannot hold; stops the start."""

    code = "bad_setting"
    status = 500
    said = "The setting {name} cannot be used: {why}"
