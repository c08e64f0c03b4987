// Who has the turn owns the folder: while a thread is paused, its files are the pause's. A thread
// that fails while a patch is compiled here waits for that, and goes on in the new code if it
// changed what failed.
#include "live_patches.h"

#include "runtime/hooks.h"
#include "runtime/host_thread.h"
#include "trace/human_time.h"
#include "trace/recorded_run.h"

#include <llvm/Demangle/Demangle.h>

#include <poll.h>
#include <set>
#include <thread>

namespace jithost {

constexpr int kLookAgain_ms = 1000; // the folder itself may have been made anew

void LivePatches::start() {
  NoSignals none;
  std::thread([this] { run(); }).detach();
}

void LivePatches::run() {
  HostSection section; // exceptions here are the host's own
  while (!stopped_) {
    int settle_ms = 0;
    pollfd events{-1, POLLIN, 0};
    {
      std::lock_guard turn(turn_);
      if (stopped_)
        return;
      settle_ms = watcher_.update();
      events.fd = watcher_.descriptor();
      if (settle_ms == 0)
        takeDropped();
    }
    if (settle_ms != 0)
      poll(&events, 1, settle_ms > 0 ? settle_ms : kLookAgain_ms);
  }
}

void LivePatches::takeDropped() {
  DroppedPatch patch = watcher_.take();
  if (!patch.files.empty())
    turn_.takeLong(); // it is compiled while the run goes on
  take(patch);
}

bool LivePatches::take(const DroppedPatch &patch) {
  for (const std::string &complaint : patch.complaints)
    console_.showRefused(complaint);
  if (patch.files.empty())
    return false;
  PatchMetrics metrics;
  metrics.detect_ms = patch.detected_at_ms - patch.settled_at_ms;
  metrics.compile_way = "whole";
  for (const PatchFile &file : patch.files)
    if (isActionFile(file.name)) {
      metrics.outcome = "refused";
      metrics.reason =
          "the action " + file.name +
          " needs a paused run; drop it while one waits, and where nothing has failed, "
          "without corrected sources";
      console_.showRefused(metrics.reason);
      taken_(std::move(metrics));
      watcher_.keep(patch);
      return false;
    }
  Preparation preparation = preparation_.prepareLive(patch);
  if (auto *prepared = std::get_if<PreparedPatch>(&preparation)) {
    apply(std::move(*prepared), std::move(metrics), patch);
    return true;
  }
  if (auto *failed = std::get_if<PatchFailed>(&preparation)) {
    metrics.outcome = "failed";
    metrics.reason = failed->reason;
    console_.showFailed(failed->reason, failed->diagnostics);
  } else {
    metrics.outcome = "refused";
    metrics.reason = sentence(std::get<Refusal>(preparation));
    console_.showRefused(metrics.reason);
  }
  taken_(std::move(metrics));
  watcher_.keep(patch);
  return false;
}

void LivePatches::apply(PreparedPatch prepared, PatchMetrics metrics, const DroppedPatch &patch) {
  std::set<std::string> names;
  for (const auto *symbols : {&prepared.difference.changed, &prepared.difference.added})
    for (const std::string &symbol : *symbols) {
      metrics.functions_changed.push_back(llvm::demangle(symbol));
      const FunctionTable *code = nullptr;
      for (const Unit &unit : prepared.units)
        if (!code)
          code = unit.table.function(symbol);
      names.insert(code ? code->name : llvm::demangle(symbol));
    }
  std::string replaced;
  for (const std::string &name : names)
    replaced += (replaced.empty() ? "" : ", ") + name;
  metrics.outcome = "applied";
  metrics.compile_ms = prepared.compile_ms;
  metrics.link_ms = prepared.link_ms;
  std::vector<uint64_t> constructors = prepared.constructors;
  std::vector<std::string> notes = prepared.landing.notes;
  preparation_.commit(prepared, metrics.rebind_ms);
  for (uint64_t constructor : constructors)
    reinterpret_cast<void (*)()>(constructor)();
  for (const std::string &note : notes)
    console_.note(note);
  metrics.total_ms = nowMs() - patch.settled_at_ms;
  console_.note("patched while running, version " + std::to_string(versions_.number()) +
                (replaced.empty() ? std::string(": no function changed") : ": " + replaced) +
                ", after " + humanTime(metrics.total_ms));
  auto folder = watcher_.moveToApplied(patch);
  if (!folder)
    console_.note("the applied patch stays in the folder: " + llvm::toString(folder.takeError()));
  taken_(std::move(metrics));
}

} // namespace jithost
