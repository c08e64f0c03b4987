// Which flags count for a torch header, and where it lies.
#include "precompiled_header.h"

#include "cache_folder.h"
#include "identity.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/xxhash.h>

#include <fstream>
#include <sstream>

using namespace llvm;

namespace jithost {
namespace {

/// LibTorch's own version macros, where releases have them; with the time of the header, which an
/// update of the package changes.
std::string torchIdentity() {
  const std::string folder = JIT_HOST_TORCH_HEADERS, header = torchHeader();
  sys::fs::file_status status;
  std::string identity = header;
  if (!sys::fs::status(header, status))
    identity += std::to_string(status.getLastModificationTime().time_since_epoch().count());
  for (const char *version : {"/torch/version.h", "/../../../headeronly/version.h"}) {
    std::ifstream stream(folder + version);
    std::ostringstream text;
    text << stream.rdbuf();
    identity += text.str();
  }
  return identity;
}

} // namespace

std::string torchHeader() { return JIT_HOST_TORCH_HEADERS "/torch/torch.h"; }

CompileJob headerJob(CompileJob job) {
  std::vector<std::string> flags;
  for (size_t i = 0; i < job.flags.size(); ++i) {
    StringRef flag = job.flags[i];
    if (flag == "-I" || flag == "-isystem" || flag == "-iquote" || flag == "-idirafter" ||
        flag == "-include")
      ++i;                             // and the word after it
    else if (flag.starts_with("-Wp,")) // may define macros
      flags.push_back(flag.str());
    else if (!flag.starts_with("-I") && !flag.starts_with("-isystem") && !flag.starts_with("-W") &&
             !flag.starts_with("-iquote") && flag != "-w" && !flag.starts_with("-pedantic"))
      flags.push_back(flag.str());
  }
  job.flags = std::move(flags);
  job.optimisation = job.optimisation == 0 ? 0 : 2;
  return job;
}

std::string precompiledHeaderPath(const CompileJob &job) {
  std::string key = compilerIdentity() + torchIdentity();
  for (const std::string &argument : clangArguments(headerJob(job)))
    key += "\n" + argument;
  return cacheFolder() + "/torch-" + utohexstr(xxh3_64bits(key), true) + kPrecompiledHeader;
}

std::string noteHeaderFiles(const std::string &path, const std::vector<FileState> &files) {
  std::string lines;
  for (const FileState &file : files)
    lines +=
        std::to_string(file.size) + " " + std::to_string(file.modified_ns) + " " + file.path + "\n";
  return writeWhole(path + kHeaderFiles, lines);
}

bool isHeaderCurrent(const std::string &path) {
  std::ifstream lines(path + kHeaderFiles);
  if (!sys::fs::exists(path) || !lines)
    return false;
  FileState file;
  file.exists = true;
  while (lines >> file.size >> file.modified_ns && lines.get() == ' ' &&
         std::getline(lines, file.path))
    if (!isAsItWas(file))
      return false;
  return lines.eof();
}

} // namespace jithost
