"""One case under jit-host: it fails, is repaired at each stop, and ends; and what is compared with the case.

The failing and the corrected program run in the same place, one after the other: the sources are copied to
`program/`, the working folder is `run/`, so that even a path that is printed is equal."""

import contextlib
import dataclasses
import json
import os
import re
import tempfile
import time

from case_runs import case as cases
from harness import native
from case_runs.case_place import Fails
from harness.host_run import HostRun

EVENT = re.compile(r"jit-host: (paused|patch refused|patch failed|resumed)\b")
HASH = re.compile(r"^\w+ [0-9a-f]{16}$")
STATEMENT_LINES = 12
ENDS = re.compile(r"[;{}]\s*(//.*)?$")
WAITS = 'eval int waits(unsigned) __asm__("sleep"); waits({:.0f});'


@dataclasses.dataclass
class StopSeen:
    function: str
    place: str     # FILE:LINE
    resumed: str   # FUNCTION:LINE
    restore_ms: float
    paused_at: float    # s since the launch
    resumed_at: float
    compile_way: str = ""


def journalPath():
    """In memory if possible: a journal is kept on disk before a run goes on, which is no part of a repair."""
    folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    handle, path = tempfile.mkstemp(prefix="case-", suffix=".journal", dir=folder)
    os.close(handle)
    return path


class CaseRun:
    """A launched program: its events in order, each with its record in the journal."""

    def __init__(self, place, sources, options=(), timed_output=False):
        self.place = place
        self.settings = place.settings
        self.journal = journalPath()
        self.seen = 0
        self.run = HostRun(self.settings.host, place.run, sources, place.arguments(),
                           ["--journal", self.journal, f"-I{place.case.include}", *options],
                           environment=native.ENVIRONMENT, timed_output=timed_output)

    def close(self):
        self.run.end()
        os.unlink(self.journal)

    def fails(self, *sentences):
        return Fails(list(sentences), self.run.said())

    def next(self):
        """The next pause, refusal, or resumption, or the end. \\return (kind, time, line)"""
        def found():
            events = [(EVENT.match(text), at, text) for at, text in self.run.lines]
            events = [(match.group(1), at, text) for match, at, text in events if match]
            if len(events) > self.seen:
                return events[self.seen]
            return ("ended", time.monotonic(), "") if self.run.ended else None
        try:
            event = self.run.waitFor(found, self.settings.timeout_s, "")
        except RuntimeError:
            raise self.fails(f"nothing more happens for {self.settings.timeout_s:g} s")
        self.seen += 1
        return event

    def records(self, kind, count):
        """The journal's records of a kind, once there are so many; they come about when the line does."""
        deadline = time.monotonic() + 10
        while True:
            records = []
            for line in cases.text(self.journal).splitlines():
                with contextlib.suppress(ValueError):
                    records.append(json.loads(line))
            found = [record for record in records if record["record"] == kind]
            if len(found) >= count:
                return records, found
            if time.monotonic() > deadline:
                raise self.fails(f"the journal has {len(found)} records `{kind}`, expected {count}")
            time.sleep(0.01)

    def failure(self, count):
        records, pauses = self.records("pause", count)
        number = pauses[count - 1]["failure"]
        return next(record for record in records if record["record"] == "failure" and record["failure"] == number)

    def resumed(self, failure):
        """The record of where the run went on from a failure; threads that failed with it have others."""
        count = 1
        while True:
            _, found = self.records("resumed", count)
            for record in found:
                if record["failure"] == failure["failure"]:
                    return record
            count = len(found) + 1

    def compileWay(self):
        """How much was compiled for the last answer that was taken."""
        records, _ = self.records("outcome", 1)
        return [record["compile_way"] for record in records if record["record"] == "outcome"][-1]


def withoutTemplateArguments(function):
    """`train<Loader<Data>>` is `train`."""
    while "<" in function:
        shorter = re.sub(r"<[^<>]*>", "", function)
        if shorter == function:
            break
        function = shorter
    return function


def flat(message):
    return " ".join(message.split())


