"""For container platforms: does the process in this container live? Exit code 0 or 1, one line.

``python -m gateway.ops.alive web 8000`` asks the web process, ``… worker`` looks for the sign of
life that a worker leaves in the database every two seconds. Loads little, because it is run every
few seconds: for a web process nothing of the database.
"""

import http.client
import socket
import sys
from collections.abc import Sequence

_PATIENCE_S = 4.0


def web_answers(port: int, patience_s: float = _PATIENCE_S) -> bool:
    """Whether a gateway on this machine answers at all; whether it is ready is another question."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=patience_s)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    match arguments:
        case ["web", port] if port.isdigit():
            alive = web_answers(int(port))
        case ["worker"]:
            # To load these takes ten times as long as to ask a web process.
            from gateway.configuration.settings import Environment, SettingsInvalid  # noqa: PLC0415
            from gateway.ops.beats import worker_beats  # noqa: PLC0415
            from gateway.storage.ids import now  # noqa: PLC0415

            try:
                url = Environment.read().database_url
            except SettingsInvalid as error:
                sys.stderr.write(f"{error}\n")
                return 1
            alive = worker_beats(url, socket.gethostname(), now())
        case _:
            sys.stderr.write("usage: python -m gateway.ops.alive web PORT | worker\n")
            return 2
    sys.stdout.write("alive\n" if alive else "no sign of life\n")
    return 0 if alive else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
