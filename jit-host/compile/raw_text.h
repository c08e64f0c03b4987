// The raw tokens of a text: comments and preprocessing left out. Includes clang.
#pragma once

#include <clang/Basic/TokenKinds.h>
#include <llvm/ADT/StringRef.h>

#include <string>
#include <vector>

namespace clang {
class LangOptions;
}

namespace jithost {

struct RawToken {
  unsigned begin = 0, length = 0; // offset in the text
  clang::tok::TokenKind kind = clang::tok::eof;
  bool starts_line = false, space_before = false;
};

class RawText {
public:
  /// \param text stays in place
  RawText(const std::string &text, const clang::LangOptions &options);

  size_t size() const { return tokens_.size(); }
  unsigned textSize() const { return text_.size(); }
  const RawToken &operator[](size_t i) const { return tokens_[i]; }
  llvm::StringRef spelling(size_t i) const {
    return llvm::StringRef(text_).substr(tokens_[i].begin, tokens_[i].length);
  }
  /// From the first of these tokens to the end of the last.
  llvm::StringRef spelling(size_t first, size_t last) const {
    return llvm::StringRef(text_).slice(tokens_[first].begin,
                                        tokens_[last].begin + tokens_[last].length);
  }
  /// Line and column, from 1.
  std::pair<uint32_t, uint32_t> place(unsigned offset) const;
  /// Index behind the brace that closes the one at `open`; 0: there is none.
  size_t behindBraces(size_t open) const;
  bool hasDirective(size_t begin, size_t end) const;

private:
  const std::string &text_;
  std::vector<RawToken> tokens_;
  std::vector<unsigned> lines_; // offsets of their beginnings
};

} // namespace jithost
