"""What the written agreement says. Pure: no rows, no clock.

clauses.py the wordings · details.py what they need beyond the offer · differing.py what changed between two texts
"""
