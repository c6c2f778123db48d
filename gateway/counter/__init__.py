"""What somebody says at a counter, written down by an officer: one visit, several matters.

visit      the values of a visit, and the draft of each matter [pure]
desk       files them in one transaction, and takes the papers that were brought
people     who came, for the officers who wrote it down
"""
