"""From "somebody must be told" to a message on a phone, in this order:

notices   which words a fact or an answer calls for, and how urgent they are      [pure]
planner   may this leave now, and if not, why not and until when                  [pure]
facts     what the planner and the words need to know, read in sets
world     what every text draws on
compose   facts → text                                                            [pure]
reminding when a question of the receipt is repeated, once                        [pure]
texts     which text of the catalogue tells a notice                              [pure]
envelopes the approved templates where free text may not leave                    [pure]
claim     due notices become deliveries in the state *sending*, text and all
send      hands them to the connectors; at most one per conversation in flight
settle    what a result, a receipt or a silence means for delivery and notices
"""
