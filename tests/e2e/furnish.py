"""Furnishes an empty house for the browser journeys: people, a queue, a connected square, text blocks.

Runs as a program of its own, in the house's own environment: python -m tests.e2e.furnish ADDRESS-OF-THE-SQUARE
"""

import os
import sys

import django

PASSWORD = "a good password"


def main(square: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resonanz.site.settings")
    django.setup()
    from resonanz.accounts.connect import connect_account
    from resonanz.compose.blocks import approve_version, create_block, submit_version
    from resonanz.model.models import Agent, Queue, Team
    from resonanz.sandbox import seeds

    team = Team.objects.create(name="Netz")
    queue = Queue.objects.create(name="Störungen", slug="stoerungen", team=team, is_default=True)
    people = {
        "Alice Adler": ["agent", "editor"],
        "Lena Lead": ["lead"],
        "Paul Lead": ["lead"],
        "Otto Operator": ["operator"],
    }
    made = {}
    for name, roles in people.items():
        email = f"{name.split()[0].lower()}@auenwerke.example"
        made[name] = Agent.objects.create_user(email, PASSWORD, name=name, roles=roles)
        made[name].teams.set([team])
    connect_account(
        channel="square",
        name="Auenwerke",
        settings={"base_url": square},
        secrets={"token": seeds.SQUARE_TOKEN, "hook_secret": seeds.SQUARE_HOOK_SECRET},
        by=None,
        queue=queue,
    )
    forms = {
        "de.du": "{{ salutation }}, um {{ ask: Uhrzeit }} Uhr.",
        "de.sie": "{{ salutation }}, um {{ ask: Uhrzeit }} Uhr.",
        "en": "{{ salutation }}, at {{ ask: Uhrzeit }}.",
    }
    version = create_block(name="Ausfall", folder="Netz", forms=forms, by=made["Alice Adler"])
    submit_version(version, by=made["Alice Adler"])
    approve_version(version, by=made["Lena Lead"])


if __name__ == "__main__":
    main(sys.argv[1])
