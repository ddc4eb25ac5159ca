import pytest
from django.test import Client

from resonanz.model.models import Agent, Event
from resonanz.web.middleware import POLICY

pytestmark = [pytest.mark.page, pytest.mark.django_db]


@pytest.fixture
def lead_client():
    agent = Agent.objects.create_user(
        "lead@town.example", "long-enough-word", name="Lea Lead", roles=["lead", "operator"]
    )
    client = Client()
    client.force_login(agent)
    return client


def test_a_stranger_is_sent_to_the_door_and_back_to_where_they_wanted(client):
    response = client.get("/inbox/?view=mine")

    assert response.status_code == 302
    assert response["Location"] == "/doors/login/?next=/inbox/%3Fview%3Dmine"


def test_a_stranger_s_part_changes_nothing_on_the_page_that_asked(client):
    response = client.get("/inbox/", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert (response["HX-Reswap"], response.content) == ("none", b"")


def test_a_stranger_s_machine_is_told_to_sign_in(client):
    response = client.get("/stamp", headers={"Accept": "application/json"})

    assert response.status_code == 401
    assert response.json()["code"] == "sign_in"


def test_the_process_says_that_it_is_alive(client):
    response = client.get("/alive")

    assert response.content == b"alive\n"


@pytest.mark.parametrize("path", ["/doors/login/", "/doors/signup/", "/doors/password/reset/", "/nowhere/"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_doors_hold_the_strict_policy_in_both_languages(client, inline_parts, path, language):
    response = client.get(path, headers={"Accept-Language": language}, follow=True)

    assert response["Content-Security-Policy"] == POLICY
    assert inline_parts(response) == []
    assert response["Content-Language"] == language
    assert f'lang="{language}"'.encode() in response.content


@pytest.mark.parametrize("path", ["/", "/doors/2fa/", "/doors/password/change/"])
def test_pages_inside_hold_the_strict_policy(lead_client, inline_parts, path):
    response = lead_client.get(path, follow=True)

    assert response["Content-Security-Policy"] == POLICY
    assert inline_parts(response) == []


def test_a_person_chooses_the_language_and_it_stays(lead_client):
    lead_client.post("/doors/language/", {"language": "en", "next": "/"})

    response = lead_client.get("/", headers={"Accept-Language": "de"})

    assert response["Content-Language"] == "en"
    assert Event.objects.filter(kind="agent.language_chosen").count() == 1


def test_a_person_chooses_the_dark(lead_client):
    lead_client.post("/me/theme/", {"theme": "dark"})

    response = lead_client.get("/")

    assert b'data-theme="dark"' in response.content


def test_a_person_chooses_dense_rows(lead_client):
    lead_client.post("/me/density/", {"density": "compact"})

    response = lead_client.get("/")

    assert b'data-density="compact"' in response.content


def test_a_choice_that_does_not_exist_is_refused_with_a_sentence(lead_client):
    response = lead_client.post("/me/theme/", {"theme": "pink"}, headers={"HX-Request": "true"})

    assert response.status_code == 422
    assert response["HX-Retarget"] == "#toasts"


def test_the_way_back_never_leads_to_another_house(lead_client):
    response = lead_client.post("/me/theme/", {"theme": "dark", "next": "https://evil.example/"})

    assert response["Location"] == "/"


def test_nobody_signs_up_alone(client):
    response = client.post("/doors/signup/", {"email": "new@town.example", "password1": "long-enough-word"})

    assert Agent.objects.count() == 0
    assert response.status_code == 200


def test_too_many_tries_are_answered_with_a_page_that_says_when_to_try_again(client, inline_parts):
    from django.core.cache import cache

    cache.clear()
    wrong = {"login": "nobody@town.example", "password": "wrong"}

    answers = [client.post("/doors/login/", wrong, headers={"Accept-Language": "en"}) for _ in range(40)]

    assert {answer.status_code for answer in answers} == {200, 429}
    assert b"Wait five minutes" in answers[-1].content
    assert inline_parts(answers[-1]) == []
    cache.clear()


def test_setting_up_a_second_factor_shows_a_code_to_scan_and_nothing_inline(client, inline_parts):
    agent = Agent.objects.create_user("alice@town.example", "long-enough-word", name="Alice", roles=["agent"])
    client.force_login(agent)
    client.post("/doors/reauthenticate/", {"password": "long-enough-word"})

    pages = [client.get(path, follow=True) for path in ("/doors/2fa/totp/activate/", "/doors/2fa/webauthn/add/")]

    assert b'src="data:image/svg+xml' in pages[0].content
    assert [inline_parts(page) for page in pages] == [[], []]
    assert [page.status_code for page in pages] == [200, 200]


@pytest.mark.parametrize("path", ["/doors/password/reset/", "/doors/login/"])
def test_the_german_doors_say_sie(client, path):
    response = client.get(path, headers={"Accept-Language": "de"})

    assert b" du " not in response.content
    assert b" dein" not in response.content


def test_who_is_stopped_is_told_in_german_how_to_go_on(client):
    from django.core.cache import cache

    cache.clear()
    wrong = {"login": "nobody@town.example", "password": "wrong"}

    answers = [client.post("/doors/login/", wrong, headers={"Accept-Language": "de"}) for _ in range(40)]

    assert answers[-1].status_code == 429
    assert "Warten Sie fünf Minuten" in answers[-1].content.decode()
    assert 'href="/doors/password/reset/"' in answers[-1].content.decode()
    cache.clear()
