"""What stands in every sandbox from the start: addresses, tokens and log-ins that a demo connects to.

None of this is secret; the sandbox listens on loopback only.
"""

COMPANY = "Auenwerke"
CITY = "Auental"
DOMAIN = "platz.auental.example"

PORT = 8010
SMTP_PORT = 8025
IMAP_PORT = 8143

SQUARE_TOKEN = "square-auenwerke-demo"  # noqa: S105 - a demo token, documented
SQUARE_HOOK_SECRET = "square-hook-demo"  # noqa: S105 - a demo secret, documented
SQUARE_HANDLE = "auenwerke"

MASTODON_TOKEN = "mastodon-auenwerke-demo"  # noqa: S105 - a demo token, documented
MASTODON_HANDLE = "auenwerke"
MASTODON_LOGIN = "social@auenwerke.example"
MASTODON_PASSWORD = "auental"  # noqa: S105 - a demo password, documented

BLUESKY_HANDLE = "auenwerke.auental.example"
BLUESKY_PASSWORD = "auen-tal-demo-pass"  # noqa: S105 - a demo password, documented
BLUESKY_CUSTOMER_PASSWORD = "auental"  # noqa: S105 - a demo password, documented

MAIL_ADDRESS = "kundendialog@auenwerke.example"
MAIL_DOMAIN = "auenwerke.example"
MAIL_LOGIN = MAIL_ADDRESS
MAIL_PASSWORD = "auental"  # noqa: S105 - a demo password, documented
MAIL_CLIENT = "resonanz-demo"
MAIL_CLIENT_SECRET = "mail-client-demo"  # noqa: S105 - a demo secret, documented
MAIL_REFRESH_TOKEN = "mail-refresh-demo"  # noqa: S105 - a demo token, documented
