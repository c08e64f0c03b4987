"""The private folder in which the programs of a case run, and what runs beside them."""

import contextlib
import dataclasses
import fcntl
import os
import select
import shutil
import subprocess
import time

from harness import native
from harness.host_run import endGroup

SETUP_S = 120
HELPER_S = 60


class Fails(Exception):
    """A case does not do what it is to do. `sentences` say what differs, `said` is what the run said."""

    def __init__(self, sentences, said=""):
        super().__init__("\n".join(sentences))
        self.sentences = sentences
        self.said = said


@dataclasses.dataclass
class Settings:
    host: str
    data: str      # folder of the generated data
    work: str      # folder of the private working folders
    pause_s: float  # how long a stop lasts before something is dropped
    timeout_s: float
    keep: bool = False
    timing: bool = False


class Place:
    """The private folder of one case; whoever wants it meanwhile waits."""

    def __init__(self, case, settings, kind=""):
        self.case, self.settings = case, settings
        self.folder = os.path.join(settings.work, f"{case.scenario}-{case.id}{kind}")
        self.program = os.path.join(self.folder, "program")
        self.run = os.path.join(self.folder, "run")

    def __enter__(self):
        os.makedirs(self.settings.work, exist_ok=True)
        self.lock = open(self.folder + ".lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        return self

    def __exit__(self, *_):
        if not self.settings.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.close()

    def values(self):
        return {"data": self.settings.data, "work": self.run}

    def arguments(self):
        return [self.case.fill(argument, **self.values()) for argument in self.case.arguments]

    def write(self, files):
        """Puts a program here. \\return its sources"""
        shutil.rmtree(self.program, ignore_errors=True)
        for name, path in files.items():
            os.makedirs(os.path.dirname(os.path.join(self.program, name)), exist_ok=True)
            shutil.copyfile(path, os.path.join(self.program, name))
        return [os.path.join(self.program, source) for source in self.case.sources]

    def prepare(self):
        """An empty working folder, set up as the case wants it."""
        shutil.rmtree(self.run, ignore_errors=True)
        os.makedirs(self.run)
        for command in self.case.setup:
            command = self.case.fill(command, **self.values())
            done = subprocess.run(["bash", "-c", command], cwd=self.run, stdin=subprocess.DEVNULL, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SETUP_S)
            if done.returncode != 0:
                raise Fails([f"the setup command `{command}` ended with {done.returncode}: {done.stdout.strip()}"])

    def put_away(self, name):
        """With --keep the working folder of a run stays, under a name of its own."""
        if self.settings.keep:
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
            os.rename(self.run, os.path.join(self.folder, name))

    @contextlib.contextmanager
    def helper(self):
        """What runs beside the program, from when it has printed a line."""
        if not self.case.helper:
            yield
            return
        values = self.values()
        if "{occupy}" in self.case.helper:
            values["occupy"] = occupy(self.case.include)
        command = self.case.fill(self.case.helper, **values)
        process = subprocess.Popen(["bash", "-c", command], cwd=self.run, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, start_new_session=True)
        try:
            waitForReady(process, command)
            yield
        finally:
            endGroup(process)


def occupy(include):
    source = os.path.join(include, "common", "occupy.cpp")
    if not os.path.isfile(source):
        raise Fails([f"the helper {{occupy}} has no source {source}"])
    return native.program([source], [f"-I{include}"], native.textsIn(os.path.dirname(source)))


def waitForReady(process, command):
    deadline = time.monotonic() + HELPER_S
    said = b""
    while b"\n" not in said:
        readable, _, _ = select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))
        part = os.read(process.stdout.fileno(), 4096) if readable else b""
        if not part:
            raise Fails([f"the helper `{command}` " + ("ended" if readable else f"ran for {HELPER_S} s") +
                         " without printing a line"])
        said += part
