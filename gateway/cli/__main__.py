"""`python -m gateway.cli` is `kanal`."""

from gateway.cli import main

main(prog_name="kanal")
