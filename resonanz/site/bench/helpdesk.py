"""The peer of ``bench intake``: e-mails a second into django-helpdesk (an optional dependency) on SQLite.

It runs with settings of its own, in memory of its own process; the mails carry the texts of our own feed.
"""

import logging
import os
import sys
import tempfile
import time
from email.message import EmailMessage
from itertools import islice
from pathlib import Path

from resonanz.site.bench.speech import feed

MAILS, WARM = 300, 30


def main() -> int:
    """Print mails a second."""
    import django  # noqa: PLC0415 - settings come first
    from django.conf import settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as home:
        settings.configure(**_settings(Path(home)))
        django.setup()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0, interactive=False)
        print(_measure())
    return 0


def _measure() -> float:
    from helpdesk.email import extract_email_metadata  # noqa: PLC0415 - optional
    from helpdesk.models import Queue  # noqa: PLC0415

    logging.disable(logging.CRITICAL)
    queue = Queue.objects.create(
        title="Bench", slug="bench", email_address="desk@auenwerke.example", allow_email_submission=True
    )
    mails = [_mail(number, arrival.body) for number, arrival in enumerate(islice(feed(), MAILS + WARM))]
    for mail in mails[:WARM]:
        extract_email_metadata(mail, queue, logging.getLogger("bench"))
    started = time.perf_counter()
    for mail in mails[WARM:]:
        extract_email_metadata(mail, queue, logging.getLogger("bench"))
    return MAILS / (time.perf_counter() - started)


def _mail(number: int, body: bytes) -> str:
    mail = EmailMessage()
    mail["From"] = f"Person {number} <person{number}@example.org>"
    mail["To"] = "desk@auenwerke.example"
    mail["Subject"] = f"Frage {number}"
    mail["Message-ID"] = f"<bench-{number}@example.org>"
    mail.set_content(body.decode()[:600])
    return mail.as_string()


def _settings(home: Path) -> dict[str, object]:
    return {
        "SECRET_KEY": "bench",
        "INSTALLED_APPS": [
            "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
            "django.contrib.sites", "django.contrib.admin", "django.contrib.humanize", "rest_framework",
            "helpdesk",
        ],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "peer.sqlite3"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "SITE_ID": 1,
        "USE_TZ": True,
        "ROOT_URLCONF": "resonanz.site.bench.helpdesk_urls",
        "MEDIA_ROOT": home,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "HELPDESK_TEAMS_MODE_ENABLED": False,
        "TEMPLATES": [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
            "context_processors": [f"django.{name}" for name in (
                "template.context_processors.request", "contrib.auth.context_processors.auth",
                "contrib.messages.context_processors.messages")]}}],
    }  # fmt: skip


if __name__ == "__main__":
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    sys.exit(main())
