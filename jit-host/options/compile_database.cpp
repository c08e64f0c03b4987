// JSON to entries. Commands are split as a shell would and response files are read in.
#include "compile_database.h"

#include "compiler_arguments.h"

#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/StringSaver.h>
#include <llvm/Support/VirtualFileSystem.h>

using namespace llvm;

namespace jithost {
namespace {

/// `arguments` wins over `command`, as the format says.
Error readWords(const json::Object &from, StringSaver &saver,
                SmallVectorImpl<const char *> &words) {
  if (const json::Array *arguments = from.getArray("arguments")) {
    for (const json::Value &argument : *arguments) {
      auto text = argument.getAsString();
      if (!text)
        return createStringError("\"arguments\" holds something that is no text");
      words.push_back(saver.save(*text).data());
    }
  } else if (auto command = from.getString("command")) {
    cl::TokenizeGNUCommandLine(*command, saver, words);
  }
  if (words.empty())
    return createStringError("it has neither \"command\" nor \"arguments\"");
  return Error::success();
}

Error readResponseFiles(const std::string &folder, BumpPtrAllocator &memory,
                        SmallVectorImpl<const char *> &words) {
  cl::ExpansionContext expansion(memory, cl::TokenizeGNUCommandLine);
  expansion.setCurrentDir(folder).setVFS(vfs::getRealFileSystem().get());
  return expansion.expandResponseFiles(words);
}

Expected<DatabaseEntry> readEntry(const json::Value &value, const std::string &database_folder) {
  const json::Object *from = value.getAsObject();
  if (!from)
    return createStringError("it is not an object");
  auto file = from->getString("file"), folder = from->getString("directory");
  if (!file)
    return createStringError("it has no \"file\"");
  if (!folder)
    return createStringError("it has no \"directory\"");
  DatabaseEntry entry;
  entry.folder = absolutePath(folder->str(), database_folder);
  entry.file = absolutePath(file->str(), entry.folder);
  BumpPtrAllocator memory;
  StringSaver saver(memory);
  SmallVector<const char *, 32> words;
  if (Error error = readWords(*from, saver, words))
    return std::move(error);
  if (Error error = readResponseFiles(entry.folder, memory, words))
    return std::move(error);
  // The compiler, and a launcher such as a compiler cache in front of it.
  const char **flags = std::find_if(words.begin(), words.end(),
                                    [](StringRef word) { return word.starts_with("-"); });
  entry.arguments.assign(flags, words.end());
  return entry;
}

} // namespace

Expected<std::vector<DatabaseEntry>> readCompileDatabase(const std::string &path) {
  auto no = [&](const std::string &why) {
    return createStringError("--compile-commands " + path + ": " + why);
  };
  if (sys::fs::is_directory(path))
    return no("is a folder; name the compile_commands.json in it");
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return no(buffer.getError().message() + "; CMake writes it with "
                                            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON");
  Expected<json::Value> root = json::parse((*buffer)->getBuffer());
  if (!root)
    return no("not JSON: " + toString(root.takeError()));
  const json::Array *list = root->getAsArray();
  if (!list)
    return no("not a compile database: expected a list of entries");
  std::string folder = sys::path::parent_path(absolutePath(path)).str();
  std::vector<DatabaseEntry> entries;
  for (const json::Value &value : *list) {
    Expected<DatabaseEntry> entry = readEntry(value, folder);
    if (!entry)
      return no("entry " + std::to_string(entries.size() + 1) + ": " + toString(entry.takeError()));
    entries.push_back(std::move(*entry));
  }
  if (entries.empty())
    return no("holds no entry");
  return entries;
}

} // namespace jithost
