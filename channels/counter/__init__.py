"""A counter, or whatever else an officer writes down: nothing comes in and nothing goes out here.

What people say there is entered over the REST API (`gateway.counter`); where they leave an address
they are told on that account, else by hand. See README.md.
"""

from channels.contract import Connector
from channels.counter.connector import CounterChannel, CounterSettings

NAME = CounterChannel.name

CONNECTOR = Connector(name=NAME, settings=CounterSettings, create=CounterChannel)

__all__ = ["CONNECTOR", "NAME", "CounterChannel", "CounterSettings"]
