"""The log of times that the programs write: lines of `NAME SECONDS`."""

import collections
import os
import time


def read(path):
    """[(name, seconds)] of the lines that are whole."""
    if not os.path.exists(path):
        return []
    with open(path) as file:
        text = file.read()
    lines = text[:text.rfind("\n") + 1].splitlines()
    return [(line.split()[0], float(line.split()[1])) for line in lines]


def count(path):
    """How many lines are whole."""
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        return file.read().count(b"\n")


def waitForLines(path, lines, process, timeout=600):
    deadline = time.monotonic() + timeout
    while count(path) < lines:
        if process.poll() is not None:
            raise RuntimeError(f"the program ended with {process.returncode} before line {lines} of {path}")
        if time.monotonic() > deadline:
            raise RuntimeError(f"{path} has {count(path)} lines after {timeout} s, {lines} expected")
        time.sleep(0.01)


def byName(entries):
    result = collections.defaultdict(list)
    for name, seconds in entries:
        result[name].append(seconds)
    return result
