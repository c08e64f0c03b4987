"""A case as its folder holds it: case.json, the program that fails, what is dropped at each stop, the corrected one.

cases/README.md describes the folder."""

import dataclasses
import json
import os

from harness.report import ROOT

CASES = os.path.join(ROOT, "cases")
REPAIRS = ("patch", "action", "patch+action", "retry")
ANALOGIES = ("exact", "close", "loose")
NOT_THE_PROGRAM = ("case.json", "README.md", "corrected")


class CaseError(Exception):
    """The folder is not a case; the text says what is wrong with it."""


@dataclasses.dataclass(frozen=True)
class Stop:
    number: int
    exception: str
    message: str
    function: str
    statement: str
    repair: str
    resumes: str
    files: dict    # what is dropped: {name: path}
    native: dict   # how the program ends natively, where it is no uncaught exception; or None

    @property
    def sources(self):
        return {name: path for name, path in self.files.items() if not isAction(name)}


@dataclasses.dataclass(frozen=True)
class Case:
    folder: str
    program_folder: str  # where the program lies: the same, or another case's
    id: str
    title: str
    trains: str
    sources: tuple
    arguments: tuple
    setup: tuple
    helper: str      # or None
    stops: tuple
    quality: str     # or None
    analogy: str
    analogy_why: str
    equal: object    # True or "hashes"
    unequal_why: str
    daifu: dict      # or None

    @property
    def scenario(self):
        return os.path.basename(os.path.dirname(self.folder))

    @property
    def name(self):
        return f"{self.scenario}/{self.id}"

    @property
    def include(self):
        """What is named by -I: the folder above the scenarios, where common/ is."""
        return os.path.dirname(os.path.dirname(self.folder))

    def fill(self, text, **values):
        """Puts values in the place of {data}, {work} and the like."""
        for name, value in dict(values, case=self.folder).items():
            text = text.replace("{" + name + "}", value)
        return text

    def program(self):
        """The failing program: {name: path}."""
        return {name: path for name, path in filesIn(self.program_folder).items() if not isLeftOut(name)}

    def programAt(self, stop):
        """The program that fails at a stop, if the patches before are all it takes; else None."""
        files = self.program()
        for earlier in self.stops[:stop.number - 1]:
            if earlier.repair != "patch":
                return None
            files = overlaid(files, earlier.sources)
        return files

    def corrected(self):
        folder = os.path.join(self.folder, "corrected")
        if os.path.isdir(folder):
            return overlaid(self.program(), filesIn(folder))
        if self.program_folder != self.folder:
            return load(self.program_folder).corrected()
        files = self.program()
        for stop in self.stops:
            files = overlaid(files, stop.sources)
        return files


def isAction(name):
    return name.endswith(".action.cpp")


def isLeftOut(name):
    first = name.split("/")[0]
    return first in NOT_THE_PROGRAM or first.isdigit()


def filesIn(folder):
    """{name: path}, names relative to the folder."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            found[os.path.relpath(path, folder)] = path
    return found


def meant(files, name):
    """The file of the program that a dropped file of this name means, as the host tells it: by the end of its path."""
    matching = [known for known in files if ("/" + known).endswith("/" + name)]
    return matching[0] if len(matching) == 1 else name


def overlaid(files, corrected):
    return dict(files, **{meant(files, name): path for name, path in corrected.items()})


def text(path):
    with open(path, errors="replace") as file:
        return file.read()


# Reading case.json. Everything that is wrong is said at once.

CASE_KEYS = {
    "id": str, "title": str, "trains": str, "source": (str, list), "arguments": list, "setup": list,
    "helper": (str, type(None)), "stops": list, "quality": (str, type(None)), "analogy": str, "analogy_why": str,
    "equal": (bool, str), "unequal_why": (str, type(None)), "daifu": (dict, type(None)),
}
CASE_MAY = {"program": str}
STOP_KEYS = {"exception": str, "message": str, "function": str, "statement": str, "repair": str, "resumes": str}
STOP_MAY = {"native": dict}
NATIVE_KEYS = {"ends": (str, int), "says": list}
DAIFU_KEYS = {"repairs": int, "repair_ms": list}
JSON_NAMES = {str: "text", list: "a list", dict: "an object", bool: "true or false", int: "a number", type(None): "null"}


def typeText(types):
    return " or ".join(JSON_NAMES[kind] for kind in (types if isinstance(types, tuple) else (types,)))


def checkKeys(where, content, needed, may=()):
    """\\return what is wrong with an object's keys and their types"""
    if not isinstance(content, dict):
        return [f"{where} is not an object"]
    wrong = [f"{where}: `{key}` is missing" for key in needed if key not in content]
    known = dict(needed, **dict(may))
    for key, value in content.items():
        if key not in known:
            wrong.append(f"{where}: `{key}` is no key that is known here; there are {', '.join(known)}")
        elif not isinstance(value, known[key]):
            wrong.append(f"{where}: `{key}` is to be {typeText(known[key])}, not {json.dumps(value)}")
    return wrong


def checkTexts(where, values):
    return [f"{where}: {json.dumps(value)} is not text" for value in values if not isinstance(value, str)]


