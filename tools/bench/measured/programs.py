"""The programs of the benchmarks, and the mistakes that are put into them and corrected.

Sources on disk are right. A mistake is made by replacing a text of theirs that occurs once; the patch is
the right source again, or, for a new function, the source with it."""

import dataclasses
import functools
import os
import subprocess
import sys

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAMS = os.path.join(BENCH, "programs")


@dataclasses.dataclass(frozen=True)
class Edit:
    """What a patch changes. `mistakes` are (right, wrong) texts; `written` are (right, patched) texts."""
    name: str
    file: str
    function: str  # how its first line begins; for its length
    mistakes: tuple
    written: tuple = ()


@dataclasses.dataclass(frozen=True)
class Program:
    name: str
    sources: tuple  # the one that is launched first, then its headers
    data: str       # "text", "digits" or ""
    edits: tuple
    hot: Edit       # what is repaired where the steps are spent
    steps_per_epoch: int = 0

    @property
    def main(self):
        return self.sources[0]

    def edit(self, name):
        return next(edit for edit in self.edits if edit.name == name)


LSTM_MAIN = ("output.argmax(1).view({rows, kContext})", "output.argmax(1).view({kBatchSize, kContext})")
LSTM_LONG = ("y.reshape({rows * times, kWidth})", "y.reshape({kBatchSize * times, kWidth})")
LSTM_SHORT = ("embedding->forward(x).view({x.size(0), kContext, kWidth})",
              "embedding->forward(x).view({kBatchSize, kContext, kWidth})")
TEXT_HEADER = ("reshape({rows * context_})", "reshape({batch_size_ * context_})")
GPT_LONG = ("seen = seen.view({rows, times, kWidth});            //", "seen = seen.view({kBatchSize, times, kWidth});      //")
GPT_SHORT = ("x.reshape({x.size(0) * x.size(1), kWidth})", "x.reshape({kBatchSize * kContext, kWidth})")

LSTM = Program(
    name="lstm", sources=("lstm.cpp", "run.h", "text.h"), data="text", steps_per_epoch=618,
    edits=(
        Edit("small method", "lstm.cpp", "  torch::Tensor embed(", (LSTM_SHORT,)),
        Edit("40-line method", "lstm.cpp", "  torch::Tensor forward(const torch::Tensor &x) { // [B, T, inputs]",
             (LSTM_LONG,)),
        Edit("main", "lstm.cpp", "int main(", (LSTM_MAIN,)),
        Edit("new function", "lstm.cpp", "  torch::Tensor embed(", (LSTM_SHORT,),
             (("struct LanguageModelImpl : torch::nn::Module {",
               "torch::Tensor rows_of(const torch::Tensor &x, int64_t rows) {\n"
               "  return x.view({rows, kContext, kWidth});\n}\n\nstruct LanguageModelImpl : torch::nn::Module {"),
              (LSTM_SHORT[0], "rows_of(embedding->forward(x), x.size(0))"))),
        Edit("new method", "lstm.cpp", "  torch::Tensor embed(", (LSTM_SHORT,),
             (("  torch::Tensor embed(",
               "  torch::Tensor rows_of(const torch::Tensor &x, int64_t rows) {\n"
               "    return x.view({rows, kContext, kWidth});\n  }\n\n  torch::Tensor embed("),
              (LSTM_SHORT[0], "rows_of(embedding->forward(x), x.size(0))"))),
        Edit("changed header", "text.h", "  torch::Tensor targets(", (TEXT_HEADER,))),
    hot=Edit("hot", "lstm.cpp", "", (LSTM_LONG, ("step % 20 == 0", "step % 10 == 0"))))

GPT_EDITS = (
    Edit("small method", "gpt.cpp", "  torch::Tensor flat(", (GPT_SHORT,)),
    Edit("40-line method", "gpt.cpp", "  torch::Tensor forward(const torch::Tensor &x) { // [B, T, W]", (GPT_LONG,)),
    Edit("main", "gpt.cpp", "int main(",
         (("output.argmax(1).view({rows, kContext})", "output.argmax(1).view({kBatchSize, kContext})"),)),
    Edit("new function", "gpt.cpp", "  torch::Tensor flat(", (GPT_SHORT,),
         (("struct GptImpl : torch::nn::Module {",
           "torch::Tensor without_rows(const torch::Tensor &x) { // [B, T, W]\n"
           "  return x.reshape({x.size(0) * x.size(1), kWidth});\n}\n\nstruct GptImpl : torch::nn::Module {"),
          (GPT_SHORT[0] + ";\n  }", "without_rows(x);\n  }"))),
    Edit("new method", "gpt.cpp", "  torch::Tensor flat(", (GPT_SHORT,),
         ((GPT_SHORT[0] + ";\n  }", "without_rows(x);\n  }"),
          ("  torch::Tensor flat(",
           "  torch::Tensor without_rows(const torch::Tensor &x) { // [B, T, W]\n"
           "    return x.reshape({x.size(0) * x.size(1), kWidth});\n  }\n\n  torch::Tensor flat("))),
    Edit("changed header", "text.h", "  torch::Tensor targets(", (TEXT_HEADER,)))

GPT = Program(
    name="gpt", sources=("gpt.cpp", "run.h", "text.h"), data="text", steps_per_epoch=463, edits=GPT_EDITS,
    hot=Edit("hot", "gpt.cpp", "", (GPT_LONG, ("log_interval = 20", "log_interval = 10"),
                                    ("if (step % log_interval == 0) {", "if (step % log_interval == 1) {"))))

