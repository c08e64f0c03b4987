// A folder per key; in it an entry for each state of the included files, so that going back and
// forth between two states compiles nothing. An entry is one file, and comes by renaming:
//
//   magic | size of head | hash of head | head: files, sizes and hashes of the parts | parts
//
// The head is judged before anything else is read.
#include "object_cache.h"

#include "cache_folder.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/xxhash.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;
namespace fs = std::filesystem;

namespace jithost {
namespace {

constexpr StringLiteral kMagic = "jit-host unit 1\n";
constexpr const char *kEnding = ".unit";
constexpr size_t kStart = kMagic.size() + 2 * sizeof(uint64_t); // of the head
constexpr size_t kAlignment = 4096; // of parts: objects are linked where they lie
constexpr size_t kEntriesPerKey = 4;

uint64_t aligned(uint64_t offset) { return (offset + kAlignment - 1) / kAlignment * kAlignment; }

// --- numbers and texts, one behind the other ---

void put(std::string &head, uint64_t number) {
  head.append(reinterpret_cast<const char *>(&number), sizeof number);
}

void put(std::string &head, const std::string &text) {
  put(head, text.size());
  head += text;
}

class Reader {
public:
  explicit Reader(StringRef head) : rest_(head) {}
  uint64_t number() {
    uint64_t value = 0;
    if (rest_.size() < sizeof value) {
      good_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.drop_front(sizeof value);
    return value;
  }
  std::string text() {
    uint64_t size = number();
    if (size > rest_.size()) {
      good_ = false;
      return "";
    }
    std::string value = rest_.take_front(size).str();
    rest_ = rest_.drop_front(size);
    return value;
  }
  bool good() const { return good_; }
  bool atEnd() const { return good_ && rest_.empty(); }

private:
  StringRef rest_;
  bool good_ = true;
};

/// The head of an entry; nothing when it is not whole.
std::optional<StringRef> readHead(StringRef entry) {
  if (entry.size() < kStart || !entry.starts_with(kMagic))
    return std::nullopt;
  Reader numbers(entry.take_front(kStart).drop_front(kMagic.size()));
  uint64_t size = numbers.number(), hash = numbers.number();
  if (size > entry.size() - kStart)
    return std::nullopt;
  StringRef head = entry.substr(kStart, size);
  return xxh3_64bits(head) == hash ? std::optional(head) : std::nullopt;
}

/// The parts of an entry; nothing when one of them is not whole, or `head` is not what it should
/// be.
std::optional<std::vector<StringRef>> readParts(StringRef entry, Reader &head, uint64_t offset) {
  std::vector<StringRef> parts;
  for (uint64_t count = head.number(); count > 0 && head.good(); --count) {
    uint64_t size = head.number(), hash = head.number();
    offset = aligned(offset);
    if (offset > entry.size() || size > entry.size() - offset)
      return std::nullopt;
    parts.push_back(entry.substr(offset, size));
    if (xxh3_64bits(parts.back()) != hash)
      return std::nullopt;
    offset += size;
  }
  if (!head.atEnd() || offset != entry.size())
    return std::nullopt;
  return parts;
}

std::vector<FileState> readFiles(Reader &head) {
  std::vector<FileState> files;
  for (uint64_t count = head.number(); count > 0 && head.good(); --count) {
    FileState file;
    file.path = head.text();
    file.exists = head.number() != 0;
    file.size = head.number();
    file.modified_ns = int64_t(head.number());
    file.content = head.number();
    files.push_back(std::move(file));
  }
  return files;
}

std::string headOf(const std::vector<FileState> &files, const std::vector<std::string> &parts) {
  std::string head;
  put(head, files.size());
  for (const FileState &file : files) {
    put(head, file.path);
    put(head, uint64_t(file.exists));
    put(head, file.size);
    put(head, file.content == 0 ? uint64_t(file.modified_ns) : 0);
    put(head, file.content);
  }
  put(head, parts.size());
  for (const std::string &part : parts) {
    put(head, part.size());
    put(head, xxh3_64bits(part));
  }
  return head;
}

/// Entries of one key, the one used last first.
std::vector<std::string> entriesIn(const std::string &folder) {
  std::vector<std::pair<timespec, std::string>> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status;
    std::string path = entry->path();
    if (StringRef(path).ends_with(kEnding) && stat(path.c_str(), &status) == 0)
      found.push_back({status.st_atim, path});
  }
  std::sort(found.begin(), found.end(), [](const auto &a, const auto &b) {
    return std::pair(a.first.tv_sec, a.first.tv_nsec) > std::pair(b.first.tv_sec, b.first.tv_nsec);
  });
  std::vector<std::string> paths;
  for (auto &[used, path] : found)
    paths.push_back(path);
  return paths;
}

} // namespace

UnitParts::UnitParts(std::vector<std::string> parts) : owned_(std::move(parts)) {
  for (const std::string &part : owned_)
    parts_.push_back(part);
}

void UnitParts::rest() const {
  if (file_)
    file_->dontNeedIfMmap();
}

std::string ObjectCache::folderOf(const std::string &key) const {
  XXH128_hash_t hash = xxh3_128bits(arrayRefFromStringRef(key));
  return folder_ + "/" + utohexstr(hash.high64, true, 16) + utohexstr(hash.low64, true, 16);
}

std::shared_ptr<UnitParts> ObjectCache::find(const std::string &key) const {
  if (limit_ == 0)
    return nullptr;
  for (const std::string &path : entriesIn(folderOf(key))) {
    auto file = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!file)
      continue; // another run has just dropped it
    StringRef entry = (*file)->getBuffer();
    std::optional<StringRef> head = readHead(entry);
    Reader reader(head.value_or(""));
    std::vector<FileState> files = readFiles(reader);
    if (head && reader.good() && !all_of(files, isAsItWas))
      continue; // of another state of the headers
    auto parts = readParts(entry, reader, kStart + head.value_or("").size());
    if (!parts) {
      unlink(path.c_str());
      continue;
    }
    markUsed(path);
    return std::make_shared<UnitParts>(std::move(*file), std::move(*parts));
  }
  return nullptr;
}

std::string ObjectCache::store(const std::string &key, const std::vector<FileState> &files,
                               const std::vector<std::string> &parts) const {
  std::string head = headOf(files, parts);
  std::string content = kMagic.str();
  put(content, head.size());
  put(content, xxh3_64bits(head));
  content += head;
  for (const std::string &part : parts) {
    content.resize(aligned(content.size()));
    content += part;
  }
  if (content.size() > limit_)
    return "";
  std::string folder = folderOf(key);
  std::string path = folder + "/" + utohexstr(xxh3_64bits(head), true, 16) + kEnding;
  if (std::string trouble = writeWhole(path, content); !trouble.empty())
    return trouble;
  markUsed(path);
  std::vector<std::string> entries = entriesIn(folder);
  for (size_t i = kEntriesPerKey; i < entries.size(); ++i)
    unlink(entries[i].c_str());
  dropUnused(folder_, kEnding, limit_, path);
  return "";
}

} // namespace jithost
