"""Files that came with messages: pictures are shown drawn anew, everything else is only ever saved."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from resonanz.kit.errors import NotFound
from resonanz.kit.file_names import plain_name
from resonanz.kit.pictures import DRAWN_AS, drawn_anew
from resonanz.kit.stored import DRAWABLE
from resonanz.model.models import Attachment, May
from resonanz.web.allowed import allowed, case_for

SMALL, LARGE = 320, 1600  # pixels of the longer side
KEPT_SECONDS = 3600
NOTHING_RUNS = "default-src 'none'; sandbox"


@allowed(May.READ_CASES)
def attachment(request: HttpRequest, case_id: int, attachment_id: int) -> HttpResponse:
    """The file as it came, to be saved; a browser never opens it in our name."""
    file = _file(request, case_id, attachment_id)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    header = content_disposition_header(as_attachment=True, filename=plain_name(file.name))
    response["Content-Disposition"] = header or "attachment"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


@allowed(May.READ_CASES)
def picture(request: HttpRequest, case_id: int, attachment_id: int) -> HttpResponse:
    """A picture drawn anew, small unless asked for ``?large``; the bytes that came are not given out here."""
    file = _file(request, case_id, attachment_id)
    if file.media_type not in DRAWABLE:
        raise NotFound
    longest = LARGE if "large" in request.GET else SMALL
    response = HttpResponse(drawn_anew(bytes(file.content), longest=longest), content_type=DRAWN_AS)
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    response["Content-Security-Policy"] = NOTHING_RUNS
    return response


def _file(request: HttpRequest, case_id: int, attachment_id: int) -> Attachment:
    opened = case_for(request, case_id)
    file = Attachment.objects.filter(pk=attachment_id, message__conversation__case=opened).first()
    if file is None or not file.content:
        raise NotFound
    return file
