"""From a provider's request to a complaint, in this order:

arrival   a verified request becomes rows: raw, and one per event           [pure]
store     many arrivals as rows, in one INSERT of a kind
commit    those that came together are read and stored together; the guilty one fails alone
spool     where arrivals go while the database does not answer
intake    takes an arrival and returns when it is durable, one way or the other
drain     takes conversations with something new, decides, writes once      [worker]
  load    everything the decision needs, read in sets
  decide  readings → dialogue → intents                                     [pure]
  work    intents → rows                                                    [pure]
  write   one short transaction for all of them
media     fetches pictures on their own clock                               [worker]
replay    what could not be read or handled, once more
"""
