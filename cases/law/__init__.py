"""The law as arithmetic, and nothing else: no database, no files, no clock of its own.

How it is put together:
- rules/clocks.toml, rules/figures.toml and rules/holidays.toml hold every value with its source and the day from
  which it holds; `manage.py load_rules` turns them into rows. A rule that changed is a new row with a later day; the
  old one stays.
- periods.py counts one period: first day not counted, month and year ends, the roll off a day off, 24:00.
- limitation.py restarts a period at each interruption and applies the longest limit.
- clocks.py answers the whole question: which of a clock's rules applies, which options it takes, and the result.
- calendar.py makes a Calendar (config/clock.py) of the years that are known.
- figures.py reads rates, fees and bounds; costs.py, interest.py and procedure.py work with them.
- reading.py turns the kinds of rule files into these objects and says what is wrong in them.

What a clock is called, who waits for whom and what happens when it ends is cases/timetable.py.
"""
