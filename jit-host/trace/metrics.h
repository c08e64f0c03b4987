// The figures of --stats: gathered as plain data, written as JSON (temporary name, then renamed)
// after every event and at the end, so that a run that dies leaves what was known.
#pragma once

#include <string>
#include <vector>

namespace jithost {

struct FailureMetrics {
  std::string what, function, place;
  double failure_to_pause_ms = 0;
};

struct PatchMetrics {
  std::string outcome; // applied, refused, failed
  std::string reason;
  double detect_ms = 0, compile_ms = 0, link_ms = 0, rebind_ms = 0, total_ms = 0;
  std::vector<std::string> functions_changed;
  std::string resumed_at;   // FUNCTION (FILE:LINE)
  unsigned stack_bytes = 0; // how much deeper the stack became
  std::string compile_way;  // bodies, partial, whole: how much was compiled
  std::string why_more;     // why not bodies alone
};

struct Metrics {
  double compile_ms = 0;       // sources to objects
  double startup_ms = 0;       // launch to the first statement of main
  unsigned compiled_units = 0; // sources compiled at launch; the others came from the cache
  bool precompiled_header_made = false;
  unsigned bodies = 0;           // compiled bodies kept, all versions
  unsigned old_bodies = 0;       // of these, no longer reached by name
  unsigned frames_switched = 0;  // frames that went on in new code at a poll
  unsigned frames_optimised = 0; // frames that went on in the optimised successor of their code
  unsigned successors = 0;       // bodies that took the place of interim code
  std::vector<FailureMetrics> failures;
  std::vector<PatchMetrics> patches;
  int exit_code = -1; // -1: not ended yet
};

/// Writes `metrics` and `peak_rss_kb` to `path`. Does nothing for an empty path. \return false and
/// a line on stderr when the file cannot be written; never ends the run.
bool writeMetrics(const Metrics &metrics, const std::string &path);

} // namespace jithost
