"""One history of the schema, for core and gateway. `gateway.storage.schema` runs it."""
