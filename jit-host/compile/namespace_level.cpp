// Brackets, and the words in front of them.
#include "namespace_level.h"

#include <llvm/ADT/StringSwitch.h>

using namespace clang;

namespace jithost {

void NamespaceLevel::goBehindDirective(size_t token) {
  if (token != directive_ + 1)
    return;
  llvm::StringRef word = text_->spelling(token);
  if (word.starts_with("if"))
    conditionals_.push_back(open_.size());
  else if (word.starts_with("el") || word == "endif")
    is_unsure_ |= conditionals_.empty() || conditionals_.back() != open_.size();
  if (word == "endif" && !conditionals_.empty())
    conditionals_.pop_back();
}

/// `inline namespace a::b {`, `namespace {`, `extern "C" {`, or anything else.
NamespaceLevel::Open NamespaceLevel::opened(size_t brace) const {
  size_t head = brace;
  while (head > 0 && ((*text_)[head - 1].kind == tok::coloncolon ||
                      ((*text_)[head - 1].kind == tok::raw_identifier &&
                       text_->spelling(head - 1) != "namespace")))
    --head;
  if (head > 0 && text_->spelling(head - 1) == "namespace") {
    bool is_inline = head > 1 && text_->spelling(head - 2) == "inline";
    return {true, false, head - (is_inline ? 2 : 1), brace};
  }
  bool linkage = brace > 1 && (*text_)[brace - 1].kind == tok::string_literal &&
                 text_->spelling(brace - 2) == "extern";
  return linkage ? Open{true, false, brace - 2, brace} : Open{false, isBody(brace), 0, 0};
}

/// `f() {`, `f() const {`, `C::C() : x(1) {`; but `auto f = [] {` and classes go on behind theirs.
bool NamespaceLevel::isBody(size_t brace) const {
  if (!isInNamespace() || has_initialiser_ || brace == 0)
    return false;
  llvm::StringRef word = text_->spelling(brace - 1);
  return word == ")" || word == "const" || word == "noexcept";
}

void NamespaceLevel::goBehind(size_t token) {
  const RawToken &raw = (*text_)[token];
  next_ = token + 1;
  if (raw.starts_line) {
    in_directive_ = raw.kind == tok::hash;
    directive_ = token;
  }
  if (in_directive_)
    return goBehindDirective(token);
  if (may_begin_)
    has_initialiser_ = false;
  may_begin_ = false;
  has_initialiser_ |= raw.kind == tok::equal;
  if (raw.kind == tok::l_brace) {
    open_.push_back(opened(token));
    may_begin_ = isInNamespace();
  } else if (raw.kind == tok::r_brace) {
    close();
  } else if (raw.kind == tok::semi) {
    may_begin_ = isInNamespace();
  }
}

void NamespaceLevel::close() {
  if (open_.empty() || (!conditionals_.empty() && conditionals_.back() == open_.size())) {
    is_unsure_ = true;
    return;
  }
  may_begin_ = open_.back().is_namespace || open_.back().is_body;
  open_.pop_back();
}

std::vector<std::string> NamespaceLevel::namespaces() const {
  std::vector<std::string> heads;
  for (const Open &open : open_)
    heads.push_back(text_->spelling(open.head, open.brace).str());
  return heads;
}

/// Words that make more than a function of what follows.
static bool isMore(llvm::StringRef word) {
  return llvm::StringSwitch<bool>(word)
      .Cases("template", "class", "struct", "union", "enum", "namespace", "operator", true)
      .Cases("concept", "typedef", "using", "friend", "extern", "asm", "try", "export", true)
      .Default(false);
}

size_t behindInclude(const RawText &text, size_t token) {
  if (token + 2 >= text.size() || text[token].kind != tok::hash || !text[token].starts_line ||
      text.spelling(token + 1) != "include")
    return 0;
  size_t behind = token + 2;
  while (behind < text.size() && !text[behind].starts_line)
    ++behind;
  return behind;
}

size_t behindConstant(const RawText &text, size_t token) {
  size_t i = token;
  while (i < text.size() && (text.spelling(i) == "static" || text.spelling(i) == "inline"))
    ++i;
  if (i == text.size() || (text.spelling(i) != "const" && text.spelling(i) != "constexpr"))
    return 0;
  unsigned depth = 0;
  for (; i < text.size(); ++i) {
    tok::TokenKind kind = text[i].kind;
    if (kind == tok::hash || (kind == tok::raw_identifier && isMore(text.spelling(i))))
      return 0;
    if (kind == tok::l_brace || kind == tok::l_paren)
      ++depth;
    if ((kind == tok::r_brace || kind == tok::r_paren) && depth-- == 0)
      return 0;
    if (kind == tok::semi && depth == 0)
      return i + 1;
  }
  return 0;
}

size_t behindFunction(const RawText &text, size_t token) {
  unsigned parentheses = 0;
  bool has_parameters = false;
  for (size_t i = token; i < text.size(); ++i) {
    tok::TokenKind kind = text[i].kind;
    if (kind == tok::l_paren)
      ++parentheses;
    if (kind == tok::r_paren && parentheses-- == 0)
      return 0;
    has_parameters |= kind == tok::r_paren;
    if (kind == tok::hash || (kind == tok::raw_identifier && isMore(text.spelling(i))))
      return 0;
    if (parentheses > 0)
      continue;
    if (kind == tok::semi || kind == tok::equal || kind == tok::r_brace)
      return 0;
    if (kind != tok::l_brace)
      continue;
    size_t behind = has_parameters ? text.behindBraces(i) : 0;
    return behind != 0 && !text.hasDirective(i, behind) ? behind : 0;
  }
  return 0;
}

} // namespace jithost