class Repair:
    """The way through all stops of a case."""

    def __init__(self, place, timed_output=False):
        self.place, self.case = place, place.case
        files = self.case.program()
        sources = place.write(files)
        self.texts = {os.path.join(place.program, name): cases.text(path) for name, path in files.items()}
        self.files = files
        place.prepare()
        with place.helper():
            self.run = CaseRun(place, sources, self.options(), timed_output)
            try:
                self.stops = [self.stop(stop) for stop in self.case.stops]
                self.end()
                self.output = cases.text(self.run.run.out_path)
                self.output_lines = self.run.run.output_lines
                self.launched_at = self.run.run.launched_at
                self.stats = self.run.run.stats()
            finally:
                self.run.close()
        place.put_away("repaired")

    def until(self, stop):
        """Without the time spent in pauses: (when a stop came, when each line `epoch ` before it was printed), if output
        is timed. What is printed is read by another thread than the pause: what came while it was paused came before."""
        seen = self.stops[stop.number - 1]
        epochs = [at - self.launched_at for at, line in self.output_lines if line.startswith("epoch ")]
        return self.active(seen.paused_at), [self.active(at) for at in epochs
                                             if at <= (seen.paused_at + seen.resumed_at) / 2]

    def active(self, at):
        return at - sum(max(0, min(at, stop.resumed_at) - stop.paused_at) for stop in self.stops)

    def options(self):
        """Retries are commands. One that is timed is given after a while, as a repair is dropped; a commands file has
        no word for that."""
        if all(stop.repair != "retry" for stop in self.case.stops):
            return []
        settings = self.place.settings
        retry = [WAITS.format(settings.pause_s)] if settings.timing and settings.pause_s >= 1 else []
        path = os.path.join(self.place.folder, "commands")
        with open(path, "w") as file:
            for stop in self.case.stops:
                file.write("".join(f"{line}\n" for line in ([*retry, "retry"] if stop.repair == "retry" else ["wait"])))
        return ["--commands", path]

    def statement(self, record):
        """The source that a record names, patches included: its line, and those after it until a statement ends."""
        text = self.texts.get(record["file"])
        if text is None:
            text = cases.text(record["file"])
        found = []
        for line in text.splitlines()[record["line"] - 1:][:STATEMENT_LINES]:
            found.append(line)
            if ENDS.search(line):
                break
        return flat("\n".join(found))

    def where(self, record):
        above = self.place.program if record["file"] in self.texts else self.case.include
        return f"{os.path.relpath(record['file'], above)}:{record['line']}"

    def nextPause(self):
        """The next event; threads that go on with the one that was repaired are no event."""
        while True:
            event = self.run.next()
            if event[0] != "resumed":
                return event

    def stop(self, stop):
        kind, paused_at, line = self.nextPause()
        if kind == "ended":
            raise self.run.fails(f"stop {stop.number}: the run ended with exit code {self.run.run.wait()} before it")
        if kind != "paused":
            raise self.run.fails(f"stop {stop.number}: expected a pause, not `{line}`")
        failure = self.run.failure(stop.number)
        wrong = self.differences(stop, failure)
        if wrong:
            raise self.run.fails(*wrong)
        self.repair(stop)
        kind, resumed_at, line = self.run.next()
        if kind == "ended":
            raise self.run.fails(f"stop {stop.number}: the run ended with exit code {self.run.run.wait()} at the repair")
        if kind != "resumed":
            raise self.run.fails(f"stop {stop.number}: the repair was not taken: {line}")
        for name, path in stop.sources.items():
            name = cases.meant(self.files, name)
            self.texts[os.path.join(self.place.program, name)] = cases.text(path)
        resumed = self.run.resumed(failure)
        if flat(stop.resumes) not in self.statement(resumed):
            raise self.run.fails(f"stop {stop.number}: it went on at `{self.statement(resumed)}` ({self.where(resumed)}), "
                                 f"expected `{stop.resumes}`")
        began = self.run.run.launched_at
        return StopSeen(withoutTemplateArguments(failure["function"]), self.where(failure),
                        f"{withoutTemplateArguments(resumed['function'])}:{resumed['line']}",
                        resumed["total_ms"], paused_at - began, resumed_at - began, self.run.compileWay())

    def differences(self, stop, failure):
        number = f"stop {stop.number}"
        wrong = []
        if failure["what"] != stop.exception:
            wrong.append(f"{number}: the exception is `{failure['what']}`, expected `{stop.exception}`")
        if stop.function not in (failure["function"], withoutTemplateArguments(failure["function"])):
            wrong.append(f"{number}: the function is `{failure['function']}`, expected `{stop.function}`")
        if flat(stop.message) not in flat(failure["message"]):
            wrong.append(f"{number}: the message is `{flat(failure['message'])}`, expected `{stop.message}` in it")
        if flat(stop.statement) not in self.statement(failure):
            wrong.append(f"{number}: the failing statement is `{self.statement(failure)}` ({self.where(failure)}), "
                         f"expected `{stop.statement}`")
        return wrong

    def repair(self, stop):
        if not stop.files:
            return
        self.run.run.pause(self.place.settings.pause_s)
        self.run.run.drop({name: cases.text(path) for name, path in stop.files.items()})

    def end(self):
        kind, _, line = self.nextPause()
        if kind == "paused":
            failure = self.run.failure(len(self.case.stops) + 1)
            raise self.run.fails(f"after the last repair it paused once more: {failure['what']} in "
                                 f"{failure['function']}, `{self.statement(failure)}` ({self.where(failure)}): "
                                 f"{flat(failure['message'])}")
        if kind != "ended":
            raise self.run.fails(f"after the last repair: {line}")
        code = self.run.run.wait()
        if code != 0:
            raise self.run.fails(f"the repaired run ended with exit code {code}")


def corrected(place):
    """The corrected program from its start. \\return what it prints"""
    sources = place.write(place.case.corrected())
    place.prepare()
    with place.helper():
        run = CaseRun(place, sources)
        try:
            kind, _, line = run.next()
            if kind != "ended":
                raise run.fails(f"the corrected program fails itself: {line}")
            code = run.run.wait()
            if code != 0:
                raise run.fails(f"the corrected program ended with exit code {code}")
            output = cases.text(run.run.out_path)
        finally:
            run.close()
    place.put_away("corrected-run")
    return output


def hashLines(output):
    return [line for line in output.splitlines() if HASH.match(line) or line.startswith("quality ")]


def quality(case, output):
    """The value that the program prints as its quality, as text."""
    found = re.search(rf"^quality {re.escape(case.quality)} (\S+)$", output, re.M) if case.quality else None
    return found.group(1) if found else None


def compare(case, repaired, corrected_output):
    """\\return how the two outputs differ, as sentences"""
    if not any(HASH.match(line) for line in corrected_output.splitlines()):
        return ["the corrected program prints no line `NAME HASH`"]
    if case.quality and not quality(case, corrected_output):
        return [f"the corrected program prints no line `quality {case.quality} VALUE`"]
    pick = str.splitlines if case.equal is True else hashLines
    one, other = pick(repaired), pick(corrected_output)
    wrong = [f"the repaired run prints `{a}`, the corrected program `{b}`" for a, b in zip(one, other) if a != b]
    if len(one) != len(other):
        wrong.append(f"the repaired run prints {len(one)} lines, the corrected program {len(other)}")
    elif not wrong and case.equal is True and repaired != corrected_output:
        wrong.append("the two outputs end differently")
    return wrong[:8]
