"""A case's programs as clang++-19 builds them: how the failing one ends, and when it printed what."""

import dataclasses
import os
import resource
import signal
import subprocess
import threading
import time

from harness import native
from case_runs.case import text
from case_runs.case_place import Fails
from case_runs.case_run import flat
from harness.host_run import LINE_BUFFERED, endGroup

TERMINATED = "terminate called after throwing an instance of"


def usesTorch(files):
    """Whether a program includes LibTorch, itself or by one of the headers in common/."""
    return any(name in text(path) for path in files.values() for name in ("torch/", '"common/'))


def executable(place, files):
    """A native build of a program in a case's place, made once for what it is made of."""
    sources = place.write(files)
    texts = native.textsIn(place.program) + native.textsIn(os.path.join(place.case.include, "common"))
    return native.program(sources, [f"-I{place.case.include}"], texts, usesTorch(files))


@dataclasses.dataclass
class NativeRun:
    output: list       # (s since the launch, line) of stdout
    said: str          # stderr
    failed_at: float   # s since the launch: when std::terminate said so, or else the end
    code: int          # as subprocess has it: -6 for SIGABRT

    @property
    def epochs(self):
        """When each line that begins with `epoch ` was printed."""
        return [at for at, line in self.output if line.startswith("epoch ")]


def readTimed(stream, lines, launched_at):
    for line in stream:
        lines.append((time.monotonic() - launched_at, line.rstrip("\n")))


def withoutCore():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def launch(program, place):
    """Runs an executable in a case's place to its end, its stdout line by line."""
    place.prepare()
    output, said = [], []
    with place.helper():
        launched_at = time.monotonic()
        process = subprocess.Popen([*LINE_BUFFERED, program, *place.arguments()], stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace", cwd=place.run,
                                   start_new_session=True, env=native.ENVIRONMENT, preexec_fn=withoutCore)
        readers = [threading.Thread(target=readTimed, args=(stream, lines, launched_at))
                   for stream, lines in ((process.stdout, output), (process.stderr, said))]
        for reader in readers:
            reader.start()
        try:
            code = process.wait(place.settings.timeout_s)
            ended_at = time.monotonic() - launched_at
        except subprocess.TimeoutExpired:
            raise Fails([f"the native program did not end within {place.settings.timeout_s:g} s"])
        finally:
            endGroup(process)
            for reader in readers:
                reader.join()
    failed_at = next((at for at, line in said if line.startswith(TERMINATED)), ended_at)
    return NativeRun(output, "\n".join(line for _, line in said), failed_at, code)


def howItEnded(code):
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def expectedEnd(stop):
    """How the program ends natively at a stop: (SIGNAL or exit code as text, what stderr says)."""
    if stop.native:
        ends = stop.native["ends"]
        return ends if isinstance(ends, str) else f"exit code {ends}", stop.native["says"]
    return "SIGABRT", [f"{TERMINATED} '{stop.exception}'", stop.message]


def differences(stop, run):
    """\\return how a native run's end differs from what a stop says, as sentences"""
    ends, says = expectedEnd(stop)
    wrong = []
    if howItEnded(run.code) != ends:
        wrong.append(f"natively: it ended by {howItEnded(run.code)}, expected {ends}")
    wrong += [f"natively: stderr does not say `{text}`" for text in says if flat(text) not in flat(run.said)]
    return wrong


def check(place):
    """The failing program ends by the failure of the first stop."""
    run = launch(executable(place, place.case.program()), place)
    wrong = differences(place.case.stops[0], run)
    if wrong:
        raise Fails(wrong, run.said)
    return run