def checkStop(where, stop, files):
    wrong = checkKeys(where, stop, STOP_KEYS, STOP_MAY)
    if wrong:
        return wrong
    if "native" in stop:
        wrong += checkKeys(where + ", native", stop["native"], NATIVE_KEYS)
    actions = [name for name in files if isAction(name)]
    sources = [name for name in files if not isAction(name)]
    repair = stop["repair"]
    if repair not in REPAIRS:
        return wrong + [f"{where}: `repair` is to be one of {', '.join(REPAIRS)}, not {repair}"]
    for kind, found, example in (("patch", sources, "a corrected source"), ("action", actions, "NAME.action.cpp")):
        if kind in repair and not found:
            wrong.append(f"{where}: `repair` is {repair}, but its folder holds no {example}")
        if kind not in repair and found:
            wrong.append(f"{where}: `repair` is {repair}, but its folder holds {', '.join(found)}")
    return wrong


def check(folder, content):
    """\\return everything that is wrong with a case"""
    wrong = checkKeys("case.json", content, CASE_KEYS, CASE_MAY)
    if wrong:
        return wrong
    if content["id"] != os.path.basename(folder):
        wrong.append(f"`id` is {content['id']}, but the folder is named {os.path.basename(folder)}")
    sources = sourceList(content)
    wrong += checkTexts("case.json, source", sources)
    wrong += checkTexts("case.json, arguments", content["arguments"]) + checkTexts("case.json, setup", content["setup"])
    wrong += [f"`source` names {name}, which is not there" for name in sources
              if isinstance(name, str) and not os.path.isfile(os.path.join(programFolder(folder, content), name))]
    if not sources:
        wrong.append("`source` names nothing")
    if not content["stops"]:
        wrong.append("`stops` is empty: a case fails at least once")
    for index, stop in enumerate(content["stops"]):
        wrong += checkStop(f"stop {index + 1}", stop, filesIn(os.path.join(folder, str(index + 1))))
    wrong += [f"there is a folder {name}, but no such stop" for name in os.listdir(folder)
              if name.isdigit() and int(name) not in range(1, len(content["stops"]) + 1)]
    if content["analogy"] not in ANALOGIES:
        wrong.append(f"`analogy` is to be one of {', '.join(ANALOGIES)}, not {content['analogy']}")
    if content["equal"] not in (True, "hashes"):
        wrong.append("`equal` is to be true or \"hashes\"")
    elif content["equal"] != True and not content["unequal_why"]:
        wrong.append("`unequal_why` has to say why the whole output is not equal")
    if content["daifu"] is not None:
        wrong += checkKeys("daifu", content["daifu"], DAIFU_KEYS)
    changed = any(name for index in range(len(content["stops"]))
                  for name in filesIn(os.path.join(folder, str(index + 1))) if not isAction(name))
    if "program" not in content and not changed and not os.path.isdir(os.path.join(folder, "corrected")):
        wrong.append("no stop drops a corrected source, so the corrected program is to lie in corrected/")
    return wrong


def programFolder(folder, content):
    """The case's own, or the one that its `program` names, in the same scenario."""
    return os.path.join(os.path.dirname(folder), content["program"]) if "program" in content else folder


def sourceList(content):
    return [content["source"]] if isinstance(content["source"], str) else content["source"]


def load(folder):
    """\\return the Case in a folder; CaseError if it is none"""
    folder = os.path.realpath(folder)
    path = os.path.join(folder, "case.json")
    try:
        content = json.loads(text(path))
    except OSError as error:
        raise CaseError(f"{path}: {error.strerror}")
    except ValueError as error:
        raise CaseError(f"{path} is no JSON: {error}")
    wrong = check(folder, content)
    if wrong:
        raise CaseError("\n".join([f"{path}:", *("  " + sentence for sentence in wrong)]))
    stops = tuple(
        Stop(number=index + 1, files=filesIn(os.path.join(folder, str(index + 1))), native=stop.get("native"),
             **{key: stop[key] for key in STOP_KEYS})
        for index, stop in enumerate(content["stops"]))
    plain = ("id", "title", "trains", "helper", "quality", "analogy", "analogy_why", "equal", "unequal_why", "daifu")
    return Case(folder=folder, program_folder=programFolder(folder, content), stops=stops, sources=tuple(sourceList(content)), arguments=tuple(content["arguments"]),
                setup=tuple(content["setup"]), **{key: content[key] for key in plain})


def folders(cases=CASES):
    """{id: folder} of all cases."""
    found = {}
    for scenario in sorted(os.listdir(cases)):
        place = os.path.join(cases, scenario)
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else []:
            if os.path.isfile(os.path.join(place, name, "case.json")):
                found[name] = os.path.join(place, name)
    return found


def find(name):
    """By ID, SCENARIO/ID, or the path of a case's folder."""
    if os.path.isfile(os.path.join(name, "case.json")):
        return load(name)
    known = folders()
    folder = known.get(name.rstrip("/").rsplit("/", 1)[-1])
    if not folder or not folder.endswith("/" + name.rstrip("/")):
        raise CaseError(f"there is no case {name}; there are {', '.join(known) or 'none'}")
    return load(folder)
