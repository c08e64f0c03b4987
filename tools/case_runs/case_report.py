"""The tables of tools/cases, and its JSON."""

import json
import os

from harness import report
from case_runs.case_run import quality

BEGIN, END = "<!-- table of tools/cases: begin -->", "<!-- end -->"


def failures(case):
    return ", ".join(dict.fromkeys(f"`{stop.exception}`" for stop in case.stops))


def repairs(case):
    return ", ".join(stop.repair for stop in case.stops)


def milliseconds(numbers):
    return " / ".join(f"{number:.0f}" if number >= 10 else f"{number:.1f}" for number in numbers)


def equal(case):
    return "all it prints" if case.equal is True else "hashes"


def checkRow(case, repaired):
    return [case.name, failures(case), repairs(case), ", ".join(stop.resumed for stop in repaired.stops), equal(case)]


CHECK_HEAD = ["case", "fails by", "repaired by", "goes on at", "equal"]
TIMES_HEAD = ["case", "fails by", "repaired by", "goes on at", "analogy", "equal", "quality", "restore, ms", "DaiFu, ms",
              "epochs done", "checkpoint-retry, s", "ratio", "ratio, header precompiled"]


def timesRow(case, entry):
    """\\param entry None if the case failed"""
    if not entry:
        return [case.name, failures(case), repairs(case), "FAILS", *["-"] * (len(TIMES_HEAD) - 4)]
    again = entry["checkpoint_retry"]
    return [case.name, failures(case), repairs(case), ", ".join(stop["resumed_at"] for stop in entry["stops"]),
            case.analogy, equal(case), entry["quality"] or "-",
            milliseconds(stop["restore_ms"]["median"] for stop in entry["stops"]),
            milliseconds(case.daifu["repair_ms"]) if case.daifu else "-",
            " / ".join(str(stop["finished_epochs"]) for stop in entry["stops"]),
            " / ".join(report.number(stop["total_s"]["median"]) for stop in entry["stops"]),
            report.number(again["ratio"]), report.number(again["ratio_with_precompiled_header"])]


def entry(case, corrected_output, runs, rounds, usual):
    """What JSON holds of a case.
    \\param runs each repaired run; \\param rounds what UsualWay.round() found beside it"""
    restore_ms = [sum(stop.restore_ms for stop in run.stops) for run in runs]
    result = {
        "title": case.title, "equal": case.equal, "analogy": case.analogy, "quality": quality(case, corrected_output),
        "daifu": case.daifu, "native_s": usual.native_s, "start_s": usual.start_s,
        "late": any(again.finished_epochs for again in rounds[0]["again"]),
        "rebuild_s": report.spread([found["rebuild_s"] for found in rounds]),
        "rebuild_with_precompiled_header_s":
            report.spread([found["rebuild_with_precompiled_header_s"] for found in rounds]),
        "stops": [stopEntry(case, index, runs, rounds, usual) for index in range(len(case.stops))],
    }
    total = {key: [sum(totals(case, found, usual, key)) for found in rounds] for key in REBUILDS}
    result["checkpoint_retry"] = {"restore_ms": report.spread(restore_ms)}
    for key, name in REBUILDS.items():
        result["checkpoint_retry"]["total" + name + "_s"] = report.spread(total[key])
        result["checkpoint_retry"]["ratio" + name] = 1000 * report.median(total[key]) / report.median(restore_ms)
    return result


REBUILDS = {"rebuild_s": "", "rebuild_with_precompiled_header_s": "_with_precompiled_header"}


def totals(case, found, usual, rebuild):
    """Checkpoint-retry of each stop; what is only tried again is not built."""
    return [usual.total(again) + (found[rebuild] if stop.repair != "retry" else 0)
            for stop, again in zip(case.stops, found["again"])]


def stopEntry(case, index, runs, rounds, usual):
    seen = [run.stops[index] for run in runs]
    again = [found["again"][index] for found in rounds]
    return {
        "exception": case.stops[index].exception, "repair": case.stops[index].repair,
        "failed_in": f"{seen[0].function} ({seen[0].place})", "resumed_at": seen[0].resumed,
        "compile_way": seen[0].compile_way, "restore_ms": report.spread([stop.restore_ms for stop in seen]),
        "finished_epochs": again[0].finished_epochs, "natively": again[0].natively,
        "start_s": usual.start_s if again[0].finished_epochs else 0.0,
        "replay_s": report.spread([one.replay_s for one in again]),
        "total_s": report.spread([totals(case, found, usual, "rebuild_s")[index] for found in rounds]),
    }


def ratios(results):
    """Medians of the ratios: of cases that fail after at least one epoch, and of all."""
    found = {}
    for name, entries in (("late", [entry for entry in results.values() if entry["late"]]), ("all", results.values())):
        for key in ("ratio", "ratio_with_precompiled_header"):
            series = [entry["checkpoint_retry"][key] for entry in entries]
            found[f"{name}_{key}"] = report.median(series) if series else None
        found[f"{name}_cases"] = len(entries)
    return found


def ratioLines(found):
    names = {"late": "cases that fail after at least one epoch", "all": "cases"}
    return [f"Median ratio of the {found[key + '_cases']} {name}: {report.number(found[key + '_ratio'])}, with the "
            f"header precompiled {report.number(found[key + '_ratio_with_precompiled_header'])}."
            for key, name in names.items() if found[key + "_cases"]]


def settingLine(settings, facts, repeats):
    return (f"{facts['processor']}, {facts['cores']} cores; {facts['system']}; {facts['compiler']}; LibTorch "
            f"{facts['libtorch']}; one thread; load {facts['load_at_start']:.2f} at the start. Medians of {repeats} "
            f"repeats; a repair is given {settings.pause_s:g} s after the pause.")


def replaceTable(path, text):
    """Puts a text between the markers of a file."""
    with open(path) as file:
        content = file.read()
    before, found, rest = content.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"{path} has no lines `{BEGIN}` and `{END}`")
    with open(path + ".tmp", "w") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")
    os.replace(path + ".tmp", path)


def readJson(path):
    with open(path) as file:
        return json.load(file)


def writeJson(path, content):
    with open(path + ".tmp", "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    os.replace(path + ".tmp", path)
