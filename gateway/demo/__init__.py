"""The demo: what the program needs around it so that one machine shows the whole way of a message.

Nothing else imports this room. Read `provider` first: the stand-in of the messaging provider.
"""
