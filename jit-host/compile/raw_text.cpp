// Clang's raw lexer over a whole text.
#include "raw_text.h"

#include <clang/Basic/LangOptions.h>
#include <clang/Lex/Lexer.h>

#include <algorithm>

using namespace clang;

namespace jithost {

RawText::RawText(const std::string &text, const LangOptions &options) : text_(text) {
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

std::pair<uint32_t, uint32_t> RawText::place(unsigned offset) const {
  auto line = std::upper_bound(lines_.begin(), lines_.end(), offset) - 1;
  return {line - lines_.begin() + 1, offset - *line + 1};
}

size_t RawText::behindBraces(size_t open) const {
  unsigned depth = 0;
  for (size_t i = open; i < size(); ++i) {
    depth += tokens_[i].kind == tok::l_brace;
    if (tokens_[i].kind == tok::r_brace && --depth == 0)
      return i + 1;
  }
  return 0;
}

bool RawText::hasDirective(size_t begin, size_t end) const {
  return std::any_of(tokens_.begin() + begin, tokens_.begin() + end, [](const RawToken &token) {
    return token.kind == tok::hash && token.starts_line;
  });
}

} // namespace jithost
