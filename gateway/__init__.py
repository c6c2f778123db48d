"""The running system: the only room that knows all others. What a message meets, in its order:

web/           webhooks, the REST API, the tracker        inbound/    durable, then decided
inbox/ duty/   what waits for people, and who they are    outbound/   notices, may I, deliveries
desk/          orders of officers, timers, tickets        grouping/   alike, merged, split
counter/ by_hand/  who has no address                     photos/     proof of a result
reports/ audit/    what was done, counted and chained     words/      all we say, in two languages

What it stands on:

bootstrap      everything is built here, once             processes/  what runs and how it wakes
configuration/ what the operator sets                     storage/    database, schema, numbers
tables, access_tables, migrations/                        units/ users/  the city and its officers
sealing/       keys, and what they seal                   shared/     Redis, where there is one
lines, outgoing    the connectors, and the way out        ops/        leases, metrics, logs
tables, access_tables, migrations/   the data               units/ users/  the city, its officers
"""
