"""Processes that run in turn: all but one are stopped, so that a machine that becomes slower or faster meanwhile
does so for all of them alike."""

import os
import signal
import time

from harness.host_run import endGroup
from measured import time_log


class Contender:
    """A program that logs its times until it is ended. `begin` launches it; `ready_lines` are not looked at."""

    def __init__(self, name, process, log, settle_s, ready_lines):
        self.name, self.process, self.log = name, process, log
        self.dropped = set()
        try:
            time_log.waitForLines(log, ready_lines, process)
            time.sleep(settle_s)
        except BaseException:
            self.end()
            raise
        self.stop()
        self.first = time_log.count(log)

    def stop(self):
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name}: the program ended with {self.process.returncode} while it was measured")
        os.kill(self.process.pid, signal.SIGSTOP)

    def turn(self, seconds):
        """Runs for a while. What was under way when it was stopped is not looked at."""
        self.dropped.add(time_log.count(self.log))
        os.kill(self.process.pid, signal.SIGCONT)
        time.sleep(seconds)
        self.stop()

    def takeTimes(self):
        """{name: seconds of each}, of what began and ended in one turn since this was last asked."""
        entries = time_log.read(self.log)
        first, self.first = self.first, len(entries)
        return time_log.byName(entry for index, entry in enumerate(entries)
                               if index >= first and index not in self.dropped)

    def end(self):
        endGroup(self.process)


def take(contenders, turns, seconds):
    """Each in its turn, the order reversed every time."""
    for index in range(turns):
        for contender in contenders[::-1] if index % 2 else contenders:
            contender.turn(seconds)
