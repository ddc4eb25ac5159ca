"""Files that came with messages: shown drawn anew, or saved; never opened in our name."""

import io

import pytest
from PIL import Image

from resonanz.model.models import Attachment, Message
from tests import make

pytestmark = [pytest.mark.page]
HOSTILE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def question(case):
    return Message.objects.get(conversation__case=case)


def page_of(as_, town, case):
    return as_(town.alice).get(f"/cases/{case.pk}/", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("media_type", ["image/png", "text/html", "image/svg+xml"])
def test_a_file_is_saved_whatever_it_says_of_itself(town, as_, media_type):
    case = make.case(town)
    file = make.file(question(case), HOSTILE, name="../böse\u202egnp.html", media_type=media_type)

    response = as_(town.alice).get(f"/cases/{case.pk}/files/{file.pk}/")

    assert response.content == HOSTILE
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''b%C3%B6segnp.html"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("asked", "size"), [("", (320, 160)), ("?large", (1600, 800))])
def test_a_picture_is_drawn_anew_small_and_large(town, as_, asked, size):
    case = make.case(town)
    file = make.file(question(case), make.dots(2000, 1000), name="laterne.png", media_type="image/png")

    response = as_(town.alice).get(f"/cases/{case.pk}/files/{file.pk}/picture/{asked}")

    assert response["Content-Type"] == "image/webp"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, max-age=3600"
    assert Image.open(io.BytesIO(response.content)).size == size


def test_a_script_that_calls_itself_a_picture_is_refused_with_a_sentence(town, as_):
    case = make.case(town)
    file = make.file(question(case), HOSTILE, name="bild.png", media_type="image/png")

    response = as_(town.alice).get(f"/cases/{case.pk}/files/{file.pk}/picture/", headers={"Accept-Language": "de"})

    assert response.status_code == 422
    assert b"<script>alert" not in response.content
    assert "Dieses Bild lässt sich nicht anzeigen" in response.content.decode()


def test_what_is_no_picture_has_no_picture(town, as_):
    case = make.case(town)
    file = make.file(question(case), HOSTILE, name="bild.svg", media_type="image/svg+xml")

    assert as_(town.alice).get(f"/cases/{case.pk}/files/{file.pk}/picture/").status_code == 404


def test_a_picture_of_another_case_is_not_given_out(town, as_):
    mine, other = make.case(town), make.case(town, queue=town.other_queue)
    file = make.picture(question(other))

    assert as_(town.alice).get(f"/cases/{mine.pk}/files/{file.pk}/picture/").status_code == 404
    assert as_(town.alice).get(f"/cases/{other.pk}/files/{file.pk}/picture/").status_code == 404


def test_the_case_shows_pictures_names_files_and_warns_of_programs(town, as_):
    case = make.case(town)
    drawn = make.picture(question(case))
    make.file(question(case), b"MZ", name="Rechnung.pdf.exe", media_type="application/pdf")
    Attachment.objects.create(
        message=question(case), name="film.mp4", media_type="video/mp4", size=20_000_000, sha256="a"
    )
    Attachment.objects.create(
        message=question(case), name="fern.jpg", media_type="image/jpeg", url="https://x.example/f"
    )

    page = page_of(as_, town, case)

    assert f'src="/cases/{case.pk}/files/{drawn.pk}/picture/"' in page
    assert 'alt="Picture laterne.png"' in page
    assert page.count("May run a program") == 1
    assert "too large to be kept here" in page
    assert page.count("(it stays where it came in)") == 1
    assert "https://x.example" not in page
    assert page.count("/picture/") == 2  # one picture, small and as a link to its large form
