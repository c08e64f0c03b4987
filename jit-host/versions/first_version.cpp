// What a launch needs of a unit is little and comes first; tables and sources are in a part of
// their own, binary, and stay in the cache file together with the unoptimised code until somebody
// asks.
#include "first_version.h"

#include "compile/cache_folder.h"
#include "compile/identity.h"
#include "unit_parts.h"

#include <cstdio>
#include <cstdlib>

using namespace llvm;

namespace jithost {

namespace {

constexpr uint64_t kDefaultMegabytes = 2048;

FirstUnit fromParts(std::shared_ptr<UnitParts> parts) {
  FirstUnit unit;
  static_cast<UnitStart &>(unit) = startOf(*parts);
  unit.ok = true;
  unit.parts = std::move(parts);
  return unit;
}

FirstUnit fromAnswer(LaunchAnswer answer) {
  FirstUnit unit;
  if (answer.ok)
    unit = fromParts(std::make_shared<UnitParts>(std::move(answer.parts)));
  else
    unit.diagnostics = std::move(answer.diagnostics);
  unit.compiled = true;
  return unit;
}

/// Relative paths in flags start from the folder, so it is part of what is asked for.
std::string keyOf(const CompileRequest &request, const std::string &identity) {
  SmallString<256> folder(request.job.folder);
  if (folder.empty())
    sys::fs::current_path(folder);
  std::string key = identity + "\n" + folder.str().str() + "\n" + textOf(request);
  for (const std::string &argument : clangArguments(request.job))
    key += "\n" + argument;
  return key;
}

/// Puts what has just been compiled into the cache, and takes it from there: then it need not stay
/// in memory.
FirstUnit keep(LaunchAnswer answer, const ObjectCache &cache, const std::string &key,
               std::string &trouble) {
  if (answer.ok && answer.repeatable && trouble.empty())
    trouble = cache.store(key, answer.files_read, answer.parts);
  std::shared_ptr<UnitParts> kept = answer.ok && answer.repeatable ? cache.find(key) : nullptr;
  FirstUnit unit = kept ? fromParts(std::move(kept)) : fromAnswer(std::move(answer));
  unit.compiled = true;
  return unit;
}

} // namespace

Expected<std::vector<FirstUnit>> firstVersion(CompileWork &work, const ObjectCache &cache,
                                              const std::vector<CompileRequest> &requests) {
  std::string identity = compileIdentity(compileExecutable());
  std::vector<FirstUnit> units(requests.size());
  std::vector<std::string> keys;
  std::vector<CompileRequest> missing;
  for (size_t i = 0; i < requests.size(); ++i) {
    keys.push_back(keyOf(requests[i], identity));
    if (std::shared_ptr<UnitParts> parts = cache.find(keys.back()))
      units[i] = fromParts(std::move(parts));
    else
      missing.push_back(requests[i]);
  }
  auto answers = work.compileForLaunch(missing);
  if (!answers)
    return answers.takeError();
  std::string trouble;
  for (size_t i = 0, next = 0; i < requests.size(); ++i)
    if (!units[i].ok)
      units[i] = keep(std::move((*answers)[next++]), cache, keys[i], trouble);
  if (!trouble.empty())
    std::fprintf(stderr, "jit-host: compiled again at every launch: %s\n", trouble.c_str());
  return units;
}

ObjectCache usersCache() {
  uint64_t megabytes = kDefaultMegabytes;
  if (const char *wanted = std::getenv("JIT_HOST_CACHE_MB"))
    megabytes = std::strtoull(wanted, nullptr, 10);
  return ObjectCache(cacheFolder() + "/units", megabytes << 20);
}

} // namespace jithost