# The same main and model with 1200 lines of blocks of their own; made by programs/make-large.
LARGE = Program(
    name="large", sources=("large.cpp", "run.h", "text.h"), data="text", steps_per_epoch=463,
    edits=tuple(dataclasses.replace(edit, file=edit.file.replace("gpt.cpp", "large.cpp")) for edit in GPT_EDITS),
    hot=dataclasses.replace(GPT.hot, file="large.cpp"))

MNIST = Program(
    name="mnist", sources=("mnist.cpp", "run.h"), data="digits", edits=(), steps_per_epoch=156,
    hot=Edit("hot", "mnist.cpp", "", (("x.view({x.size(0), 320})", "x.view({kBatchSize, 320})"),
                                      ("step % 100 == 0", "step % 50 == 0"))))

CARTPOLE = Program(
    name="cartpole", sources=("cartpole.cpp", "run.h"), data="", edits=(),
    hot=Edit("hot", "cartpole.cpp", "", (("torch::zeros({count})", "torch::zeros({kRollout})"),
                                         ("critic->forward(y).squeeze(1)", "critic->forward(y).view({-1})"),
                                         ("step % 50 == 0", "step % 25 == 0"))))

# Wrong by one in every function; the first of them throws.
SCALAR = Program(
    name="scalar", sources=("scalar.cpp", "microbenchmarks.h"), data="", edits=(),
    hot=Edit("hot", "scalar.cpp", "", (
        ("if (x > limit) {", "if (x >= limit) {"),
        ("sum ^= checked(i, n - 1);", "sum ^= checked(i, n - 1) + 1;"),
        ("j < 1000; ++j", "j <= 1000; ++j"),
        ("values[j] = 0.5f * values[j] + added;", "values[j] = 0.25f * values[j] + added;"),
        ("return fibonacci(n - 1) + fibonacci(n - 2);", "return fibonacci(n - 1) + fibonacci(n - 2) + 1;"),
        ("return fibonacci(n); }", "return fibonacci(n) + 1; }"),
        ("return n < 2 ? 1 : depth_of", "return n < 2 ? 2 : depth_of"),
        ("return depth_of(n); }", "return depth_of(n) + 1; }"),
        ("return a > b;", "return b < a;"),
        ("return values.front() - values.back();", "return values.front() - values.back() + 1;"),
        ("return side * side;", "return side * side + 1;"),
        ("return width * height;", "return width * height + 1;"),
        ("int64_t sum = 0;\n  for (int64_t i = 0; i < n; ++i) {\n    sum += shapes",
         "int64_t sum = 1;\n  for (int64_t i = 0; i < n; ++i) {\n    sum += shapes"))))

ACCESSOR = Program(
    name="accessor", sources=("accessor.cpp", "microbenchmarks.h"), data="", edits=(),
    hot=Edit("hot", "accessor.cpp", "", (
        ("torch::kInt64).view({256, 256})", "torch::kInt64).view({256, 255})"),
        ("sum ^= entries[row][column] + i;", "sum ^= entries[row][column] - i;"),
        ("(entries[row - 1][column] + entries[row][column - 1])",
         "(entries[row - 1][column] - entries[row][column - 1])"),
        ("if (row[i] > largest) {", "if (row[i] >= largest) {"),
        ("sum += largest_of(entries[row]);", "sum -= largest_of(entries[row]);"))))

OF_TORCH = (MNIST, GPT, LSTM, CARTPOLE)
OF_SIZES = (LSTM, GPT, LARGE)
MICROBENCHMARKS = (SCALAR, ACCESSOR)
BY_NAME = {program.name: program for program in (*OF_TORCH, LARGE, *MICROBENCHMARKS)}


@functools.cache
def text(file):
    """The right text of a source."""
    if file == "large.cpp":
        return subprocess.run([sys.executable, os.path.join(PROGRAMS, "make-large")], check=True, capture_output=True,
                              text=True).stdout
    with open(os.path.join(PROGRAMS, file)) as source:
        return source.read()


def replaced(content, pairs, file):
    for old, new in pairs:
        if content.count(old) != 1:
            raise RuntimeError(f"{file}: occurs {content.count(old)} times: {old}")
        content = content.replace(old, new)
    return content


def wrong(edit):
    return replaced(text(edit.file), edit.mistakes, edit.file)


def patched(edit):
    return replaced(text(edit.file), edit.written, edit.file)


def write(program, folder, edit=None):
    """Writes the program's sources, with the mistake of `edit` if given. \\return the source to launch"""
    os.makedirs(folder, exist_ok=True)
    for file in program.sources:
        with open(os.path.join(folder, file), "w") as source:
            source.write(wrong(edit) if edit and edit.file == file else text(file))
    return os.path.join(folder, program.main)


def lines(file):
    return text(file).count("\n")


def functionLines(edit):
    """How long the function is that the edit changes, from its first line to its closing brace."""
    content = patched(edit).split("\n")
    begin = next(i for i, line in enumerate(content) if line.startswith(edit.function))
    if content[begin].endswith("}"):
        return 1
    indentation = edit.function[:len(edit.function) - len(edit.function.lstrip())]
    return content.index(indentation + "}", begin) - begin + 1


def makeText(folder):
    """The licenses that every Debian brings, as one text of 237 KB."""
    licenses = "/usr/share/common-licenses"
    path = os.path.join(folder, "text")
    with open(path, "wb") as joined:
        for name in sorted(os.listdir(licenses)):
            if not os.path.islink(os.path.join(licenses, name)):
                with open(os.path.join(licenses, name), "rb") as file:
                    joined.write(file.read())
    return path


def dataArguments(program, digits, text_path):
    if program.data == "text":
        return ["--data", text_path]
    return ["--data", digits] if program.data == "digits" else []
