// A walk over the raw tokens of both texts at once.
#include "body_changes.h"

#include "namespace_level.h"

#include <clang/Basic/LangOptions.h>

#include <optional>

using namespace clang;

namespace jithost {
namespace {

class Walk {
public:
  Walk(const RawText &before, const std::vector<BodyRange> &bodies, const RawText &after)
      : old_(before), bodies_(bodies), new_(after), here_(before), item_(before) {}

  std::optional<BodyChanges> run() {
    for (;;) {
      if (here_.level.mayBegin())
        item_ = here_;
      if (here_.old_token == old_.size() && here_.new_token == new_.size())
        break;
      if (!step() && !goBehindInserted())
        return std::nullopt;
    }
    if (here_.body != bodies_.size())
      return std::nullopt;
    return std::move(result_);
  }

private:
  /// Where both walks are, and how much of the result there was then.
  struct Position {
    explicit Position(const RawText &before) : level(before) {}
    size_t old_token = 0, new_token = 0, body = 0;
    int32_t lines = 0, columns = 0;
    bool new_directive = false;
    NamespaceLevel level;
    size_t bodies = 0, runs = 0;
  };

  bool step() {
    if (here_.old_token == old_.size())
      return false;
    if (here_.body < bodies_.size() && old_[here_.old_token].begin == bodies_[here_.body].begin) {
      if (!walkBody(bodies_[here_.body]))
        return false;
      ++here_.body;
      here_.level.goBehindBody();
      return true;
    }
    here_.level.goBehind(here_.old_token);
    if (!sameOutside())
      return false;
    pair();
    return true;
  }

  /// What differs may begin like what it stands in front of: so from the declaration's begin.
  bool goBehindInserted() {
    here_ = item_;
    result_.bodies.resize(here_.bodies);
    result_.places.truncate(here_.runs);
    if (!here_.level.mayBegin() || here_.new_token == new_.size())
      return false;
    size_t from = here_.new_token, include = behindInclude(new_, from);
    size_t behind = include != 0 ? include : behindDeclaration(from);
    std::vector<std::string> namespaces = here_.level.namespaces();
    if (behind == 0 || (include != 0 && !namespaces.empty()))
      return false;
    unsigned before =
        here_.old_token == old_.size() ? old_.textSize() : old_[here_.old_token].begin;
    if (include != 0)
      result_.includes.push_back({before, new_.spelling(from + 2, behind - 1).str()});
    else
      result_.inserted.push_back(
          {before,
           {new_[from].begin, new_[behind - 1].begin + new_[behind - 1].length},
           namespaces});
    here_.new_token = behind;
    here_.new_directive = false;
    return true;
  }

  size_t behindDeclaration(size_t token) const {
    size_t behind = behindFunction(new_, token);
    return behind != 0 ? behind : behindConstant(new_, token);
  }

  /// Where a directive ends is a matter of lines, and macros see blanks.
  bool sameOutside() {
    size_t i = here_.old_token, j = here_.new_token;
    if (j >= new_.size() || !sameToken(i, j))
      return false;
    if (new_[j].starts_line)
      here_.new_directive = new_[j].kind == tok::hash;
    bool directive = here_.level.isInDirective();
    return directive == here_.new_directive &&
           (!directive || old_[i].space_before == new_[j].space_before);
  }

  bool sameToken(size_t i, size_t j) const {
    return old_[i].kind == new_[j].kind && old_.spelling(i) == new_.spelling(j);
  }

  /// Both walks go behind the body.
  bool walkBody(BodyRange body) {
    size_t old_begin = here_.old_token, new_begin = here_.new_token, old_end = old_begin;
    while (old_end < old_.size() && old_[old_end].begin < body.end)
      ++old_end;
    if (new_begin >= new_.size() || new_[new_begin].kind != tok::l_brace)
      return false;
    size_t new_end = new_.behindBraces(new_begin);
    if (new_end == 0)
      return false;
    if (equal(old_end, new_end)) {
      while (here_.old_token < old_end)
        pair();
      return true;
    }
    if (old_.hasDirective(old_begin, old_end) || new_.hasDirective(new_begin, new_end))
      return false;
    const RawToken &last = new_[new_end - 1];
    result_.bodies.push_back({here_.body, {new_[new_begin].begin, last.begin + last.length}});
    here_.bodies = result_.bodies.size();
    here_.old_token = old_end;
    here_.new_token = new_end;
    return true;
  }

  bool equal(size_t old_end, size_t new_end) const {
    size_t i = here_.old_token, j = here_.new_token;
    if (old_end - i != new_end - j)
      return false;
    for (size_t first = i; i < old_end; ++i, ++j)
      if (!sameToken(i, j) || (i > first && old_[i].space_before != new_[j].space_before) ||
          (i > first && old_[i].starts_line != new_[j].starts_line))
        return false;
    return true;
  }

  void pair() {
    auto [old_line, old_column] = old_.place(old_[here_.old_token].begin);
    auto [new_line, new_column] = new_.place(new_[here_.new_token].begin);
    int32_t lines = new_line - old_line, columns = new_column - old_column;
    if (lines != here_.lines || columns != here_.columns)
      result_.places.add({old_line, old_column, lines, columns});
    here_.lines = lines;
    here_.columns = columns;
    here_.runs = result_.places.runs().size();
    ++here_.old_token;
    ++here_.new_token;
  }

  const RawText &old_;
  const std::vector<BodyRange> &bodies_;
  const RawText &new_;
  Position here_;
  Position item_; // the begin of the declaration that `here_` is in
  BodyChanges result_;
};

} // namespace

std::optional<BodyChanges> compareBodies(const std::string &before,
                                         const std::vector<BodyRange> &bodies,
                                         const std::string &after, const LangOptions &options) {
  // Such comments speak of functions and statements that need not change themselves.
  if (before.find("jit-host:") != std::string::npos || after.find("jit-host:") != std::string::npos)
    return std::nullopt;
  RawText old_text(before, options), new_text(after, options);
  return Walk(old_text, bodies, new_text).run();
}

} // namespace jithost
