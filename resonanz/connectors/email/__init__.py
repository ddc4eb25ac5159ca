"""E-mail: a mailbox read by IMAP and answered by SMTP."""

from resonanz.connectors.email.connector import Email

connector = Email()
