"""From the connector's name in `kanal.toml` to the connector, imported when asked for.

Ours are named here; strangers' come through the entry-point group ``kanal.channels``, each entry
naming a `contract.Connector`.
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points

from channels.contract import CONTRACT, Connector
from channels.errors import ConnectorInvalid

BUILT_IN: Mapping[str, str] = {
    "counter": "channels.counter:CONNECTOR",
    "fake": "channels.fake:CONNECTOR",
    "twilio-sms": "channels.twilio:SMS",
    "twilio-whatsapp": "channels.twilio:WHATSAPP",
}

GROUP = "kanal.channels"


def names() -> tuple[str, ...]:
    """Every connector that can be named, ours and installed ones, sorted."""
    return tuple(sorted({*BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))}))


def load(name: str) -> Connector:
    """Import the connector called *name*.

    Raises:
        ConnectorInvalid: There is none, it cannot be imported, or it keeps another contract.
    """
    target = BUILT_IN.get(name)
    if target is None:
        found = next((e for e in entry_points(group=GROUP) if e.name == name), None)
        if found is None:
            raise ConnectorInvalid(f"no connector '{name}'; there are {', '.join(names())}")
        target = found.value
    module, _, attribute = target.partition(":")
    try:
        connector = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConnectorInvalid(f"connector '{name}' cannot be loaded: {error}") from error
    if not isinstance(connector, Connector):
        raise ConnectorInvalid(f"connector '{name}': {target} is no channels.contract.Connector")
    if connector.contract != CONTRACT:
        raise ConnectorInvalid(
            f"connector '{name}' keeps contract {connector.contract}, this program {CONTRACT}: "
            "install a version that fits"
        )
    return connector
