"""Logs: one line an event on standard error, structured, with secrets blanked out."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog

from resonanz.kit.secrets import HIDDEN, redact, sounds_secret


def configure_logs(level: str) -> None:
    """Set up structlog and the standard library's loggers to write the same lines."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        blank_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    line = logging.StreamHandler()
    line.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [line]
    root.setLevel(level.upper())
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    logging.getLogger("httpcore2").setLevel(logging.WARNING)


def blank_secrets(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out tokens in every text, and the values of secret-sounding names."""
    for name, value in event.items():
        if sounds_secret(name):
            event[name] = HIDDEN
        elif isinstance(value, str):
            event[name] = redact(value)
    return event
