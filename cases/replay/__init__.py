"""Replays: dated acts from a file, run through the same services as the pages, in a database and a time of their own.

reading.py the file · world.py the database, the clock and the people · running.py the steps · expecting.py what must hold
"""
