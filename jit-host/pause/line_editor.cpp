// libedit sets the modes of the terminal it is given when it likes. In the background that would
// stop the process, and it does not put back the very modes it found. So it is given a
// pseudo-terminal of its own, on which nobody writes and nobody reads; keys come to it by a
// function and what it draws goes by a stream, both of which are the user's terminal.
#include "line_editor.h"

#include "completion.h"

#include <llvm/Support/ConvertUTF.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <fcntl.h>
#include <histedit.h>
#include <poll.h>
#include <spdlog/fmt/fmt.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace jithost {
namespace {

constexpr size_t kShownCandidates = 200;

struct Key {
  const char *key, *function;
};
constexpr Key kKeys[] = {{"^C", "jit-host-abandon"},         {"^Z", "jit-host-suspend"},
                         {"^I", "jit-host-complete"},        {"^R", "em-inc-search-prev"},
                         {"\033[3~", "ed-delete-next-char"}, {"\033[1~", "ed-move-to-beg"},
                         {"\033[4~", "ed-move-to-end"},      {"\033[H", "ed-move-to-beg"},
                         {"\033[F", "ed-move-to-end"},       {"\033[1;5C", "em-next-word"},
                         {"\033[1;5D", "ed-prev-word"}};

/// libedit takes the locale's character set, and programs seldom set one: UTF-8, for this thread
/// and as long as libedit works.
class InUtf8 {
public:
  InUtf8() : before_(uselocale(utf8())) {}
  ~InUtf8() { uselocale(before_); }

private:
  static locale_t utf8() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return locale;
  }
  locale_t before_;
};

std::string narrow(const wchar_t *begin, const wchar_t *end) {
  std::string text;
  llvm::convertWideToUTF8(std::wstring(begin, end), text);
  return text;
}

size_t columnsOf(const wchar_t *begin, const wchar_t *end) {
  size_t columns = 0;
  for (; begin < end; ++begin) {
    int width = wcwidth(*begin);
    columns += width < 0 ? 2 : width; // shown as ^X
  }
  return columns;
}

std::string listed(const std::vector<std::string> &candidates, size_t width) {
  size_t shown = std::min(candidates.size(), kShownCandidates), widest = 0;
  for (size_t i = 0; i < shown; ++i)
    widest = std::max(widest, candidates[i].size());
  size_t a_row = std::max<size_t>(1, width / (widest + 2));
  std::string text;
  for (size_t i = 0; i < shown; ++i) {
    bool last = (i + 1) % a_row == 0 || i + 1 == shown;
    text += last ? candidates[i] + "\n" : padded(candidates[i], widest + 2);
  }
  if (shown < candidates.size())
    text += fmt::format("... and {} more\n", candidates.size() - shown);
  return text;
}

} // namespace

struct LineEditor::State {
  Terminal &terminal;
  EditLine *edit = nullptr;
  ::History *history = nullptr;
  FILE *out = nullptr, *nowhere = nullptr;
  int own_master = -1, own_terminal = -1;
  size_t width = 0; // none yet

  const LineRequest *request = nullptr;
  const Draft *restoring = nullptr; // to be put into the line before the first key
  bool abandoned = false, stopped = false;
  mbstate_t partial{}; // of a character of several bytes

  explicit State(Terminal &terminal) : terminal(terminal) {}
  ~State();
  bool open();
  bool openOwnTerminal();
  void bindKeys();
  void matchSize();
  void fillHistory();
  size_t rowsBetween(const wchar_t *from, const wchar_t *to) const;
  void toTheEnd();
  void hide();
  void show() { el_set(edit, EL_REFRESH); }
  int nextKey(wchar_t *key);
  int completeKey();
  int abandonKey();
  int suspendKey();

  static State &of(EditLine *edit) {
    void *state = nullptr;
    el_get(edit, EL_CLIENTDATA, &state);
    return *static_cast<State *>(state);
  }
};

LineEditor::State::~State() {
  InUtf8 utf8;
  if (edit)
    el_end(edit);
  if (history)
    history_end(history);
  for (FILE *stream : {out, nowhere})
    if (stream)
      std::fclose(stream);
  for (int descriptor : {own_terminal, own_master})
    if (descriptor >= 0)
      close(descriptor);
}

