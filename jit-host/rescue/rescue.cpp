// The torch bridge writes the archive, on a thread of its own: the failing thread's modes, its
// dispatch state and the locks it holds are not in the way there.
#include "rescue.h"

#include "rescue_files.h"
#include "runtime/fault.h"
#include "runtime/hooks.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include <csetjmp>
#include <csignal>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

namespace jithost {
namespace {

/// The bridge's words.
struct Written {
  bool archive = false, faulted = false;
  std::string summary, text;
};

/// What a thread of its own does.
struct Task {
  const RescueWriter &writer;
  const JitHostRescue &rescue;
  JitHostRescued rescued{};
  bool faulted = false;
};

/// A fault ends the attempt and not the run.
void *write(void *argument) {
  auto &task = *static_cast<Task *>(argument);
  HostSection section;
  useSignalStack();
  sigjmp_buf back;
  FaultReturn returns{&back, nullptr};
  pushFaultReturn(&returns);
  if (sigsetjmp(back, 1) == 0)
    task.rescued = task.writer.rescue(&task.rescue);
  else
    task.faulted = true;
  popFaultReturn();
  return nullptr;
}

/// Signals of the process are for other threads.
bool startThread(pthread_t &thread, Task &task) {
  sigset_t all, before;
  sigfillset(&all);
  for (int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigdelset(&all, fault);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = pthread_create(&thread, nullptr, write, &task) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

Written attempt(const RescueWriter &writer, const std::vector<JitHostVariable> &variables, int file,
                const std::string &path) {
  JitHostRescue rescue{variables.data(), variables.size(), file, path.c_str()};
  Task task{writer, rescue};
  pthread_t thread;
  if (startThread(thread, task))
    pthread_join(thread, nullptr);
  else
    write(&task);
  if (task.faulted)
    return {false, true, "the archive could not be written: reading the variables faulted", ""};
  Written written{task.rescued.written, false, task.rescued.summary, task.rescued.text};
  writer.free(&task.rescued);
  return written;
}

/// Objects of which more than their first bytes is damaged: each variable is tried alone.
std::string takeOutDamaged(const RescueWriter &writer, std::vector<JitHostVariable> &variables) {
  std::string damaged;
  int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  std::erase_if(variables, [&](const JitHostVariable &variable) {
    bool faults = attempt(writer, {variable}, nowhere, "").faulted;
    if (faults)
      damaged += std::string("  ") + variable.name + " of " + variable.function + " (" +
                 variable.type + "): reading it faulted\n";
    return faults;
  });
  close(nowhere);
  return "\nnot saved because they are damaged\n" + damaged;
}

Written writeArchive(const RescueWriter &writer, const RescueOccasion &occasion,
                     const RescueFiles &files) {
  if (!writer.rescue)
    return {false, false, "nothing could be saved: the program does not use LibTorch", ""};
  FaultHandlers handlers;
  HostSection section;
  VariableList list(occasion.frames);
  int file = files.archive();
  Written written = attempt(writer, list.variables, file, files.archivePath());
  if (!written.faulted)
    return written;
  std::string damaged = takeOutDamaged(writer, list.variables);
  if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0)
    return written;
  written = attempt(writer, list.variables, file, files.archivePath());
  written.text += damaged;
  return written;
}

std::string nowText() {
  time_t now = time(nullptr);
  tm local{};
  localtime_r(&now, &local);
  char text[64];
  std::strftime(text, sizeof text, "%F %T %z", &local);
  return text;
}

std::string framesText(const RescueOccasion &occasion) {
  std::string text = "\nframes, innermost first\n";
  for (const RescueFrame &frame : occasion.frames)
    text += "  " + frame.place + (frame.note.empty() ? "" : "  [" + frame.note + "]") + "\n";
  for (const RescueFrame &frame : occasion.frames) {
    if (!frame.variables.empty())
      text += "\nvariables of " + frame.place + "\n";
    for (const RescueVariable &variable : frame.variables)
      text += "  " + variable.name + "  " + variable.type + "  " + variable.value + "\n";
  }
  return occasion.frames.empty() ? "\nno frames are known\n" : text;
}

std::string textOf(const RescueOccasion &occasion, const RescueFiles &files,
                   const Written &written) {
  std::string text = "A rescue by jit-host, " + nowText() + "\nwhy: " + occasion.why + "\n";
  if (!occasion.place.empty())
    text += "the run stood in " + occasion.place + "\n";
  if (!occasion.what.empty())
    text += occasion.what + ": " + occasion.message + "\n";
  text += written.archive
              ? llvm::sys::path::filename(files.archivePath()).str() + ": " + written.summary + "\n"
              : written.summary + "\n";
  return text + written.text + framesText(occasion);
}

std::string megabytes(int file) {
  uint64_t bytes = 0;
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(file, status))
    bytes = status.getSize();
  char text[32];
  std::snprintf(text, sizeof text, "%.1f MB", bytes / 1e6);
  return text;
}

} // namespace

VariableList::VariableList(const std::vector<RescueFrame> &frames) {
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame)
    for (const RescueVariable &variable : frame->variables)
      if (variable.address)
        add(*frame, variable);
  for (size_t i = 0; i < variables.size(); ++i)
    variables[i].bases = bases_[i].data();
}

void VariableList::add(const RescueFrame &frame, const RescueVariable &variable) {
  std::vector<const char *> bases;
  for (const std::string &base : variable.bases)
    bases.push_back(base.c_str());
  variables.push_back({variable.name.c_str(), variable.type.c_str(), nullptr, bases.size(),
                       variable.address, frame.function.c_str()});
  bases_.push_back(std::move(bases));
}

RescueWriter loadedRescueWriter() {
  RescueWriter writer;
  writer.rescue = reinterpret_cast<decltype(writer.rescue)>(dlsym(RTLD_DEFAULT, "jit_host_rescue"));
  writer.free =
      reinterpret_cast<decltype(writer.free)>(dlsym(RTLD_DEFAULT, "jit_host_free_rescued"));
  return writer;
}

Rescued rescueNow(const std::string &folder, const RescueWriter &writer,
                  const RescueOccasion &occasion) {
  auto files = RescueFiles::create(folder);
  if (!files)
    return {false, "nothing was rescued: " + llvm::toString(files.takeError())};
  Written written = writeArchive(writer, occasion, **files);
  std::string size = megabytes((*files)->archive());
  if (llvm::Error error = (*files)->keep(textOf(occasion, **files, written), written.archive))
    return {false, "nothing was rescued: " + llvm::toString(std::move(error))};
  if (!written.archive)
    return {false, written.summary + "; " + (*files)->textPath() + " says where the run stood"};
  return {true, "rescued to " + (*files)->archivePath() + " (" + size + "): " + written.summary +
                    "; " + (*files)->textPath() + " says how to load it"};
}

} // namespace jithost
