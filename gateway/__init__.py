"""The running system: the only room that knows all others.

settings    kanal.toml and the environment, read once     bootstrap  everything is built here
web/        what answers requests                         worker     what runs beside it
inbound/    accept → spool | commit → drain → media       outbound/  notices → planner → delivery
words/      everything we say, in two languages           ops/       leases, pauses, metrics
tables, migrations/, database, keys                       storage
demo/       a phone, an officer and a provider in a box   cli/       the command `kanal`
"""
