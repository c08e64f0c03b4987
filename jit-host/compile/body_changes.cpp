// A walk over the raw tokens of both texts at once.
#include "body_changes.h"

#include <clang/Basic/LangOptions.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>

using namespace clang;

namespace jithost {
namespace {

struct RawToken {
  unsigned begin = 0, length = 0;
  tok::TokenKind kind = tok::eof;
  bool starts_line = false, space_before = false;
};

class Text {
public:
  Text(const std::string &text, const LangOptions &options) : text_(text) {
    Lexer lexer(SourceLocation::getFromRawEncoding(1), options, text.data(), text.data(),
                text.data() + text.size());
    for (Token token; !lexer.LexFromRawLexer(token) || token.isNot(tok::eof);) {
      if (token.is(tok::eof))
        break;
      unsigned begin = token.getLocation().getRawEncoding() - 1;
      tokens_.push_back({begin, token.getLength(), token.getKind(), token.isAtStartOfLine(),
                         token.hasLeadingSpace()});
    }
    for (size_t at = 0; at != std::string::npos && at < text.size();) {
      lines_.push_back(at);
      at = text.find('\n', at);
      at = at == std::string::npos ? at : at + 1;
    }
  }

  size_t size() const { return tokens_.size(); }
  const RawToken &operator[](size_t i) const { return tokens_[i]; }
  llvm::StringRef spelling(size_t i) const {
    return llvm::StringRef(text_).substr(tokens_[i].begin, tokens_[i].length);
  }
  std::pair<uint32_t, uint32_t> place(unsigned offset) const {
    auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
    return {line - lines_.begin() + 1, offset - *line + 1};
  }
  /// Index behind the brace that closes the one at `open`; 0: there is none.
  size_t behindBraces(size_t open) const {
    unsigned depth = 0;
    for (size_t i = open; i < size(); ++i) {
      depth += tokens_[i].kind == tok::l_brace;
      if (tokens_[i].kind == tok::r_brace && --depth == 0)
        return i + 1;
    }
    return 0;
  }
  bool hasDirective(size_t begin, size_t end) const {
    return std::any_of(tokens_.begin() + begin, tokens_.begin() + end, [](const RawToken &token) {
      return token.kind == tok::hash && token.starts_line;
    });
  }

private:
  const std::string &text_;
  std::vector<RawToken> tokens_;
  std::vector<unsigned> lines_; // offsets of their beginnings
};

class Walk {
public:
  Walk(const Text &before, const std::vector<BodyRange> &bodies, const Text &after)
      : old_(before), bodies_(bodies), new_(after) {}

  std::optional<BodyChanges> run() {
    size_t body = 0;
    for (; i_ < old_.size(); pair()) {
      while (body < bodies_.size() && old_[i_].begin == bodies_[body].begin)
        if (!walkBody(body++))
          return std::nullopt;
      if (i_ == old_.size())
        break;
      if (!sameOutside())
        return std::nullopt;
    }
    if (j_ != new_.size() || body != bodies_.size())
      return std::nullopt;
    return std::move(result_);
  }

private:
  /// Where a directive ends is a matter of lines, and macros see blanks.
  bool sameOutside() {
    if (j_ >= new_.size() || !sameToken(i_, j_))
      return false;
    bool hash = old_[i_].kind == tok::hash;
    if (old_[i_].starts_line)
      old_directive_ = hash;
    if (new_[j_].starts_line)
      new_directive_ = hash;
    return old_directive_ == new_directive_ &&
           (!old_directive_ || old_[i_].space_before == new_[j_].space_before);
  }

  bool sameToken(size_t i, size_t j) const {
    return old_[i].kind == new_[j].kind && old_.spelling(i) == new_.spelling(j);
  }

  /// Both walks go behind the body.
  bool walkBody(size_t body) {
    size_t old_end = i_;
    while (old_end < old_.size() && old_[old_end].begin < bodies_[body].end)
      ++old_end;
    if (j_ >= new_.size() || new_[j_].kind != tok::l_brace)
      return false;
    size_t new_end = new_.behindBraces(j_);
    if (new_end == 0)
      return false;
    if (equal(old_end, new_end)) {
      while (i_ < old_end)
        pair();
      return true;
    }
    if (old_.hasDirective(i_, old_end) || new_.hasDirective(j_, new_end))
      return false;
    const RawToken &last = new_[new_end - 1];
    result_.bodies.push_back({body, {new_[j_].begin, last.begin + last.length}});
    i_ = old_end;
    j_ = new_end;
    return true;
  }

  bool equal(size_t old_end, size_t new_end) const {
    if (old_end - i_ != new_end - j_)
      return false;
    for (size_t i = i_, j = j_; i < old_end; ++i, ++j)
      if (!sameToken(i, j) || (i > i_ && old_[i].space_before != new_[j].space_before) ||
          (i > i_ && old_[i].starts_line != new_[j].starts_line))
        return false;
    return true;
  }

  void pair() {
    auto [old_line, old_column] = old_.place(old_[i_].begin);
    auto [new_line, new_column] = new_.place(new_[j_].begin);
    int32_t lines = new_line - old_line, columns = new_column - old_column;
    if (lines != lines_ || columns != columns_)
      result_.places.add({old_line, old_column, lines, columns});
    lines_ = lines;
    columns_ = columns;
    ++i_;
    ++j_;
  }

  const Text &old_;
  const std::vector<BodyRange> &bodies_;
  const Text &new_;
  size_t i_ = 0, j_ = 0;
  int32_t lines_ = 0, columns_ = 0;
  bool old_directive_ = false, new_directive_ = false;
  BodyChanges result_;
};

} // namespace

std::optional<BodyChanges> compareBodies(const std::string &before,
                                         const std::vector<BodyRange> &bodies,
                                         const std::string &after, const LangOptions &options) {
  // Such comments speak of functions and statements that need not change themselves.
  if (before.find("jit-host:") != std::string::npos || after.find("jit-host:") != std::string::npos)
    return std::nullopt;
  Text old_text(before, options), new_text(after, options);
  return Walk(old_text, bodies, new_text).run();
}

} // namespace jithost