bool LineEditor::State::openOwnTerminal() {
  char name[64];
  own_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (own_master < 0 || unlockpt(own_master) != 0 || ptsname_r(own_master, name, sizeof name) != 0)
    return false;
  own_terminal = ::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios modes{};
  // The keys for erasing a character, a word, a line are those of the user's terminal.
  return own_terminal >= 0 && tcgetattr(terminal.descriptor(), &modes) == 0 &&
         tcsetattr(own_terminal, TCSANOW, &modes) == 0;
}

bool LineEditor::State::open() {
  cookie_io_functions_t to_terminal{}, to_nowhere{};
  to_terminal.write = [](void *state, const char *text, size_t size) -> ssize_t {
    static_cast<State *>(state)->terminal.write({text, size});
    return size;
  };
  out = fopencookie(this, "w", to_terminal);
  nowhere = fopencookie(this, "w", to_nowhere); // what libedit says about unknown terminals
  if (!out || !nowhere || !openOwnTerminal())
    return false;
  edit = el_init_fd("jit-host", nowhere, out, nowhere, own_terminal, own_terminal, own_terminal);
  history = history_init();
  char *clear_to_end = nullptr;
  if (!edit || !history || el_get(edit, EL_GETTC, "ce", &clear_to_end) != 0 || !clear_to_end)
    return false;
  el_set(edit, EL_CLIENTDATA, this);
  el_set(edit, EL_GETCFN, +[](EditLine *edit, wchar_t *key) { return of(edit).nextKey(key); });
  el_set(
      edit, EL_PROMPT, +[](EditLine *edit) {
        return const_cast<char *>(of(edit).request ? of(edit).request->prompt.c_str() : "");
      });
  el_set(edit, EL_EDITOR, "emacs");
  el_source(edit, nullptr); // ~/.editrc, for instance with: bind -v
  bindKeys();
  return true;
}

void LineEditor::State::bindKeys() {
  el_set(
      edit, EL_ADDFN, "jit-host-complete", "Completes commands and variables",
      +[](EditLine *edit, int) -> unsigned char { return of(edit).completeKey(); });
  el_set(
      edit, EL_ADDFN, "jit-host-abandon", "Begins a new line",
      +[](EditLine *edit, int) -> unsigned char { return of(edit).abandonKey(); });
  el_set(
      edit, EL_ADDFN, "jit-host-suspend", "Back to the shell",
      +[](EditLine *edit, int) -> unsigned char { return of(edit).suspendKey(); });
  const char *editor = "";
  el_get(edit, EL_EDITOR, &editor);
  bool vi = std::string_view(editor) == "vi";
  for (auto [key, function] : kKeys)
    if (!vi || key[0] != '\033') // there, it ends the typing at once
      el_set(edit, EL_BIND, key, function, nullptr);
  if (vi) // where keys are commands
    for (auto [key, function] : {kKeys[0], kKeys[1]})
      el_set(edit, EL_BIND, "-a", key, function, nullptr);
}

