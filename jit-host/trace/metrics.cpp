// Writes the figures of --stats.
#include "metrics.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jithost {
namespace {

using Json = nlohmann::ordered_json; // keeps the keys in the order in which people read them

long peakRssKb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Json toJson(const FailureMetrics &failure) {
  return {{"what", failure.what},
          {"function", failure.function},
          {"place", failure.place},
          {"failure_to_pause_ms", failure.failure_to_pause_ms}};
}

Json toJson(const PatchMetrics &patch) {
  return {{"outcome", patch.outcome},       {"reason", patch.reason},
          {"detect_ms", patch.detect_ms},   {"compile_ms", patch.compile_ms},
          {"link_ms", patch.link_ms},       {"rebind_ms", patch.rebind_ms},
          {"total_ms", patch.total_ms},     {"compile_way", patch.compile_way},
          {"why_more", patch.why_more},     {"functions_changed", patch.functions_changed},
          {"resumed_at", patch.resumed_at}, {"stack_bytes", patch.stack_bytes}};
}

template <typename T> Json listOf(const std::vector<T> &entries) {
  Json list = Json::array();
  for (const T &entry : entries)
    list.push_back(toJson(entry));
  return list;
}

Json toJson(const Metrics &metrics) {
  Json json = {{"compile_ms", metrics.compile_ms},
               {"startup_ms", metrics.startup_ms},
               {"compiled_units", metrics.compiled_units},
               {"precompiled_header_made", metrics.precompiled_header_made},
               {"bodies", metrics.bodies},
               {"old_bodies", metrics.old_bodies},
               {"frames_switched", metrics.frames_switched},
               {"frames_optimised", metrics.frames_optimised},
               {"successors", metrics.successors},
               {"failures", listOf(metrics.failures)},
               {"patches", listOf(metrics.patches)},
               {"peak_rss_kb", peakRssKb()},
               {"exit_code", nullptr}};
  if (metrics.exit_code != -1)
    json["exit_code"] = metrics.exit_code;
  return json;
}

bool writeText(const std::string &path, const std::string &text) {
  std::ofstream file(path);
  file << text;
  file.close();
  return bool(file);
}

bool complain(const std::string &path) {
  std::fprintf(stderr, "jit-host: cannot write the figures to %s: %s\n", path.c_str(),
               std::strerror(errno));
  return false;
}

} // namespace

bool writeMetrics(const Metrics &metrics, const std::string &path) {
  if (path.empty())
    return true;
  // Messages of the program need not be UTF-8; what is not is replaced.
  std::string text = toJson(metrics).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    return writeText(path, text) || complain(path); // /dev/stdout must not be renamed over
  std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  if (writeText(temporary, text) && std::rename(temporary.c_str(), path.c_str()) == 0)
    return true;
  complain(path);
  unlink(temporary.c_str());
  return false;
}

} // namespace jithost
