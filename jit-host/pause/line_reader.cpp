// The editor is made at the first line that is read: before the first pause nothing of it costs
// anything.
#include "line_reader.h"

#include <csignal>
#include <ctime>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace jithost {

LineOutcome LineReader::read(const std::string &prompt, const PauseScreen *screen, Draft &draft,
                             const Watch &watch, std::string &line) {
  std::unique_lock lock(speaking_);
  if (!std::exchange(editor_tried_, true))
    editor_ = LineEditor::create(terminal_);
  size_t last_line = prompt.rfind('\n') + 1; // 0 if there is one line only
  LineRequest request;
  request.prompt = prompt.substr(last_line);
  request.screen = screen;
  request.history = screen ? &history_.entries() : nullptr;
  request.wait = [this] { return waitForKey(); };
  request.suspend = [this] { suspend(); };
  terminal_.write(prompt.substr(0, last_line));
  modes_.enter(terminal_.descriptor(), editor_ ? Typing::Keys : Typing::Lines);
  request_ = &request;
  watch_ = &watch;
  lock_ = &lock;
  LineOutcome outcome = editor_ ? editor_->edit(request, draft, line) : readPlain(line);
  if (outcome == LineOutcome::Stopped)
    hide();
  request_ = nullptr;
  modes_.leave();
  return outcome;
}

/// \return false: something else has happened
bool LineReader::waitForKey() {
  for (;;) {
    int left_ms = terminal_.available() ? watch_->left_ms() : 0;
    if (left_ms == 0)
      return false;
    pollfd sources[4] = {{watch_->descriptor, POLLIN, 0},
                         {terminal_.descriptor(), POLLIN, 0},
                         {watch_->beside, POLLIN, 0},
                         {watch_->wake, POLLIN, 0}};
    lock_->unlock();
    int count = poll(sources, 4, left_ms);
    lock_->lock();
    if (count <= 0 || sources[1].revents == 0)
      continue;
    if (!terminal_.available())
      return false;
    modes_.keep();
    return true;
  }
}

/// What the key does while no line is typed: all of the job stops, and the shell takes over.
void LineReader::suspend() {
  hide();
  modes_.leave();
  kill(0, SIGTSTP);
  timespec until_stopped{0, 20'000'000};
  nanosleep(&until_stopped, nullptr);
  if (!terminal_.available())
    return; // goes on in the background; waitForKey stops the reading
  modes_.enter(terminal_.descriptor(), Typing::Keys);
  show();
}

LineOutcome LineReader::readPlain(std::string &line) {
  terminal_.write(request_->prompt);
  while (waitForKey())
    switch (terminal_.readLine(line)) {
    case Terminal::Input::Nothing:
      break;
    case Terminal::Input::Line:
      return LineOutcome::Line;
    case Terminal::Input::Abandoned:
      terminal_.write("\n");
      return LineOutcome::Abandoned;
    case Terminal::Input::End:
      return LineOutcome::End;
    }
  return LineOutcome::Stopped;
}

void LineReader::hide() {
  if (!reading() || !terminal_.available())
    return;
  if (editor_)
    editor_->hide();
  else
    terminal_.write("\n"); // what was typed stays in the kernel, and in view above
}

void LineReader::show() {
  if (!reading() || !terminal_.available())
    return;
  if (editor_)
    editor_->show();
  else
    terminal_.write(request_->prompt);
}

} // namespace jithost
