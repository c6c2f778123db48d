"""boundaries import: the operator's borders of the kelurahan."""

from pathlib import Path

import click

from gateway.cli.common import refuse
from gateway.configuration.boundaries import take_in
from gateway.configuration.settings import Environment
from normalizer.regions import BoundariesInvalid


@click.group()
def boundaries() -> None:
    """Borders of the kelurahan, for points that citizens share."""


@boundaries.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Check FILE (GeoJSON, or SQL with rings) and use it from the next start on.

    Each of the 267 kelurahan must be in it once, under its Kemendagri code. Without borders a point
    goes to the kelurahan with the nearest middle, and is marked as approximate.
    """
    folder = Environment.read().data_dir
    try:
        done = take_in(file, folder, click.echo)
    except BoundariesInvalid as error:
        refuse(*error.problems)
    except OSError as error:
        if str(error.filename) == str(file):
            refuse(f"{file}: {error.strerror}")
        refuse(
            f"{folder} cannot be written: {error.strerror}; set KANAL_DATA_DIR to a folder that "
            "can be, and put the boundaries.jsonl that is made there into this one"
        )
    if done.repaired:
        click.echo(f"Repaired outlines that crossed themselves: {', '.join(done.repaired)}.")
    click.echo(f"{done.count} kelurahan in {done.kecamatan} kecamatan. SHA-256 {done.checksum}.")
