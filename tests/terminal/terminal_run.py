"""A run at a pseudo-terminal, and the person who sits at it. The program's stdin and stdout are files."""
import atexit
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time

PROGRAM = """#include <iostream>
#include <string>
#include <vector>

double total(const std::vector<double> &values) {
  double sum = 0;
  for (size_t index = 0; index < 3; ++index)
    sum += values.at(index);
  return sum;
}

int main() {
  std::vector<double> values;
  std::string heading = "sum";
  for (double value; std::cin >> value;) {
    values.push_back(value);
    if (values.size() == 2)
      std::cout << heading << " " << total(values) << "\\n";
  }
  std::cout << "read " << values.size() << "\\n";
}
"""
CORRECTED = PROGRAM.replace("values.at(index);", "index < values.size() ? values[index] : 0;")
BROKEN = PROGRAM.replace("return sum;", "return som;")
INPUT = "1\n2\n3\n4\n5\n"
OUTPUT = "sum 3\nread 5\n"

UP, TAB, CTRL_C, CTRL_D, CTRL_Z = b"\033[A", b"\t", b"\3", b"\4", b"\x1a"


class Run:
    """\\param job: run it as a shell's job in a process group of its own"""

    def __init__(self, host, terminal="xterm", folder=None, job=False, size=(24, 100)):
        host = os.path.abspath(host)
        self.folder = folder or tempfile.mkdtemp(prefix="jit-host-terminal-")
        self.open = True
        self.raw, self.mark = "", 0
        for name, text in (("program.cpp", PROGRAM), ("input", INPUT)):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            try:
                self.become_child(host, terminal, job)
            finally:
                os._exit(99)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.before = termios.tcgetattr(self.terminal)
        atexit.register(self.close)  # also after a failure

    def become_child(self, host, terminal, job):
        os.chdir(self.folder)
        os.environ.update(TERM=terminal, XDG_STATE_HOME=os.path.join(self.folder, "state"))
        os.environ.pop("NO_COLOR", None)
        arguments = [host, "--patches", "patches", "-std=c++17", "program.cpp"]
        if job:
            as_shell(arguments)
        redirect()
        os.execv(host, arguments)

    def look(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            try:
                self.raw += os.read(self.terminal, 65536).decode("utf8", "replace")
            except OSError:  # the last process has gone
                time.sleep(seconds)

    def text(self):
        """What was written since the last keys, without what moves the cursor and colours."""
        return re.sub(r"\033\[[0-9;?]*[A-Za-z]|\r", "", self.raw[self.mark:])

    def expect(self, wanted, seconds=60):
        end = time.time() + seconds
        while wanted not in self.text():
            if time.time() > end:
                sys.exit(f"FAILED: did not see {wanted!r} but\n{self.text()}\n--- raw\n{self.raw!r}")
            self.look(0.05)

    def type(self, keys):
        self.mark = len(self.raw)
        os.write(self.terminal, keys if isinstance(keys, bytes) else keys.encode())

    def drop(self, text, name="program.cpp"):
        self.mark = len(self.raw)
        path = os.path.join(self.folder, "patches", name)
        with open(path + "~", "w") as file:
            file.write(text)
        os.rename(path + "~", path)

    def modes(self):
        return termios.tcgetattr(self.terminal)

    def expect_modes_as_before(self):
        check(self.modes() == self.before, f"modes differ: {self.before} {self.modes()}")

    def status(self, seconds=60):
        end = time.time() + seconds
        while time.time() < end:
            self.look(0.02)
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if pid:
                self.child = 0
                self.look(0)
                return status
        sys.exit(f"FAILED: the run did not end; it said\n{self.text()}")

    def expect_end(self, output=OUTPUT):
        check(self.status() == 0, f"ended badly: {self.raw}")
        with open(os.path.join(self.folder, "output")) as file:
            check((text := file.read()) == output, f"printed {text!r}, not {output!r}")
        self.expect_modes_as_before()
        self.close()

    def close(self, keep=False):
        if not self.open:
            return
        self.open = False
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
        os.close(self.terminal)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


def redirect():
    os.dup2(os.open("input", os.O_RDONLY), 0)
    os.dup2(os.open("output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)


def as_shell(arguments):
    """Starts a job as a shell does; when it is stopped, says so, and brings it to the foreground again."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    before = termios.tcgetattr(0)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        redirect()
        os.execv(arguments[0], arguments)
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
        os.tcsetpgrp(0, os.getpgrp())
        same = termios.tcgetattr(0) == before
        os.write(0, b"shell: stopped, modes %s\n" % (b"as before" if same else b"DIFFER"))
        time.sleep(0.3)
        os.tcsetpgrp(0, job)
        os.kill(-job, signal.SIGCONT)


def check(condition, complaint):
    if not condition:
        sys.exit(f"FAILED: {complaint}")


class Screen:
    """What a terminal shows after it was given this text: enough of xterm for libedit and for us."""

    def __init__(self, columns):
        self.columns, self.rows = columns, [""]
        self.row = self.column = 0

    def put(self, character):
        if self.column == self.columns:
            self.column, self.row = 0, self.row + 1
        self.reach()
        line = self.rows[self.row].ljust(self.column)
        self.rows[self.row] = line[: self.column] + character + line[self.column + 1 :]
        self.column += 1

    def reach(self):
        while len(self.rows) <= self.row:
            self.rows.append("")

    def control(self, number, letter):
        line, column = self.rows[self.row], min(self.column, self.columns - 1)
        count = int(number.split(";")[0] or 1)
        if letter == "A":
            self.row -= count
            check(self.row >= 0, "the cursor left the screen")
        elif letter == "C":
            self.column = column + count
        elif letter == "D":
            self.column = column - count
        elif letter == "G":
            self.column = count - 1
        elif letter == "P":
            self.rows[self.row] = line[:column] + line[column + count :]
        elif letter == "@":
            line = line[:column].ljust(column) + " " * count + line[column:]
            self.rows[self.row] = line[: self.columns]
        elif letter == "J":
            self.rows = self.rows[: self.row] + [line[:column]]
        elif letter == "K":
            self.rows[self.row] = line[:column]
        else:
            check(letter == "m", f"unknown sequence {number}{letter}")

    def show(self, text):
        for number, letter, character in re.findall(r"\033\[([0-9;]*)([A-Za-z@])|(.)", text, re.DOTALL):
            if letter:
                self.control(number, letter)
            elif character == "\r":
                self.column = 0
            elif character == "\b":
                self.column = min(self.column, self.columns - 1) - 1
            elif character == "\n":
                self.row += 1
                self.reach()
            elif character != "\a":
                self.put(character)
        return self
