"""The command `kanal`. Each subcommand lies in a module of its own; this one puts them together."""

import click

from gateway.cli import (
    audit,
    borders,
    clocks,
    data,
    report,
    rosters,
    running,
    setting_up,
    tokens,
    understanding,
    units,
    users,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kanal")
def main() -> None:
    """The messaging-channel gateway of Jakarta's complaint system.

    Start with `kanal demo`. For a real installation: `kanal init`, `kanal check`, `kanal serve`.
    The configuration is kanal.toml in this folder, or the file that KANAL_CONFIG names; data lies
    in KANAL_DATA_DIR (default: var).
    """


for command in (
    setting_up.init,
    setting_up.check,
    setting_up.doctor,
    running.serve,
    running.worker,
    running.demo,
    data.replay,
    data.pause,
    data.resume,
    data.db,
    tokens.token,
    users.user,
    understanding.understand,
    borders.boundaries,
    units.units,
    clocks.clocks,
    audit.audit,
    rosters.roster,
    report.report,
):
    main.add_command(command)
