"""Boot checks: tables that must agree with each other and with the code."""

from django.core.checks import Error, register


@register()
def tables_agree(app_configs, **kwargs):
    from cases import actions, workflow

    errors = []
    for name in workflow.ALIVE:
        for what, table in (
            ("a service", actions.SERVICES),
            ("an input", actions.INPUTS),
            ("a sentence", actions.SENTENCES),
        ):
            if name not in table:
                errors.append(Error(f"the act {name} is alive but has no {what.split()[-1]}", id="recourse.E001"))
    for act in workflow.ACTS.values():
        for state in (*act.from_, *act.to, *act.system_from):
            if state not in workflow.STATES:
                errors.append(Error(f"{act.name} names the unknown state {state}", id="recourse.E002"))
        for code in (*act.starts, *act.ends):
            if code != "*" and code not in actions.CLOCKS:
                errors.append(Error(f"{act.name} names the unknown clock {code}", id="recourse.E003"))
    return errors
