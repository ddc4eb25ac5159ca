"""Files kept beside text: the limits under which content may lie in the database."""

MOST_ATTACHMENT_BYTES = 10 * 1024 * 1024
MOST_TEXT = 200_000
DRAWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""Media types of pictures that are shown (drawn anew); every other file is only saved."""
