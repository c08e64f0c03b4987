"""The usual way: clang++ -O2, lld, an executable."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time

from harness.report import ROOT

COMPILER = "clang++-19"
FLAGS = ["-O2", "-isystem", "/usr/include/torch/csrc/api/include"]
LIBRARIES = ["-ltorch", "-ltorch_cpu", "-lc10"]
KEPT = os.path.join(ROOT, "build", "native")  # what need not be built again by the next one who asks

# One thread everywhere: what is compared is code, not the scheduling of OpenBLAS.
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

# What glibc's malloc sets these to as soon as it has freed a block of 32 MB. A program that never does gives large
# tensors back to the system and faults their pages in again in each step, which can take longer than everything
# else. Whether the host has freed such a block before `main` begins is chance. So all have it from the start.
SAME_MALLOC = dict(ENVIRONMENT, MALLOC_MMAP_THRESHOLD_=str(32 << 20), MALLOC_TRIM_THRESHOLD_=str(64 << 20))


def check(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")


def timed(command):
    begin = time.monotonic()
    check(command)
    return time.monotonic() - begin


def usesTorch(source):
    """Whether a source or a header beside it includes LibTorch."""
    folder = os.path.dirname(source)
    texts = [open(source).read()]
    texts += [open(os.path.join(folder, name)).read() for name in os.listdir(folder)
              if name.endswith(".h") and f'"{name}"' in texts[0]]
    return any("torch/torch.h" in text for text in texts)


def compileCommand(source, object_file, header=None, flags=()):
    include = ["-include-pch", header] if header else []
    return [COMPILER, *FLAGS, *flags, *include, "-c", source, "-o", object_file]


def linkCommand(object_files, executable, torch=True):
    return [COMPILER, "-fuse-ld=lld", *object_files, "-o", executable, *(LIBRARIES if torch else [])]


def keep(key_text, make):
    """A file under build/native that `make(path)` makes unless it is there. Who asks for one that is being made
    waits for it."""
    key = hashlib.sha256((key_text + subprocess.run([COMPILER, "--version"], capture_output=True, text=True).stdout)
                         .encode()).hexdigest()[:16]
    os.makedirs(KEPT, exist_ok=True)
    path = os.path.join(KEPT, key)
    with open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(path):
            temporary = tempfile.mkdtemp(dir=KEPT)
            try:
                made = os.path.join(temporary, "made")
                make(made)
                os.replace(made, path)
            finally:
                shutil.rmtree(temporary)
    return path


def precompiledHeader():
    """torch.h with the flags of the native build and, as jit-host does it, its templates instantiated."""
    def make(path):
        check([COMPILER, *FLAGS, "-fpch-instantiate-templates", "-x", "c++-header",
               FLAGS[-1] + "/torch/torch.h", "-o", path])
    return keep("precompiled torch.h " + " ".join(FLAGS), make)


def executable(source):
    """A native build of `source`, made once."""
    folder = os.path.dirname(source)
    text = open(source).read()
    text += "".join(open(os.path.join(folder, name)).read() for name in sorted(os.listdir(folder))
                    if name.endswith(".h"))

    def make(path):
        check(compileCommand(source, path + ".o"))
        check(linkCommand([path + ".o"], path, usesTorch(source)))
    return keep(text + " ".join(FLAGS), make)


def textsIn(folder):
    """Of all headers and sources in a folder: what a build of one of them may depend on."""
    texts = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith((".h", ".hpp", ".cpp", ".cc")):
                with open(os.path.join(place, name), errors="replace") as file:
                    texts.append(name + "\n" + file.read())
    return texts


def program(sources, flags, texts, torch=False):
    """An executable of several sources, made once for the texts that it depends on."""
    header = precompiledHeader() if torch else None

    def make(path):
        objects = []
        for index, source in enumerate(sources):
            objects.append(f"{path}.{index}.o")
            check(compileCommand(source, objects[-1], header, flags))
        check(linkCommand(objects, path, torch))
    return keep("\0".join([*texts, *FLAGS, *map(os.path.basename, sources), str(torch)]), make)


def launch(program, arguments, folder, prefix=(), environment=None):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "out"), "w") as out, open(os.path.join(folder, "err"), "w") as err:
        return subprocess.Popen([*prefix, program, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                cwd=folder, start_new_session=True, env=environment or ENVIRONMENT)
