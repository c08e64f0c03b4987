"""What is measured: arguments, medians, tables and the JSON file, and the machine it ran on."""

import argparse
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def parser(description):
    """The arguments that every benchmark takes."""
    result = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--host", default=os.path.join(ROOT, "build/bin/jit-host"), metavar="PATH")
    result.add_argument("--rounds", type=int, help="10 if not given, 1 with --quick")
    result.add_argument("--json", metavar="FILE", help="where the figures are written")
    result.add_argument("--quick", action="store_true", help="the smallest run that measures everything once")
    result.add_argument("--data", default=os.path.join(ROOT, "build/data/mnist"), metavar="FOLDER",
                        help="the digits of the MNIST program")
    return result


def finish(options):
    """Fills in what depends on --quick. From now on a benchmark that is told to end ends what it has launched."""
    for told in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(told, lambda number, _: sys.exit(128 + number))
    options.host = os.path.realpath(options.host)
    if not os.access(options.host, os.X_OK):
        sys.exit(f"{options.host} is not there: build first, or name it with --host")
    if options.rounds is None:
        options.rounds = 1 if options.quick else 10
    return options


def say(text):
    """Progress; the tables alone go to stdout."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def now():
    """The clock that the programs log, too."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def median(numbers):
    return statistics.median(numbers)


def quartiles(numbers):
    """Lower quartile, median, upper quartile."""
    if len(numbers) < 2:
        return [numbers[0]] * 3
    return statistics.quantiles(numbers, n=4, method="inclusive")


def spread(numbers):
    """What JSON holds of a series: its median and what tells how far to trust it."""
    low, middle, high = quartiles(numbers)
    return {"median": middle, "lower_quartile": low, "upper_quartile": high, "rounds": len(numbers)}


def output(command):
    return subprocess.run(command, capture_output=True, text=True).stdout


def readText(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def firstMatch(pattern, text):
    found = re.search(pattern, text, re.M)
    return found.group(1).strip() if found else "unknown"


def machine():
    memory_kb = int(firstMatch(r"^MemTotal:\s+(\d+)", readText("/proc/meminfo")))
    torch = readText("/usr/include/torch/csrc/api/include/torch/version.h")
    return {
        "processor": firstMatch(r"^model name\s*:\s*(.*)", readText("/proc/cpuinfo")),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory_kb / 2**20, 1),
        "kernel": platform.release(),
        "system": firstMatch(r'^PRETTY_NAME="(.*)"', readText("/etc/os-release")),
        "compiler": output(["clang++-19", "--version"]).splitlines()[0],
        "libtorch": firstMatch(r'TORCH_VERSION "?([\d.]+)', torch) if "TORCH_VERSION \"" in torch else
                    ".".join(firstMatch(rf"#define TORCH_VERSION_{part} (\d+)", torch)
                             for part in ("MAJOR", "MINOR", "PATCH")),
        "load_at_start": os.getloadavg()[0],
    }


def table(title, head, rows):
    print(f"\n### {title}\n\n{tableText(head, rows)}", flush=True)


def tableText(head, rows):
    """A table in Markdown, its columns aligned."""
    cells = [head] + [[cell if isinstance(cell, str) else number(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    lines = ["| " + " | ".join(text.ljust(width) if i == 0 else text.rjust(width)
                               for i, (text, width) in enumerate(zip(row, widths))) + " |" for row in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 1) + ("-" if i == 0 else ":")
                                   for i, width in enumerate(widths)) + "|")
    return "\n".join(lines)


def number(value):
    """Three digits that count, or all before the point."""
    if isinstance(value, int):
        return str(value)
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def describe(name, options, settings):
    """The head of the output: machine and settings."""
    facts = machine()
    print(f"## {name}\n\n{facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB; {facts['system']}, "
          f"kernel {facts['kernel']}; {facts['compiler']}; LibTorch {facts['libtorch']}; load {facts['load_at_start']:.2f} "
          f"at the start. Medians of {options.rounds} rounds.")
    for line in settings:
        print(line)
    sys.stdout.flush()
    return facts


def write(options, name, facts, settings, results, left_out=()):
    for line in left_out:
        print(f"\nLeft out: {line}")
    if not options.json:
        return
    content = {"benchmark": name, "machine": facts, "quick": options.quick, "rounds": options.rounds,
               "settings": settings, "results": results, "left_out": list(left_out)}
    temporary = options.json + ".tmp"
    with open(temporary, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    os.replace(temporary, options.json)
