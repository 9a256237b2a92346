"""The `workflow` command: every act of the table, as a list, as JSON or as a diagram. Needs no database."""

from typing import Any

from django.core.management.base import CommandParser

from cases.workflow import ACTS, LAW_STAGE, OPEN_STATES, STAGES, STATES, Act
from config.commands import PlainCommand

HELP = """Prints the table of acts: from which states to which, by whom, what each requires and which clocks it starts.
Without an option it is a Markdown table in which acts that are still to come are marked.

  manage.py workflow --json
  manage.py workflow --mermaid"""
# Elsewhere it notes that something arrived and leaves the state alone.
ONLY_FROM = {"record_arrival": ("OPEN",)}
HEAD = ("act", "中文", "English", "from", "to (empty: stays)", "actors", "requires", "starts", "")


class Command(PlainCommand):
    help = HELP

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mermaid", action="store_true", help="a state diagram in Mermaid's language")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            self.print_json([as_json(act) for act in ACTS.values()])
        else:
            self.stdout.write(diagram() if options["mermaid"] else table())


def as_json(act: Act) -> dict[str, Any]:
    return {
        "name": act.name,
        "from": list(act.from_),
        "to": list(act.to),
        "actors": list(act.seats),
        "requires": list(act.requires),
        "starts": list(act.starts),
        "label_zh": act.label.zh,
        "label_en": act.label.en,
    }


def table() -> str:
    """One row an act; the last column says whether it is alive or coming, and whether a second person is asked."""
    rows = [HEAD, ("---",) * len(HEAD)]
    for act in ACTS.values():
        origins = ("any open state",) if act.from_ == OPEN_STATES else act.from_
        parts = (origins, act.to, act.seats, act.requires, act.starts)
        state = ("alive" if act.alive else "coming") + (", second person" if act.second else "")
        rows.append((f"`{act.name}`", act.label.zh, act.label.en, *(", ".join(part) for part in parts), state))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def diagram() -> str:
    """States by stage and the acts between them; dashed: an act that is still to come. Acts that stay are left out."""
    lines = ["flowchart TD"]
    for stage, label in {**STAGES, "law": LAW_STAGE}.items():
        lines.append(f'  subgraph {stage}["{label.zh} {label.en}"]')
        lines += [f'    {name}["{name}<br>{row.label.zh}"]' for name, row in STATES.items() if row.stage == stage]
        lines.append("  end")
    lines += [f"  START(( )) -->|file| {state}" for state in ACTS["file"].to]
    lines.append('  ANY(["任何未结状态 any open state"])')
    arrows: dict[tuple[str, str, bool], list[str]] = {}
    for act in ACTS.values():
        origins = ONLY_FROM.get(act.name) or (("ANY",) if act.from_ == OPEN_STATES else act.from_)
        for origin in origins:
            for target in act.to:
                if origin != target:
                    arrows.setdefault((origin, target, act.alive), []).append(act.name)
    lines += [
        f"  {origin} {'-->' if alive else '-.->'}|{'<br>'.join(names)}| {target}"
        for (origin, target, alive), names in arrows.items()
    ]
    return "\n".join(lines)
