"""Which text blocks are offered: what was typed narrows, what fits the case comes first."""

from datetime import timedelta

import pytest

from resonanz.compose.offers import MOST_OFFERED, offered
from resonanz.kit import clock
from resonanz.model.models import BlockVersion, Message, TextBlock
from tests import make


def block(name, folder="", **forms):
    version = make.block(name, **(forms or {"de_du": f"Etwas zu {name}."}))
    TextBlock.objects.filter(pk=version.block_id).update(folder=folder)
    return version


@pytest.fixture
def names(town):
    """The names that are offered for a query, for a case with this text."""

    def of(query, text="Wann kommt die Linie 2?"):
        case = make.case(town, text=text)
        target = Message.objects.latest("pk")
        return [one.name for one in offered(query, case=case, target=target, by=town.alice)]

    return of


def test_a_block_is_offered_filled_in_the_customers_form(town):
    block("Dank", de_du="{{ salutation }}, gern!")
    case = make.case(town)

    offers = offered("dank", case=case, target=Message.objects.get(), by=town.alice)

    assert [(offer.text, offer.form, offer.fits) for offer in offers] == [("Hallo Ada, gern!", "de.du", True)]


def test_a_block_past_its_last_day_is_not_offered(names):
    block("Dank")
    BlockVersion.objects.update(valid_until=clock.now().date() - timedelta(days=1))

    assert names("") == []


def test_typing_narrows_to_names_then_folders_then_texts(names):
    block("Ende", de_du="Wir stören nicht weiter.")
    block("Kabel", folder="Störungen")
    block("Störung Süd: Stand")
    block("Gestern")  # begins with something else

    assert names("stö") == ["Störung Süd: Stand", "Kabel", "Ende"]


@pytest.mark.parametrize("query", ["stor", "STÖR", "stoer", "sued", "stör süd", "süd sta"])
def test_case_accents_and_the_order_of_words_do_not_matter(names, query):
    block("Störung Süd: Stand")
    block("Rechnung")

    assert names(query) == ["Störung Süd: Stand"]


def test_two_letters_do_not_search_whole_texts(names):
    block("Ende", de_du="Ein Stand von heute.")

    assert names("st") == []
    assert names("sta") == ["Ende"]


@pytest.mark.parametrize("query", ["xyz", "stör xyz", "salutation"])
def test_what_matches_nothing_is_not_offered(names, query):
    block("Störung", de_du="{{ salutation }}, gern!")

    assert names(query) == []


def test_the_queue_s_own_and_what_the_customer_speaks_of_come_first(town, names):
    town.queue.words = ["tram"]
    town.queue.save()
    block("Anfang")
    block("Fahrplan", folder="Tram")
    block("Umleitung")

    assert names("", text="Wieso ist da eine Umleitung?") == ["Fahrplan", "Umleitung", "Anfang"]


def test_another_language_comes_last_and_another_form_of_address_after_its_equals(names):
    block("A", en="Something")
    block("B", de_sie="Etwas für Sie")
    block("C", de_du="Etwas für dich")

    assert names("") == ["C", "B", "A"]


def test_no_more_are_offered_than_one_can_look_at(names):
    for n in range(MOST_OFFERED + 3):
        block(f"Nummer {n:02}")

    assert names("nummer") == [f"Nummer {n:02}" for n in range(MOST_OFFERED)]
