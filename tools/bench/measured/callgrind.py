"""Instructions per step, counted by valgrind.

Callgrind starts without counting, which makes start-up bearable, and is told to count when the program is in its
steady state. It writes a file whenever the program enters fflush, which the programs do behind each step: a file is
what one step took, to the instruction. The first is left out, it begins somewhere in a step."""

import glob
import os
import re
import shutil
import signal
import statistics
import subprocess
import time

from harness import native
from measured import time_log

# Valgrind 3.19 does not know rdtscp on processors that do not announce it; libhwy, which comes with LibTorch's
# libraries, uses it once when it is loaded.
TIMER = """unsigned long long resolution() __asm__("_ZN3hwy8platform15TimerResolutionEv");
unsigned long long resolution() { return 1; }
"""


def available():
    return shutil.which("valgrind") and shutil.which("callgrind_control")


def environment():
    def make(path):
        with open(path + ".cpp", "w") as file:
            file.write(TIMER)
        native.check([native.COMPILER, "-shared", "-fPIC", path + ".cpp", "-o", path])
    return dict(native.SAME_MALLOC, LD_PRELOAD=native.keep(TIMER, make))


PREFIX = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--dump-before=fflush"]


def outIn(folder):
    """The last word of the prefix."""
    return "--callgrind-out-file=" + os.path.join(folder, "callgrind.%p")


def instructions(path):
    """(all, those outside of shared libraries) of one file."""
    names, whole, outside = {}, 0, 0
    in_library = called = False
    with open(path) as file:
        for line in file:
            if line.startswith(("ob=", "cob=")):
                number, _, name = line.split("=", 1)[1].strip().partition(" ")
                if name:
                    names[number] = name
                if line.startswith("ob="):
                    in_library = ".so" in names[number]
            elif line.startswith("calls="):
                called = True  # the next line is what the callee took
            elif line[0] in "0123456789+-*":
                if not called:
                    cost = int(line.split()[1])
                    whole += cost
                    outside += 0 if in_library else cost
                called = False
    return whole, outside


def isWhole(path):
    with open(path, "rb") as file:
        return b"\ntotals:" in file.read()


def parts(folder, pid):
    """The files of the process in the order in which they were written; the last may be unfinished."""
    paths = glob.glob(os.path.join(folder, f"callgrind.{pid}.*"))
    paths = sorted((path for path in paths if re.search(r"\.\d+$", path)), key=lambda path: int(path.rsplit(".", 1)[1]))
    return [path for path in paths if isWhole(path)]


def count(folder, process, log, ready_lines, steps, lines_per_step=1, settle_s=0, timeout=1800):
    """Counts `steps` steps of a process that was launched with PREFIX, once its log has `ready_lines` and another
    `settle_s` have passed.
    \\return medians: (all instructions, those outside of shared libraries)"""
    time_log.waitForLines(log, ready_lines, process, timeout)
    time.sleep(settle_s)
    told = subprocess.run(["callgrind_control", "-i", "on", str(process.pid)], capture_output=True, text=True)
    if "OK" not in told.stdout:
        raise RuntimeError(f"callgrind does not begin to count: {told.stdout}{told.stderr}")
    wanted = steps * lines_per_step + 1
    deadline = time.monotonic() + timeout
    while len(parts(folder, process.pid)) < wanted:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"callgrind: {len(parts(folder, process.pid))} of {wanted} parts were counted")
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    counted = [instructions(path) for path in parts(folder, process.pid)[1:wanted]]
    found = [tuple(map(sum, zip(*counted[i:i + lines_per_step]))) for i in range(0, len(counted), lines_per_step)]
    return tuple(statistics.median(series) for series in zip(*found))
