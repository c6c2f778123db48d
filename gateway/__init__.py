"""The running system: the only room that knows all others. What a message meets, in its order:

web/            webhooks, REST, tracker          inbound/      durable, then decided
inbox/, duty/   what waits for people; who       outbound/     notices, may I, deliveries
desk/           orders, timers, tickets          grouping/     alike, merged, split
counter/, by_hand/  who has no address           photos/       proof of a result
reports/, audit/    counted; chained             words/        all we say, in two languages

What it stands on:

bootstrap       everything is built here         processes/    what runs, and how it wakes
configuration/  what the operator sets           storage/      database, schema, numbers
tables, access_tables, migrations/               units/, users/  the city, its officers
sealing/        keys, and what they seal         shared/       Redis, where there is one
lines, outgoing  connectors, and the way out     ops/          leases, metrics, logs
cli/, doctor/   the command `kanal`              demo/         phone, officer, provider
"""
