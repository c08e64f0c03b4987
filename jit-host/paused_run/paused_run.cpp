// From a failure to the statement at which the run goes on.
#include "paused_run.h"

#include "dispatch_state.h"
#include "instrument/body_names.h"
#include "memory_pause.h"
#include "pause_screen.h"
#include "rescue/termination.h"
#include "runtime/frame_probe.h"
#include "runtime/memory_reserve.h"
#include "versions/captured_site.h"

#include <llvm/Demangle/Demangle.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <unistd.h>

namespace jithost {
namespace {

GoBack goBackFrom(const std::string &word) {
  return word == "yes" ? GoBack::Yes : word == "no" ? GoBack::No : GoBack::Ask;
}

PauseOn pauseOnFrom(const std::string &word) {
  return word == "uncaught" ? PauseOn::Uncaught : word == "all" ? PauseOn::All : PauseOn::Fatal;
}

CompileWay compileWayFrom(const std::string &word) {
  return word == "whole"     ? CompileWay::Whole
         : word == "partial" ? CompileWay::Partial
                             : CompileWay::Bodies;
}

const char *wayName(CompileWay way) {
  return way == CompileWay::Bodies ? "bodies" : way == CompileWay::Partial ? "partial" : "whole";
}

constexpr std::chrono::milliseconds kWordsInOrder(200);

} // namespace

PausedRun::PausedRun(const Options &options, CompileWork &work, Session &session,
                     VersionStore &versions, PatchWatcher &watcher, Console &console,
                     Metrics &metrics, RunTrace &trace, ObjectDescriber describer)
    : options_(options), versions_(versions), session_(session), watcher_(watcher),
      console_(console), metrics_(metrics), trace_(trace), describer_(describer),
      policy_(pauseOnFrom(options.pause_on), session, versions),
      successors_(work, session, versions, turn_),
      background_(work, session,
                  [this](const UnitToHold &unit, const std::shared_ptr<CompileAnswer> &whole) {
                    return takeOver(unit, *whole);
                  }),
      preparation_(
          work, background_, session, versions, goBackFrom(options.go_back),
          [this](const Question &question) { return askGoBack(question); },
          compileWayFrom(options.compile_way)),
      live_(preparation_, versions, watcher, console, turn_,
            [this](PatchMetrics taken) { record(std::move(taken)); }),
      watch_(session, versions, console, runEvents()),
      evaluator_(work, background_, session, versions, describer),
      commands_(evaluator_, versions, describer),
      automatic_(options, session, versions, watcher, console) {}

bool PausedRun::canPause(const Failure &failure) {
  if (automatic_.alwaysFails() && !trace_.records())
    return false;
  if (isOutOfMemory(failure))
    releaseMemoryReserve();
  Standing standing;
  standing.version = versions_.number();
  standing.stack = activeStack(failure, session_.symbolizer(), versions_);
  bool possible =
      !automatic_.alwaysFails() && !automatic_.fails(failure, standing.stack) &&
      std::any_of(standing.stack.begin(), standing.stack.end(), [](const StackFrame &frame) {
        return frame.code->resumable && frame.statement != 0;
      });
  if (!possible)
    trace_.cannotPause(failure, standing.stack);
  std::lock_guard lock(records_);
  if (left_ && failure.fault && failure.type == kHang) {
    standing.version = left_->version;
    standing.answer = std::move(left_->answer);
    left_.reset();
  }
  if (possible)
    standing_.emplace(failure.number, std::move(standing));
  return possible;
}

PausedRun::Standing &PausedRun::standingOf(const Failure &failure) {
  std::lock_guard lock(records_);
  return standing_.at(failure.number); // only this thread uses and erases it
}

void PausedRun::forget(const Failure &failure) {
  std::lock_guard lock(records_);
  standing_.erase(failure.number);
  repaired_.notify_all();
}

/// So that the words of one repair come before those of the next pause. Not for long: destructors
/// on the other thread's way may wait for something that this one has.
void PausedRun::letOthersResume() {
  std::unique_lock lock(records_);
  repaired_.wait_for(lock, kWordsInOrder, [this] {
    return std::none_of(standing_.begin(), standing_.end(), [](const auto &entry) {
      return entry.second.on_its_way && entry.second.thread != std::this_thread::get_id();
    });
  });
}

void PausedRun::waitForRepairs() {
  std::unique_lock lock(records_);
  repaired_.wait(lock, [this] {
    return std::none_of(standing_.begin(), standing_.end(),
                        [](const auto &entry) { return entry.second.paused; });
  });
}

GuardAnswer PausedRun::inGuard(const Failure &failure, const CapturedFrame &frame) {
  if (isProbe()) {
    tellFrame(frame);
    return {};
  }
  GuardAnswer answer;
  try {
    answer = answerAt(standingOf(failure), failure, frame);
  } catch (const UnwindCopy &) {
    return {};
  }
  if (answer.give_up)
    forget(failure);
  return answer;
}

GuardAnswer PausedRun::answerAt(Standing &standing, const Failure &failure,
                                const CapturedFrame &frame) {
  Site site = parseSite(frame.site);
  std::optional<Repair> &repair = standing.repair;
  size_t depth = standing.stack.size();
  size_t index =
      frameOfCapture(standing.stack, site.symbol, site.label, frame.frame_address, versions_);
  if (repair && standing.stack.size() > depth && repair->frame >= index)
    ++repair->frame; // a frame was put in front of it
  // Guards on the way out come with falling ids; one below the landing's means it was missed: the
  // line table named another statement. The new version is in place, so the run pauses here again.
  bool missed = repair && (index > repair->frame ||
                           (index == repair->frame && site.id < repair->patch.landing.guard));
  if (!repair || missed) {
    standing.stack[index].statement = site.id;
    repair.reset();
    pause(standing, failure, frame, index);
    if (standing.given_up)
      return {nullptr, true};
  }
  // The landing may be this very guard, or one further out.
  applyWrites(site, frame);
  if (index == repair->frame && site.id == repair->patch.landing.guard) {
    forgetWrites(frame.frame_address, {standing.stack.begin(), standing.stack.begin() + index + 1});
    return {reinterpret_cast<ContinuationCode>(repair->patch.continuation), false};
  }
  return {};
}

void PausedRun::recordPause(const Failure &failure, const PauseScreen &screen) {
  FailureMetrics metrics;
  metrics.what = screen.what;
  metrics.function = screen.function;
  metrics.place = screen.file + ":" + std::to_string(screen.line);
  metrics.failure_to_pause_ms = nowMs() - failure.raised_at_ms;
  std::lock_guard lock(records_);
  metrics_.failures.push_back(std::move(metrics));
  writeMetrics(metrics_, options_.stats);
}

void PausedRun::record(PatchMetrics metrics) {
  std::lock_guard lock(records_);
  metrics_.patches.push_back(std::move(metrics));
  writeMetrics(metrics_, options_.stats);
}

/// Until the failure is repaired or given up.
void PausedRun::pause(Standing &standing, const Failure &failure, const CapturedFrame &frame,
                      size_t index) {
  {
    std::lock_guard lock(records_);
    standing.paused = true;
    standing.on_its_way = false;
    standing.thread = std::this_thread::get_id();
  }
  std::lock_guard turn(turn_);
  console_.wakeOn(terminationDescriptor());
  letOthersResume();
  std::cout.flush();
  std::fflush(stdout); // what the program has printed is seen before the pause is
  std::string reset = resetDispatchState(failure, standing.stack, session_.symbolizer());
  PausedFrames frames(standing.stack, index, frame, versions_);
  Pause here{standing, failure, index, frames, screenOf(failure, frames, versions_, describer_)};
  here.screen.patches_folder = watcher_.folder();
  if (isOutOfMemory(failure))
    here.screen.memory = memoryLines(*frames.record(index), describer_);
  recordPause(failure, here.screen);
  trace_.failed(failure, here.screen);
  if (followsPatch(standing, index))
    return;
  bool replayed = trace_.pauses(nowMs() - failure.raised_at_ms);
  if (!replayed && retriesByItself(here)) {
    keepWrites(frames);
    return;
  }
  turn_.takeLong();
  holdUnits(standing);
  if (!standing.answer)
    console_.showPause(here.screen, replayed);
  if (!reset.empty())
    console_.note("LibTorch's " + reset +
                  " had been left as the failing function had it, and is set "
                  "back");
  preparation_.getReady();
  prepareRetry(here);
  if (options_.rescue_on_pause)
    console_.note(rescue(here, "--rescue-on-pause").sentence);
  for (;;) {
    std::optional<PauseAnswer> answer = std::exchange(standing.answer, std::nullopt);
    if (answer)
      trace_.answered(*answer);
    bool goes_on = obey(here, answer ? std::move(*answer) : nextAnswer(here));
    trace_.obeyed(goes_on);
    if (terminationAsked())
      endTerminated(rescue(here, "SIGTERM during a pause").sentence);
    if (goes_on || standing.given_up) {
      keepWrites(frames);
      return;
    }
    holdUnits(standing); // a patch that was not applied has used them up
  }
}

void PausedRun::start() {
  main_thread_ = std::this_thread::get_id();
  live_.start();
  watch_.start(options_.hang_timeout);
}

void PausedRun::stop() {
  live_.stop();
  background_.stop();
  session_.close();
}

/// A thread that failed before another one's patch, and whose code that patch changed, goes on in
/// it.
bool PausedRun::followsPatch(Standing &standing, size_t index) {
  if (standing.version == versions_.number())
    return false;
  standing.version = versions_.number();
  bool changed = std::any_of(standing.stack.begin() + index, standing.stack.end(),
                             [&](const StackFrame &frame) {
                               const FunctionTable *now = versions_.table().function(frame.symbol);
                               return !now || functionChanged(*frame.code, *now);
                             });
  return changed && tryRetry(standing, index);
}

bool PausedRun::tryRetry(Standing &standing, size_t index) {
  return runAgain(standing, {index, standing.stack[index].statement});
}

bool PausedRun::tryAgain(Standing &standing, const RetryStart &start, PatchMetrics metrics) {
  std::vector<StackFrame> frames(standing.stack.begin() + start.frame, standing.stack.end());
  frames[0].statement = start.statement;
  return take(standing, preparation_.prepareRetry(frames), start.frame, std::move(metrics));
}

bool PausedRun::runAgain(Standing &standing, const RetryStart &start) {
  double begun_at_ms = nowMs();
  if (!tryAgain(standing, start, PatchMetrics()))
    return false;
  standing.repair->is_retry = true;
  standing.repair->begun_at_ms = begun_at_ms;
  automatic_.retried(standing.repair->patch);
  return true;
}

/// Switches to a prepared patch, or says why not.
bool PausedRun::take(Standing &standing, Preparation preparation, size_t index,
                     PatchMetrics metrics) {
  if (auto *failed = std::get_if<PatchFailed>(&preparation)) {
    console_.showFailed(failed->reason, failed->diagnostics);
    metrics.outcome = "failed";
    metrics.reason = failed->reason;
  } else if (auto *refusal = std::get_if<Refusal>(&preparation)) {
    metrics.outcome = "refused";
    metrics.reason = sentence(*refusal);
    console_.showRefused(metrics.reason);
  }
  if (!std::holds_alternative<PreparedPatch>(preparation)) {
    trace_.outcome(metrics);
    record(std::move(metrics));
    return false;
  }
  Repair repair;
  repair.patch = std::move(std::get<PreparedPatch>(preparation));
  repair.brings_version = repair.patch.version != versions_.number();
  repair.frame = index + repair.patch.landing.frame;
  metrics.outcome = "applied";
  metrics.compile_ms = repair.patch.compile_ms;
  metrics.link_ms = repair.patch.link_ms;
  metrics.compile_way = wayName(repair.patch.way);
  metrics.why_more = repair.patch.why_more;
  for (const std::string &symbol : repair.patch.difference.changed)
    metrics.functions_changed.push_back(llvm::demangle(symbol));
  for (const std::string &symbol : repair.patch.difference.added)
    metrics.functions_changed.push_back(llvm::demangle(symbol));
  preparation_.commit(repair.patch, metrics.rebind_ms);
  trace_.outcome(metrics);
  repair.metrics = std::move(metrics);
  standing.version = versions_.number();
  for (const std::string &note : repair.patch.landing.notes)
    console_.note(note);
  runConstructors(repair.patch);
  standing.repair = std::move(repair);
  std::lock_guard lock(records_);
  standing.on_its_way = true;
  return true;
}

/// Initialisers of globals that the patch brought: once, in front of its actions if it has some.
void PausedRun::runConstructors(PreparedPatch &patch) {
  for (uint64_t constructor : std::exchange(patch.constructors, {}))
    try {
      reinterpret_cast<void (*)()>(constructor)();
    } catch (const std::exception &exception) {
      console_.note(std::string("the initialiser of a new global threw: ") + exception.what());
    }
}

void PausedRun::resuming(const Failure &failure) {
  Repair &repair = *standingOf(failure).repair;
  const FunctionTable *code =
      versions_.body(repair.patch.continuation_symbol, repair.patch.continuation_label);
  const Statement *target = code->statement(repair.patch.landing.target);
  double total_ms = nowMs() - repair.begun_at_ms;
  {
    std::lock_guard lock(records_);
    for (const EmittedObject &object : repair.patch.emitted) {
      metrics_.bodies += object.bodies.size();
      if (repair.brings_version)
        metrics_.old_bodies += object.bodies.size();
    }
  }
  if (!repair.is_retry) {
    repair.metrics.total_ms = total_ms;
    repair.metrics.resumed_at =
        code->name + " (" + target->file + ":" + std::to_string(target->begin_line) + ")";
    repair.metrics.stack_bytes =
        stackDepth(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
    record(repair.metrics);
  }
  console_.showResumed(code->name, target->file, target->begin_line, total_ms);
  trace_.resumed(failure, code->name, target->file, target->begin_line, total_ms);
  if (repair.brings_version)
    holdAgain();
  if (options_.compile_way == "successors")
    background_.finish();
  forget(failure);
  keepMemoryReserve();
}

/// A frame in an outdated body is about to begin a statement. While another thread is paused it
/// goes on as it is and asks again later; but nobody's moment lets it by, as what is inlined into
/// it may be what was repaired.
ContinuationCode PausedRun::atPoll(const CapturedFrame &frame) {
  if (!turn_.lockUnlessLong())
    return nullptr;
  std::lock_guard turn(turn_, std::adopt_lock);
  Site site = parseSite(frame.site);
  bool only_asked = false;
  if (std::string why = watch_.take(bodyName(site.symbol, site.label), only_asked); !why.empty())
    return pauseAtPoll(site, frame, why);
  if (only_asked)
    return nullptr;
  bool written = applyWrites(site, frame);
  if (!written && marked_.count(bodyName(site.symbol, site.label)))
    return nullptr; // another call of it has been written to
  auto [stays, fresh] = stays_.try_emplace(frame.site, 0);
  if (stays->second == versions_.number() && !written)
    return nullptr;
  ContinuationCode code = switchFrame(site);
  if (code)
    forgetWrites(frame.frame_address, {frameAt(site)});
  else
    stays->second = versions_.number();
  return code;
}

StackFrame PausedRun::frameAt(const Site &site) const {
  StackFrame frame;
  frame.symbol = site.symbol;
  frame.label = site.label;
  frame.code = versions_.body(site.symbol, site.label);
  frame.statement = site.id;
  return frame;
}

ContinuationCode PausedRun::switchFrame(const Site &site) {
  StackFrame frame = frameAt(site);
  const Statement &next = *frame.code->statement(site.id);
  Preparation preparation = preparation_.prepareSwitch(frame);
  auto *prepared = std::get_if<PreparedPatch>(&preparation);
  if (!prepared) {
    auto *refusal = std::get_if<Refusal>(&preparation);
    std::string why = refusal ? sentence(*refusal) : std::get<PatchFailed>(preparation).reason;
    if (versionOf(site.label) != versions_.number())
      console_.note(placeText(frame.code->name, next.file, next.begin_line) +
                    " stays in the old code here: " + why);
    return reinterpret_cast<ContinuationCode>(preparation_.prepareStay(frame));
  }
  double rebind_ms = 0;
  preparation_.commit(*prepared, rebind_ms);
  const FunctionTable &code =
      *versions_.body(prepared->continuation_symbol, prepared->continuation_label);
  const Statement &target = *code.statement(prepared->landing.target);
  // Else it is the optimised successor, or only something inlined into it has changed.
  if (functionChanged(*frame.code, code))
    console_.note(placeText(code.name, target.file, target.begin_line) +
                  " goes on in the new code");
  std::lock_guard lock(records_);
  ++(versionOf(site.label) == versions_.number() ? metrics_.frames_optimised
                                                 : metrics_.frames_switched);
  writeMetrics(metrics_, options_.stats);
  return reinterpret_cast<ContinuationCode>(prepared->continuation);
}

std::optional<bool> PausedRun::askGoBack(const Question &question) {
  std::string text = "going back to the changed statement runs again:\n";
  for (const std::string &line : question.run_again)
    text += "  " + line + "\n";
  std::optional<bool> choice = trace_.choice();
  if (!choice)
    choice = console_.askYesNo(text + "go back?");
  trace_.chose(question, choice);
  return choice;
}

void PausedRun::endUnrepaired() {
  std::cout.flush();
  std::fflush(stdout);
  trace_.ended(75);
  std::lock_guard lock(records_);
  metrics_.exit_code = 75;
  writeMetrics(metrics_, options_.stats);
  _exit(75);
}

} // namespace jithost
