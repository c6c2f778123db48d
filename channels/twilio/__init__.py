"""Twilio: SMS and WhatsApp, two connectors of one provider.

Read `connector` first. `signature` says whether Twilio has sent something, `payloads` what it
means, `codes` what an error asks of us; README.md is for whoever sets an account up.
"""

from channels.contract import Connector
from channels.twilio.connector import sms, whatsapp
from channels.twilio.settings import SmsSettings, WhatsappSettings

SMS = Connector(name="twilio-sms", settings=SmsSettings, create=sms)
WHATSAPP = Connector(name="twilio-whatsapp", settings=WhatsappSettings, create=whatsapp)

__all__ = ["SMS", "WHATSAPP"]
