"""One history of the schema, for core and gateway. `gateway.schema` runs it."""
