"""Logging, configured here and nowhere else: one line per event, a fixed verb, ids as fields.

Nothing of a citizen and no secret is ever logged. So third parties speak from WARNING on (twilio
and httpx log numbers and tokens at INFO), and of an exception only its type and its place in the
code are written: its message may hold anything.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import IO

OURS = ("core", "channels", "normalizer", "gateway")

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


def configure(level: str = "INFO", stream: IO[str] | None = None) -> None:
    """Send everything to *stream* (standard error) as lines of JSON."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "twilio", "aiohttp", "alembic"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = True
        logger.setLevel(logging.WARNING)
    # An access log would print tokens and numbers of query strings and paths.
    logging.getLogger("uvicorn.access").disabled = True


class JsonLines(logging.Formatter):
    """One JSON object per record."""

    def format(self, record: logging.LogRecord) -> str:
        """Our own messages are fixed words; those of others are left out, because they are not."""
        ours = record.name.partition(".")[0] in OURS
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage() if ours else f"{record.module}:{record.lineno}",
        }
        extra = {k: v for k, v in record.__dict__.items() if k not in _STANDARD}
        entry |= extra if ours else {}
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = _placed(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False, default=str)


def _placed(error: BaseException) -> list[str]:
    """The exception's type and where it came through, innermost last; never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    cause = error.__cause__ or error.__context__
    return [*(_placed(cause) if cause else ()), *lines, type(error).__name__]
