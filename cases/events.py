"""Sentences of the timeline: one row an act, made from the event's facts when read, in the reader's language."""

from cases import workflow

SENTENCES = {name: act.label for name, act in workflow.ACTS.items()}
