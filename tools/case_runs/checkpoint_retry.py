"""The usual way on after a stop, measured natively: the corrected program is built, started, its checkpoint loaded,
and what it had done since is done again.

Everything that cannot be measured without changing the program is counted as nothing, so what is found is a lower bound:
- A checkpoint is written whenever the program has printed a line that begins with `epoch `; writing it and loading it
  take no time. Without such a line before the failure the program runs again from its start.
- Only sources that differ are compiled (all, if a header does); LibTorch's header may be precompiled: both is given.
- Starting, where a checkpoint is loaded, is what passes until the first epoch begins. That is not printed: it is the
  time of the first such line less the longest time between two of them, the least of all runs, but at least the time
  until `main`.
- Nobody has to notice the failure, nothing waits for a machine."""

import dataclasses
import filecmp
import os

from case_runs import case_native
from harness import native, report
from case_runs.case_place import Fails

HELLO = """#include <cstdio>
int main() {
  std::puts("main");
  std::fflush(stdout);
}
"""
STARTS = 3


@dataclasses.dataclass
class Again:
    """What is done again after one stop, but for starting with a checkpoint."""
    finished_epochs: int  # 0: there is no checkpoint, everything runs again
    replay_s: float
    natively: bool        # else in the repaired run


def changedSources(case):
    """Names of the sources to be compiled when the case's program has been corrected."""
    before, after = case.program(), case.corrected()
    changed = [name for name, path in after.items()
               if name not in before or not filecmp.cmp(path, before[name], shallow=False)]
    headers = [name for name in changed if name not in case.sources]
    return list(case.sources) if headers else [name for name in case.sources if name in changed]


class Build:
    """The corrected program, built again and again as after a correction."""

    def __init__(self, place):
        self.place, self.case = place, place.case
        self.files = self.case.corrected()
        self.torch = case_native.usesTorch(self.files)
        self.changed = changedSources(self.case)
        self.flags = [f"-I{self.case.include}"]
        place.write(self.files)
        os.makedirs(os.path.join(place.folder, "objects"), exist_ok=True)
        for source in self.case.sources:
            if source not in self.changed:
                native.check(self.compile(source, None))

    def object(self, source):
        return os.path.join(self.place.folder, "objects", source.replace("/", "-") + ".o")

    def compile(self, source, header):
        return native.compileCommand(os.path.join(self.place.program, source), self.object(source), header, self.flags)

    def seconds(self, header=None):
        self.place.write(self.files)
        seconds = sum(native.timed(self.compile(source, header)) for source in self.changed)
        objects = [self.object(source) for source in self.case.sources]
        return seconds + native.timed(native.linkCommand(objects, os.path.join(self.place.folder, "built"), self.torch))


class UsualWay:
    def __init__(self, place):
        self.place, self.case = place, place.case
        self.build = Build(place)
        self.header = native.precompiledHeader() if self.build.torch else None
        self.executables = [self.executable(stop) for stop in self.case.stops]
        whole = case_native.launch(case_native.executable(place, self.case.corrected()), place)
        if whole.code != 0:
            raise Fails([f"natively the corrected program ended by {case_native.howItEnded(whole.code)}"], whole.said)
        self.native_s = whole.failed_at
        self.epochs = whole.epochs  # of the corrected program
        self.main_s = mainSeconds(place, self.build.torch)
        self.starts = [startSeconds(self.epochs)]

    @property
    def start_s(self):
        """Until the first epoch begins, at least."""
        return max(self.main_s, min(self.starts))

    def total(self, again):
        return again.replay_s + (self.start_s if again.finished_epochs else 0)

    def executable(self, stop):
        """What fails at a stop, if that can be built and does."""
        files = self.case.programAt(stop)
        if files is None:
            return None
        executable = case_native.executable(self.place, files)
        wrong = case_native.differences(stop, case_native.launch(executable, self.place))
        if wrong and stop.number == 1:
            raise Fails(wrong)
        return None if wrong else executable

    def round(self, repaired):
        """Every build and every run once.
        \\return {"rebuild_s", "rebuild_with_precompiled_header_s": seconds, "again": an Again of each stop}"""
        found = {"again": []}
        if any(stop.repair != "retry" for stop in self.case.stops):
            found["rebuild_s"] = self.build.seconds()
            found["rebuild_with_precompiled_header_s"] = (self.build.seconds(self.header) if self.header
                                                          else found["rebuild_s"])
        else:
            found["rebuild_s"] = found["rebuild_with_precompiled_header_s"] = 0.0
        for stop, executable in zip(self.case.stops, self.executables):
            if executable:
                run = case_native.launch(executable, self.place)
                again = self.again(run.epochs, run.failed_at)
                measured = (stop, run.failed_at)
            else:
                again = self.inRepairedRun(stop, repaired, *measured)
            found["again"].append(again)
        return found

    def again(self, epochs, failed_at):
        if not epochs:
            return Again(0, failed_at, True)
        if len(epochs) > 1:
            self.starts.append(startSeconds(epochs))
        return Again(len(epochs), max(0.0, failed_at - epochs[-1]), True)

    def inRepairedRun(self, stop, repaired, earlier, earlier_s):
        """A stop at which no program fails natively, since one before was repaired by an action or tried again: as far
        as the repaired run was, without its pauses; never more than natively an epoch takes.
        \\param earlier a stop before that natively comes after `earlier_s`"""
        end, epochs = repaired.until(stop)
        if epochs:
            longest = max((b - a for a, b in zip(self.epochs, self.epochs[1:])), default=self.native_s)
            return Again(len(epochs), min(max(0.0, end - epochs[-1]), longest), False)
        since = end - repaired.until(earlier)[0]
        return Again(0, min(earlier_s + since, max(self.epochs[:1] + [earlier_s])), False)


def startSeconds(epochs):
    """When the first epoch began, if it took no longer than the longest of the others; 0 if there are none."""
    return epochs[0] - max(b - a for a, b in zip(epochs, epochs[1:])) if len(epochs) > 1 else 0.0


def mainSeconds(place, torch):
    """From the launch of a native program to its `main`."""
    def make(path):
        with open(path + ".cpp", "w") as file:
            file.write(HELLO)
        native.check(native.compileCommand(path + ".cpp", path + ".o"))
        native.check(native.linkCommand(["-Wl,--no-as-needed", path + ".o"], path, torch))
    program = native.keep(HELLO + str(torch), make)
    return report.median([case_native.launch(program, place).output[0][0] for _ in range(STARTS)])
