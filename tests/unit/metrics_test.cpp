// The figures of --stats: keys, values, and that a reader never sees half a file.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "trace/metrics.h"

#include "temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace jithost;
using nlohmann::json;

static std::vector<std::string> keysOf(const json &object) {
  std::vector<std::string> keys;
  for (const auto &item : object.items())
    keys.push_back(item.key());
  return keys;
}

TEST_CASE("every figure stands under its key") {
  TemporaryFolder folder;
  Metrics metrics;
  metrics.compile_ms = 1.5;
  metrics.startup_ms = 2.5;
  metrics.compiled_units = 3;
  metrics.precompiled_header_made = true;
  metrics.bodies = 7;
  metrics.old_bodies = 2;
  metrics.failures.push_back({"c10::Error", "train", "a.cpp:3", 0.25});
  metrics.patches.push_back({"applied",
                             "",
                             20,
                             30,
                             4,
                             0.5,
                             60,
                             {"f()", "g()"},
                             "f (a.cpp:3)",
                             512,
                             "partial",
                             "a macro"});
  metrics.exit_code = 3;
  REQUIRE(writeMetrics(metrics, folder / "stats.json"));

  json written = json::parse(read(folder / "stats.json"));
  CHECK(keysOf(written) == std::vector<std::string>{"bodies", "compile_ms", "compiled_units",
                                                    "exit_code", "failures", "frames_optimised",
                                                    "frames_switched", "old_bodies", "patches",
                                                    "peak_rss_kb", "precompiled_header_made",
                                                    "startup_ms", "successors"});
  CHECK(written["compile_ms"] == 1.5);
  CHECK(written["startup_ms"] == 2.5);
  CHECK(written["compiled_units"] == 3);
  CHECK(written["precompiled_header_made"] == true);
  CHECK(written["bodies"] == 7);
  CHECK(written["old_bodies"] == 2);
  CHECK(written["exit_code"] == 3);
  CHECK(written["peak_rss_kb"].get<long>() > 1000);
  CHECK(written["failures"] == json::parse(R"json([{"what": "c10::Error", "function": "train",
      "place": "a.cpp:3", "failure_to_pause_ms": 0.25}])json"));
  CHECK(written["patches"] ==
        json::parse(R"json([{"outcome": "applied", "reason": "", "detect_ms": 20.0,
      "compile_ms": 30.0, "link_ms": 4.0, "rebind_ms": 0.5, "total_ms": 60.0,
      "functions_changed": ["f()", "g()"], "resumed_at": "f (a.cpp:3)", "stack_bytes": 512,
      "compile_way": "partial", "why_more": "a macro"}])json"));
}

TEST_CASE("a run that has not ended has no exit code") {
  TemporaryFolder folder;
  REQUIRE(writeMetrics(Metrics(), folder / "stats.json"));
  json written = json::parse(read(folder / "stats.json"));
  CHECK(written["exit_code"].is_null());
  CHECK(written["failures"] == json::array());
  CHECK(written["patches"] == json::array());
}

TEST_CASE("a message that is not UTF-8 is written with replacements") {
  TemporaryFolder folder;
  Metrics metrics;
  metrics.failures.push_back({"bad \xff byte", "", "", 0});
  REQUIRE(writeMetrics(metrics, folder / "stats.json"));
  CHECK(json::parse(read(folder / "stats.json"))["failures"][0]["what"] == "bad \xef\xbf\xbd byte");
}

TEST_CASE("an older file is replaced by rename, and nothing else is left") {
  TemporaryFolder folder;
  write(folder / "stats.json", "old");
  fs::create_hard_link(folder / "stats.json", folder / "reader"); // as one who has it open sees it
  REQUIRE(writeMetrics(Metrics(), folder / "stats.json"));
  CHECK(read(folder / "reader") == "old");
  CHECK(json::accept(read(folder / "stats.json")));
  fs::remove(folder / "reader");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}

TEST_CASE("what is no regular file is written to, not replaced") {
  TemporaryFolder folder;
  fs::create_symlink("/dev/null", folder / "stats.json");
  CHECK(writeMetrics(Metrics(), folder / "stats.json"));
  CHECK(fs::is_symlink(folder / "stats.json"));
}

TEST_CASE("no path: nothing is written; a path that cannot be written is said to be so") {
  TemporaryFolder folder;
  CHECK(writeMetrics(Metrics(), ""));
  CHECK_FALSE(writeMetrics(Metrics(), folder / "missing/stats.json"));
  CHECK(fs::is_empty(folder.path));
}
