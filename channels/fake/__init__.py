"""The reference connector: every protocol of the contract in its simplest honest form.

Its provider is a list in memory and a JSON webhook signed with HMAC-SHA256. Tests, and whoever
writes a connector, start here.
"""

from channels.contract import Connector
from channels.fake.connector import FakeChannel, FakeSettings

CONNECTOR = Connector(name="fake", settings=FakeSettings, create=FakeChannel)

__all__ = ["CONNECTOR", "FakeChannel", "FakeSettings"]
