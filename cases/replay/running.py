"""The steps of a replay, one after the other; a wrong one is reported and hides none of those after it."""

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from cases import actions
from cases.models import Case
from cases.replay import expecting, reading, signing, world
from cases.replay.reading import Replay, Step, WrongFile
from config import clock as time
from config import files, tenancy
from config.actors import Actor
from config.errors import Refused
from config.text import Text
from merchants.models import StatementLine
from merchants.services import statements


def run(path: Path, *, keep: bool = False) -> dict:
    """Runs the file: {"ok", "cases", "failures"} (contracts.md), and the database's name where it is kept."""
    replay = reading.read(path)
    with world.database_of_its_own(keep=keep) as name:
        clock = world.Clock(name)
        try:
            clock.set(min((step.at for step in replay.steps if step.at), default=time.now()))
            run = Run(replay, clock)
            for step in replay.steps:
                run.take(step)
            return {**run.result(), **({"database": name} if keep else {})}
        finally:
            clock.close()


class Run:
    def __init__(self, replay: Replay, clock: world.Clock) -> None:
        self.replay, self.clock = replay, clock
        self.people = world.People(replay)
        self.cases: dict[str, tuple[str, Actor]] = {}  # label: number and who filed it
        self.failures: list[dict] = []

    def take(self, step: Step) -> None:
        if step.at is not None:
            if self.clock.at and step.at < self.clock.at:
                text = Text("第 {n} 步早于前一步。", "Step {n} lies before the step above it.")
                raise WrongFile(text.format(n=step.number))
            self.clock.move(step.at)
        if step.expect is not None:
            self._expect(step)
        else:
            self._act(step)
            self.clock.settle()

    def _act(self, step: Step) -> None:
        actor = self.people.actor(step)
        try:
            with tenancy.acting(actor):
                data = self._with_files(actor, self.people.named(step.data), step)
                number = None if step.act == "file" else self._number(step)
                if step.act == "sign":
                    data = signing.filled_in(actor, number or "-", data)
                case = actions.perform(actor, step.act, data, number=number)
        except Refused as refused:
            if isinstance(refused, WrongFile):
                raise
            if refused.code != step.refused:
                wanted = f"refused: {step.refused}" if step.refused else f"{step.act} done"
                self._fail(step, wanted, f"{refused.code}: {refused}{_details(refused)}")
            return
        if step.refused:
            self._fail(step, f"refused: {step.refused}", f"{step.act} done")
        if step.act == "file":
            self.cases[step.case] = (case.number, actor)

    def _expect(self, step: Step) -> None:
        if step.case not in self.cases:
            self._fail(step, step.expect, "no such case")
            return
        with tenancy.acting(self.cases[step.case][1]):
            case = Case.objects.get(number=self._number(step))
            for name, wanted, got in expecting.compare(case, step.expect or {}):
                self._fail(step, {name: wanted}, {name: str(got) if not isinstance(got, dict | list) else got})

    def _number(self, step: Step) -> str:
        return self.cases[step.case][0] if step.case in self.cases else "-"

    def _with_files(self, actor: Actor, data, step: Step):
        """File names as uploads, and {file, line} as the line of a statement imported from that file."""
        if isinstance(data, list):
            return [self._with_files(actor, one, step) for one in data]
        if not isinstance(data, dict):
            return data
        return {key: self._value(actor, key, one, step) for key, one in data.items()}

    def _value(self, actor: Actor, key: str, value, step: Step):
        if key in actions.FILE_FIELDS and isinstance(value, str):
            path = world.path_in(self.replay.folder, value, step.number)
            return SimpleUploadedFile(path.name, path.read_bytes())
        if key == "statement_line" and isinstance(value, dict):
            path = world.path_in(self.replay.folder, value.get("file", ""), step.number)
            return str(self._statement_line(actor, path, int(value.get("line", 1)), step))
        return self._with_files(actor, value, step)

    def _statement_line(self, actor: Actor, path: Path, line: int, step: Step):
        stored = files.keep_bytes(actor, path.read_bytes(), path.name)
        statements.import_file(stored, by_id=actor.user_id, new_mid=True)
        rows = StatementLine.objects.filter(statement__file__sha256=stored.sha256, line_no=line)
        found = rows.exclude(txn_type="SUMMARY").first()
        if found is None:
            text = Text("第 {n} 步：{name} 没有可用的第 {line} 行。", "Step {n}: {name} has no usable line {line}.")
            raise WrongFile(text.format(n=step.number, name=path.name, line=line))
        return found.pk

    def _fail(self, step: Step, expected, got) -> None:
        self.failures.append({"step": step.number, "expected": reading.plain(expected), "got": got})

    def result(self) -> dict:
        cases = []
        for label, (number, actor) in self.cases.items():
            with tenancy.acting(actor):
                case = Case.objects.get(number=number)
            cases.append({"case": label, "number": number, "state": case.state, "outcome": case.outcome or None,
                          "version": case.version, "amount": str(case.amount), "recovered": str(case.recovered)})  # fmt: skip
        return {"ok": not self.failures, "cases": cases, "failures": self.failures}


def _details(refused: Refused) -> str:
    return "".join(f" [{fault.pointer}: {fault.text}]" for fault in refused.faults)
