"""A program under jit-host: launched, waited for at its pauses, patched."""

import json
import os
import re
import signal
import subprocess
import threading
import time

LINE_BUFFERED = ("stdbuf", "-oL")
WAITS = re.compile(r"jit-host: (paused|patch refused|patch failed): ")


class HostRun:
    """`folder` is empty or does not exist; the program's sources may lie anywhere.
    \\param source one, or a list of several
    \\param timed_output whether the program prints by lines, and their times are kept"""

    def __init__(self, host, folder, source, arguments, options=(), environment=None, prefix=(), timed_output=False):
        self.folder = folder
        self.patches = os.path.join(folder, "patches")
        os.makedirs(self.patches, exist_ok=True)
        self.stats_path = os.path.join(folder, "stats.json")
        prefix = [*prefix, *(LINE_BUFFERED if timed_output else ())]
        command = [*prefix, host, "--patches", self.patches, "--stats", self.stats_path, "--go-back", "yes",
                   *options, *([source] if isinstance(source, str) else source), "--", *arguments]
        self.out_path = os.path.join(folder, "out")
        self.launched_at = time.monotonic()
        with open(self.out_path, "w") as out:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                            stdout=subprocess.PIPE if timed_output else out, text=True,
                                            errors="replace", cwd=folder, start_new_session=True, env=environment)
        self.lines = []         # (time, text) of stderr; appended to by the thread that reads it
        self.output_lines = []  # the same of stdout, if they are timed
        self.changed = threading.Condition()
        self.ended = False
        threading.Thread(target=self._read, daemon=True).start()
        if timed_output:
            threading.Thread(target=self._readOutput, daemon=True).start()

    def _readOutput(self):
        with open(self.out_path, "w") as out:
            for line in self.process.stdout:
                self.output_lines.append((time.monotonic(), line.rstrip("\n")))
                out.write(line)
                out.flush()

    def _read(self):
        for line in self.process.stderr:
            with self.changed:
                self.lines.append((time.monotonic(), line.rstrip("\n")))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def said(self):
        return "\n".join(text for _, text in self.lines)

    def waitFor(self, found, timeout, what):
        """Until `found()`, asked again with each line on stderr and at its end, is not None.
        \return that; RuntimeError with `what` if the run ends or time runs out before"""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                result = found()
                if result is not None:
                    return result
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    why = "the run ended" if self.ended else f"{timeout} s passed"
                    raise RuntimeError(f"{what}: {why}\n{self.said()[-4000:]}")
                self.changed.wait(left)

    def waitForPause(self, count=1, timeout=600):
        """Until the run has waited `count` times; a patch that was not taken is an error."""
        def found():
            waits = [(at, text) for at, text in self.lines if WAITS.match(text)]
            for _, text in waits:
                if not text.startswith("jit-host: paused"):
                    raise RuntimeError(self.said()[-4000:])
            return waits[count - 1][0] if len(waits) >= count else None
        return self.waitFor(found, timeout, f"no pause {count}")

    def waitForResume(self, count=1, timeout=600):
        def found():
            resumed = [at for at, text in self.lines if text.startswith("jit-host: resumed in ")]
            for _, text in self.lines:
                if re.match("jit-host: patch (refused|failed)", text):
                    raise RuntimeError(self.said()[-4000:])
            return resumed[count - 1] if len(resumed) >= count else None
        return self.waitFor(found, timeout, f"not resumed {count} times")

    def pause(self, seconds):
        """Leaves the run paused, as somebody who edits does."""
        time.sleep(seconds)

    def drop(self, files):
        """Drops files, {name: text}, as one patch. \\return when"""
        written = {name: os.path.join(self.folder, f"{index}.new") for index, name in enumerate(files)}
        for name, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(self.patches, name)), exist_ok=True)
            with open(written[name], "w") as file:
                file.write(text)
        for name in files:
            os.rename(written[name], os.path.join(self.patches, name))
        return time.monotonic()

    def patchStats(self, index, timeout=10):
        """The figures of patch `index`; they are written a moment after the run has resumed."""
        deadline = time.monotonic() + timeout
        while True:
            patches = self.stats().get("patches", [])
            if len(patches) > index and patches[index]["total_ms"] > 0:
                return patches[index]
            if time.monotonic() > deadline:
                raise RuntimeError(f"no figures of patch {index} in {self.stats_path}: {patches}")
            time.sleep(0.02)

    def waitForSuccessors(self, timeout=600):
        """Until optimised code has taken the place of what the first patch brought."""
        if self.patchStats(0)["compile_way"] == "whole":
            return
        deadline = time.monotonic() + timeout
        while not self.stats().get("successors"):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"no optimised code has taken over\n{self.said()[-4000:]}")
            time.sleep(0.05)

    def stats(self):
        try:
            with open(self.stats_path) as file:
                return json.load(file)
        except (OSError, ValueError):
            return {}

    def wait(self, timeout=1800):
        return self.process.wait(timeout)

    def end(self):
        endGroup(self.process)


def endGroup(process):
    """Ends a process and what it started, which has its session to itself."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()
