// Writing and reading journals.
#include "journal.h"

#include <llvm/Support/MemoryBuffer.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace jithost {
namespace {

double steadyMs() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

std::string why() { return std::strerror(errno); }

/// A write beyond the limit on file sizes is to fail and not to end the run.
class FileSizeSignal {
public:
  FileSizeSignal() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~FileSizeSignal() {
    timespec at_once{};
    sigtimedwait(&signal_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

private:
  sigset_t signal_, before_;
};

/// Whether `text` is the beginning of a journal, or of the beginning of one.
bool beginsAsJournal(std::string_view text) {
  size_t compared = std::min(text.size(), kJournalMark.size());
  return text.substr(0, compared) == kJournalMark.substr(0, compared);
}

Error notReplaced(const std::string &path, const std::string &why_not) {
  return createStringError("--journal %s: %s; name another file", path.c_str(), why_not.c_str());
}

} // namespace

Error Journal::check(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    std::string folder = path.substr(0, path.rfind('/') + 1);
    if (access(folder.c_str(), W_OK | X_OK) != 0)
      return notReplaced(path, "nothing can be written to its folder: " + why());
    return Error::success();
  }
  if (!S_ISREG(status.st_mode))
    return notReplaced(path, "this is no regular file");
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return notReplaced(path, "there is a file that cannot be read: " + why());
  bool locked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  char begin[kJournalMark.size()];
  ssize_t size = ::read(file, begin, sizeof begin);
  close(file);
  if (locked)
    return notReplaced(path, "another run writes its journal there");
  if (size < 0 || !beginsAsJournal({begin, static_cast<size_t>(size)}))
    return notReplaced(path, "there is a file that is no journal, which is left as it is");
  return Error::success();
}

Expected<std::unique_ptr<Journal>> Journal::create(const std::string &path, LaunchRecord launch,
                                                   double started_ms) {
  std::unique_ptr<Journal> journal(new Journal(path, started_ms));
  if (path.empty())
    return journal;
  if (Error error = check(path))
    return std::move(error);
  if (Error error = journal->open(std::move(launch)))
    return std::move(error);
  return journal;
}

/// An older journal stays until the new one has its first record.
Error Journal::open(LaunchRecord launch) {
  process_ = getpid();
  launch.process = process_;
  std::string temporary = path_ + "." + std::to_string(process_) + ".tmp";
  file_ = ::open(temporary.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  struct stat status;
  if (file_ < 0 || fstat(file_, &status) != 0)
    return createStringError("--journal %s: cannot be written: %s", path_.c_str(), why().c_str());
  flock(file_, LOCK_EX | LOCK_NB); // says that a run is writing it; ends with the process
  device_ = status.st_dev;
  inode_ = status.st_ino;
  active_ = append(lineOf({steadyMs() - started_ms_, std::move(launch)}));
  if (active_ && std::rename(temporary.c_str(), path_.c_str()) == 0)
    return Error::success();
  std::string reason = why();
  unlink(temporary.c_str());
  if (active_)
    return createStringError("--journal %s: cannot be written: %s", path_.c_str(), reason.c_str());
  return Error::success(); // it has been said; the run is worth more than its journal
}

Journal::~Journal() {
  if (file_ >= 0 && isOurs())
    close(file_);
}

bool Journal::isOurs() const {
  struct stat status;
  return fstat(file_, &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

void Journal::complain(const std::string &reason) {
  if (!complained_)
    std::fprintf(stderr, "jit-host: cannot write the journal %s: %s; the run goes on\n",
                 path_.c_str(), reason.c_str());
  complained_ = true;
}

/// \return whether all of `text` is in the file
bool Journal::append(const std::string &text) {
  if (!isOurs()) {
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    if (file_ < 0 || !isOurs()) {
      complain(file_ < 0 ? why() : "another file has taken its place");
      if (file_ >= 0)
        close(file_);
      file_ = -1;
      return false;
    }
  }
  FileSizeSignal fails_instead;
  for (size_t written = 0; written < text.size();) {
    ssize_t count = ::write(file_, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      complain(why());
      half_line_ |= written > 0;
      return false;
    }
    written += count;
  }
  half_line_ = false;
  return true;
}

void Journal::write(Record record) {
  if (!active_ || getpid() != process_)
    return;
  std::lock_guard lock(mutex_);
  record.at_ms = steadyMs() - started_ms_;
  std::string text = half_line_ ? "\n" : "";
  if (lost_ > 0)
    text += lineOf({record.at_ms, GapRecord{lost_}});
  lost_ = append(text + lineOf(record)) ? 0 : lost_ + 1;
}

void Journal::keep() {
  if (!active_ || getpid() != process_)
    return;
  std::lock_guard lock(mutex_);
  if (file_ >= 0 && isOurs())
    fdatasync(file_);
}

Expected<JournalContents> readJournal(const std::string &path) {
  // Read, not mapped: a run may be writing it.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (!buffer)
    return createStringError("cannot read the journal %s: %s", path.c_str(),
                             buffer.getError().message().c_str());
  llvm::StringRef text = (*buffer)->getBuffer();
  return parseJournal({text.data(), text.size()}, path);
}

Expected<JournalContents> parseJournal(std::string_view text, const std::string &name) {
  if (!beginsAsJournal(text))
    return createStringError("%s is no journal of jit-host; --journal FILE writes one",
                             name.c_str());
  std::string_view first = text.substr(0, text.find('\n'));
  if (uint32_t format = formatOf(first); format > kJournalFormat)
    return createStringError("%s was written by a newer jit-host, in format %u; this one knows "
                             "format %u: use the jit-host that wrote it",
                             name.c_str(), format, kJournalFormat);
  JournalContents contents;
  for (unsigned number = 1; !text.empty(); ++number) {
    size_t end = text.find('\n');
    contents.cut = end == std::string_view::npos;
    if (contents.cut)
      break;
    std::optional<Record> record = recordOf(text.substr(0, end));
    text.remove_prefix(end + 1);
    if (!record || std::holds_alternative<GapRecord>(record->content))
      contents.damaged_lines.push_back(number);
    if (record)
      contents.records.push_back(std::move(*record));
    if (contents.damaged_lines.empty())
      contents.before_damage = contents.records.size();
  }
  return contents;
}

} // namespace jithost
