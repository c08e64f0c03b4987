// Where in a text a declaration at namespace scope may begin, told by its brackets, and what reads
// like a whole function or a constant there. Includes clang.
#pragma once

#include "raw_text.h"

#include <string>
#include <vector>

namespace jithost {

/// Follows the tokens of a text from its begin on. Bodies of functions may be left out as wholes.
class NamespaceLevel {
public:
  explicit NamespaceLevel(const RawText &text) : text_(&text) {}

  void goBehind(size_t token);
  void goBehindBody() { may_begin_ = isInNamespace(); }

  /// True where a declaration of a namespace begins, outside of all conditional directives. Not
  /// everywhere: what follows a brace may still belong to what the brace closed.
  bool mayBegin() const {
    bool behind_line = next_ == text_->size() || (*text_)[next_].starts_line;
    return may_begin_ && conditionals_.empty() && !is_unsure_ && (!in_directive_ || behind_line);
  }
  bool isInDirective() const { return in_directive_; }
  /// As they are opened, outermost first.
  std::vector<std::string> namespaces() const;

private:
  struct Open {
    bool is_namespace = false, is_body = false; // of a function that is not left out
    size_t head = 0, brace = 0;                 // tokens
  };
  bool isInNamespace() const { return open_.empty() || open_.back().is_namespace; }
  void goBehindDirective(size_t token);
  Open opened(size_t brace) const;
  bool isBody(size_t brace) const;
  void close();

  const RawText *text_;
  std::vector<Open> open_;
  size_t next_ = 0, directive_ = 0;  // the token behind, and the hash of the directive
  std::vector<size_t> conditionals_; // how many braces were open where each began
  bool in_directive_ = false, may_begin_ = true;
  bool has_initialiser_ = false; // the declaration
  bool is_unsure_ = false;       // a condition decides which braces there are
};

/// \return index behind the function definition that begins at `token`; 0: none does, or one that
/// is more than a function: a template, an operator, one of another language
size_t behindFunction(const RawText &text, size_t token);

/// \return index behind the `const` or `constexpr` declaration with an initialiser that begins at
/// `token`; 0: none does
size_t behindConstant(const RawText &text, size_t token);

/// \return index behind the `#include` that begins at `token`; 0: none does
size_t behindInclude(const RawText &text, size_t token);

} // namespace jithost
