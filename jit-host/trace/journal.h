// The append-only record of a run: one line of JSON per record, each written by one call, so that
// what a run leaves behind is whole up to the moment at which it died. A run without an end record
// is incomplete.
#pragma once

#include "records.h"

#include <llvm/Support/Error.h>

#include <memory>
#include <mutex>

namespace jithost {

class Journal {
public:
  /// Whether a new journal may take the place of what lies at `path`: nothing, an empty file, or an
  /// older journal that no run is writing.
  static llvm::Error check(const std::string &path);

  /// \param path absolute; empty: nothing is recorded
  /// \param started_ms the launch, steady clock
  static llvm::Expected<std::unique_ptr<Journal>> create(const std::string &path,
                                                         LaunchRecord launch, double started_ms);
  ~Journal();

  /// Callable from every thread. What cannot be written is said once on stderr, and tried again
  /// with the next record; a child that the program forked writes nothing.
  template <typename Content> void write(Content content) { write(Record{0, std::move(content)}); }

  /// Until here it outlasts the machine.
  void keep();

  bool records() const { return active_; }

private:
  Journal(const std::string &path, double started_ms) : path_(path), started_ms_(started_ms) {}
  llvm::Error open(LaunchRecord launch);
  void write(Record record);
  bool append(const std::string &text);
  bool isOurs() const;
  void complain(const std::string &why);

  const std::string path_;
  const double started_ms_;
  bool active_ = false; // has its first record
  int64_t process_ = 0;
  std::mutex mutex_; // guards what follows; nothing of the program runs under it
  int file_ = -1;
  uint64_t device_ = 0, inode_ = 0; // of file_: the program may close descriptors it did not open
  uint64_t lost_ = 0;               // records since the last one that was written
  bool half_line_ = false;          // the file ends in a part of a record
  bool complained_ = false;
};

/// What a journal tells, however it ended.
struct JournalContents {
  std::vector<Record> records;         // all that are whole
  size_t before_damage = 0;            // how many of them come before the first damage
  std::vector<unsigned> damaged_lines; // counted from 1; also those that tell of lost records
  bool cut = false;                    // the last record is not whole
};

/// Error: it is no journal, or one that a newer jit-host wrote.
llvm::Expected<JournalContents> readJournal(const std::string &path);

/// \param name of the journal, for errors
llvm::Expected<JournalContents> parseJournal(std::string_view text, const std::string &name);

} // namespace jithost
