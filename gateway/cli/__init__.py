"""The command `kanal`. Each subcommand lies in a module that is loaded when it is called: all of
them together take two seconds, for which nobody waits who wants one."""

import gc
from importlib import import_module
from typing import Any

import click

from gateway.cli import streams

_MODULES = {
    "init": "setting_up", "check": "setting_up", "doctor": "setting_up", "keys": "keys",
    "serve": "serving", "worker": "working", "demo": "showing",
    "replay": "data", "pause": "data", "resume": "data", "db": "data",
    "token": "tokens", "user": "users", "understand": "understanding", "boundaries": "borders",
    "units": "units", "clocks": "clocks", "audit": "audit", "roster": "rosters",
    "report": "report", "templates": "templates",
}  # fmt: skip
"""Where each command lies; there it has the same name."""


class Commands(click.Group):
    """Knows the names of all commands, and loads the one that is asked for."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run what the arguments say, whatever became of the three streams."""
        streams.stand_in()
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            if not streams.is_full(error):
                raise
            streams.give_up(error)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In alphabetical order."""
        return sorted(_MODULES)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        module = _MODULES.get(cmd_name)
        if module is None:
            return None
        # What is loaded stays: to look through it for garbage while it grows takes a tenth of that.
        gc.disable()
        try:
            found: click.Command = getattr(import_module(f"gateway.cli.{module}"), cmd_name)
        finally:
            gc.freeze()
            gc.enable()
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kanal")
def main() -> None:
    """The messaging-channel gateway of Jakarta's complaint system.

    Start with `kanal demo`. For a real installation: `kanal init`, `kanal check`, `kanal serve`.
    The configuration is kanal.toml in this folder, or the file that KANAL_CONFIG names; data lies
    in KANAL_DATA_DIR (default: var).
    """
