"""The demo's world: people, terminals, statements and cases with a past, built through the services as people would.

The command `demo` starts it. Nothing here runs in an installation with data of its own.
"""
