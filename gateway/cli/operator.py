"""Who sits at the shell, for the audit."""

import os
import socket
from pathlib import Path

from core.access import Interface, Origin
from gateway.audit.entry import Doer
from gateway.sealing.keys import Keys

_LOGIN = Path("/proc/self/loginuid")
_NOBODY = 2**32 - 1


def operator(keys: Keys) -> Doer:
    """The user of the operating system, as a number, on this machine."""
    return Doer(f"os:{_login()}", Origin(Interface.CLI, keys.asker(socket.gethostname())))


def _login() -> int:
    """Who logged in, which `sudo` does not change; if the kernel does not keep it, who runs it."""
    try:
        found = int(_LOGIN.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return os.getuid()
    return os.getuid() if found == _NOBODY else found