/// Nobody tells libedit when the window changes.
void LineEditor::State::matchSize() {
  winsize size{};
  if (ioctl(terminal.descriptor(), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    size.ws_col = 80, size.ws_row = 24;
  if (size.ws_col == width)
    return;
  width = size.ws_col;
  ioctl(own_terminal, TIOCSWINSZ, &size);
  el_resize(edit);
}

void LineEditor::State::fillHistory() {
  HistEvent event;
  ::history(history, &event, H_CLEAR);
  if (!request->history)
    return;
  ::history(history, &event, H_SETSIZE, static_cast<int>(request->history->size() + 1));
  for (const std::string &line : *request->history)
    ::history(history, &event, H_ENTER, line.c_str());
  el_set(edit, EL_HIST, ::history, history);
}

/// Of the line as it is drawn, behind the prompt.
size_t LineEditor::State::rowsBetween(const wchar_t *from, const wchar_t *to) const {
  const LineInfoW *line = el_wline(edit);
  size_t prompt = jithost::columnsOf(request->prompt);
  size_t first = prompt + columnsOf(line->buffer, from),
         last = prompt + columnsOf(line->buffer, to);
  return last / width - first / width;
}

void LineEditor::State::toTheEnd() {
  std::fflush(out);
  const LineInfoW *line = el_wline(edit);
  terminal.write(std::string(1 + rowsBetween(line->cursor, line->lastchar), '\n'));
}

void LineEditor::State::hide() {
  std::fflush(out);
  const LineInfoW *line = el_wline(edit);
  size_t prompt_rows = jithost::columnsOf(request->prompt) / width;
  size_t rows = prompt_rows + rowsBetween(line->buffer, line->cursor);
  terminal.write(fmt::format("\r{}\033[J", rows ? fmt::format("\033[{}A", rows) : ""));
}

/// \return 1, as libedit wants it, or -1: the reading ends here
int LineEditor::State::nextKey(wchar_t *key) {
  if (const Draft *draft = std::exchange(restoring, nullptr); draft && !draft->text.empty()) {
    hide();
    el_winsertstr(edit, draft->text.c_str());
    el_cursor(edit, static_cast<int>(draft->cursor) - static_cast<int>(draft->text.size()));
    show();
  }
  for (;;) {
    char byte;
    ssize_t got = request->wait() ? read(terminal.descriptor(), &byte, 1) : 0;
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (got <= 0) {
      stopped = true;
      return -1;
    }
    size_t used = mbrtowc(key, &byte, 1, &partial);
    if (used == static_cast<size_t>(-1))
      partial = {}; // no UTF-8: left out
    else if (used != static_cast<size_t>(-2))
      return 1;
  }
}

int LineEditor::State::completeKey() {
  pollfd more{terminal.descriptor(), POLLIN, 0};
  if (poll(&more, 1, 0) > 0) { // nobody types that fast: the tab is in pasted text
    el_winsertstr(edit, L" ");
    return CC_REFRESH;
  }
  if (!request->screen)
    return CC_ERROR;
  const LineInfoW *line = el_wline(edit);
  Completion completion = complete(narrow(line->buffer, line->cursor), *request->screen);
  if (!completion.added.empty()) {
    el_insertstr(edit, completion.added.c_str());
    return CC_REFRESH;
  }
  if (completion.candidates.empty())
    return CC_ERROR;
  toTheEnd();
  terminal.write(listed(completion.candidates, width));
  show();
  return CC_NORM;
}

int LineEditor::State::abandonKey() {
  abandoned = true;
  std::fflush(out);
  terminal.write("^C");
  toTheEnd();
  return CC_EOF;
}

int LineEditor::State::suspendKey() {
  request->suspend();
  return CC_NORM;
}

LineEditor::LineEditor() = default;
LineEditor::~LineEditor() = default;

std::unique_ptr<LineEditor> LineEditor::create(Terminal &terminal) {
  const char *name = std::getenv("TERM");
  if (!name || !*name || std::string_view(name) == "dumb")
    return nullptr;
  InUtf8 utf8;
  std::unique_ptr<LineEditor> editor(new LineEditor);
  editor->state_ = std::make_unique<State>(terminal);
  return editor->state_->open() ? std::move(editor) : nullptr;
}

LineOutcome LineEditor::edit(const LineRequest &request, Draft &draft, std::string &line) {
  InUtf8 utf8;
  State &state = *state_;
  state.request = &request;
  state.restoring = &draft;
  state.abandoned = state.stopped = false;
  state.partial = {};
  state.matchSize();
  state.fillHistory();
  int count = 0;
  const wchar_t *typed = el_wgets(state.edit, &count);
  const LineInfoW *info = el_wline(state.edit);
  if (state.stopped) {
    // A search through the history adds a line of its own.
    const wchar_t *end = std::find(info->buffer, info->lastchar, L'\n');
    draft.text.assign(info->buffer, end);
    draft.cursor = std::min<size_t>(info->cursor - info->buffer, draft.text.size());
    return LineOutcome::Stopped;
  }
  draft = {};
  if (state.abandoned)
    return LineOutcome::Abandoned;
  if (!typed || count <= 0)
    return LineOutcome::End;
  line = narrow(typed, std::find(typed, typed + count, L'\n'));
  return LineOutcome::Line;
}

void LineEditor::hide() {
  InUtf8 utf8;
  state_->hide();
}

void LineEditor::show() {
  InUtf8 utf8;
  state_->matchSize();
  state_->show();
}

} // namespace jithost
