// A scan over characters: comments, literals and brackets; no grammar.
#include "top_level.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace jithost {
namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// Goes over a text token by token, where a token is a word, a literal or one other character.
class Scanner {
public:
  explicit Scanner(const std::string &text) : text_(text) {}

  size_t begin = 0, end = 0; // of the token
  bool directive = false;    // the token is a whole line of the preprocessor

  std::string_view token() const { return std::string_view(text_).substr(begin, end - begin); }

  bool next() {
    directive = false;
    skipBlank();
    begin = end;
    if (end >= text_.size())
      return false;
    char c = text_[end];
    if (c == '#' && at_line_begin_) {
      directive = true;
      endOfDirective();
    } else if (isWord(c)) {
      while (end < text_.size() && isWord(text_[end]))
        ++end;
      if (end < text_.size() && text_[end] == '"' && text_[end - 1] == 'R')
        rawLiteral();
    } else if (c == '"' || c == '\'') {
      literal(c);
    } else {
      ++end;
    }
    at_line_begin_ = false;
    return true;
  }

private:
  void skipBlank() {
    while (end < text_.size()) {
      if (text_[end] == '\n')
        at_line_begin_ = true;
      if (std::isspace(static_cast<unsigned char>(text_[end])))
        ++end;
      else if (text_.compare(end, 2, "//") == 0)
        end = std::min(text_.find('\n', end), text_.size());
      else if (text_.compare(end, 2, "/*") == 0)
        end = std::min(text_.find("*/", end + 2), text_.size() - 2) + 2;
      else
        return;
    }
  }

  void endOfDirective() {
    do
      end = std::min(text_.find('\n', end + 1), text_.size());
    while (end < text_.size() && text_[end - 1] == '\\');
  }

  void literal(char quote) {
    for (++end; end < text_.size() && text_[end] != quote && text_[end] != '\n'; ++end)
      if (text_[end] == '\\')
        ++end;
    end = std::min(end + 1, text_.size());
  }

  void rawLiteral() {
    size_t open = text_.find('(', end);
    if (open == std::string::npos)
      return literal('"');
    std::string close = ")" + text_.substr(end + 1, open - end - 1) + "\"";
    size_t found = text_.find(close, open);
    end = found == std::string::npos ? text_.size() : found + close.size();
  }

  const std::string &text_;
  bool at_line_begin_ = true;
};

/// One declaration, definition, statement or directive of the top level.
struct Item {
  size_t begin = 0, end = 0;
  bool directive = false, ends_in_block = false;
  bool parameters = false;        // a closing parenthesis stands in front of its block
  std::vector<std::string> words; // of its own level, in front of its block
  std::string before_parenthesis; // the last word in front of its first parenthesis
  size_t words_before_parenthesis = 0;
};

class ItemReader {
public:
  explicit ItemReader(const std::string &text) : scanner_(text) {}

  bool next(Item &item) {
    item = Item();
    int braces = 0, parentheses = 0;
    bool any = false;
    while (ahead_ || scanner_.next()) {
      ahead_ = false;
      if (!any)
        item.begin = scanner_.begin;
      item.end = scanner_.end;
      if (scanner_.directive && !any)
        return item.directive = true;
      any = true;
      if (scanner_.directive)
        continue;
      char c = scanner_.token().front();
      if (braces == 0)
        note(item, parentheses, c);
      braces += (c == '{') - (c == '}');
      parentheses += (c == '(' || c == '[') - (c == ')' || c == ']');
      bool outside = braces <= 0 && parentheses <= 0;
      if (outside && c == ';')
        return true;
      if (outside && c == '}' && !goesOn(item))
        return item.ends_in_block = true;
    }
    return any;
  }

private:
  void note(Item &item, int parentheses, char c) {
    if (c == '(' && parentheses == 0 && item.before_parenthesis.empty() && !item.words.empty()) {
      item.before_parenthesis = item.words.back();
      item.words_before_parenthesis = item.words.size();
    }
    if (c == ')' && parentheses == 1)
      item.parameters = true;
    if (parentheses == 0 && isWord(c))
      item.words.emplace_back(scanner_.token());
  }

  /// Behind a block: a type, or an initialiser or a lambda in an expression.
  bool goesOn(const Item &item) {
    static constexpr std::string_view kTypes[] = {"struct", "class", "union", "enum"};
    ahead_ = scanner_.next();
    if (!ahead_)
      return false;
    bool type = std::any_of(item.words.begin(), item.words.end(), [](const std::string &word) {
      return std::find(std::begin(kTypes), std::end(kTypes), word) != std::end(kTypes);
    });
    constexpr std::string_view kOn = ";,.)=+-/%<>?|^";
    return (type && !item.parameters) || kOn.find(scanner_.token().front()) != kOn.npos;
  }

  Scanner scanner_;
  bool ahead_ = false; // the scanner's token is not used yet
};

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// `auto f = [](int x) { ... };` ends in a semicolon, statements begin with words of their own.
bool isFunction(const Item &item) {
  return item.ends_in_block && item.parameters && item.words_before_parenthesis > 1 &&
         !isOneOf(item.words.front(), {"if", "for", "while", "do", "switch", "try", "else", "catch",
                                       "return", "case", "default"});
}

bool isDefinition(const Item &item) {
  if (item.directive)
    return true;
  return !item.words.empty() &&
         (isFunction(item) ||
          isOneOf(item.words.front(), {"struct", "class", "union", "enum", "template", "namespace",
                                       "typedef", "extern", "using"}));
}

std::vector<std::string> namesIn(const Item &item) {
  std::vector<std::string> names;
  for (size_t i = 0; i + 1 < item.words.size(); ++i)
    if (isOneOf(item.words[i], {"struct", "class", "union", "enum", "namespace", "using"}))
      names.push_back(item.words[i + 1]);
  if (!item.before_parenthesis.empty())
    names.push_back(item.before_parenthesis);
  if (!item.words.empty() && item.words.front() == "typedef")
    names.push_back(item.words.back());
  return names;
}

} // namespace

size_t beginOfTopLevelItem(const std::string &text, size_t offset) {
  ItemReader items(text);
  Item item;
  while (items.next(item))
    if (item.end > offset)
      return item.begin;
  return text.size();
}

SplitStatements splitStatements(const std::string &text) {
  SplitStatements result;
  std::string blank = text;
  for (char &c : blank)
    if (c != '\n')
      c = ' ';
  result.statements = text;
  std::string definitions = blank;
  bool any = false;
  ItemReader items(text);
  for (Item item; items.next(item);) {
    if (!isDefinition(item))
      continue;
    any = true;
    size_t length = item.end - item.begin;
    definitions.replace(item.begin, length, text, item.begin, length);
    result.statements.replace(item.begin, length, blank, item.begin, length);
    for (std::string &name : namesIn(item))
      result.defined.push_back(std::move(name));
  }
  if (any)
    result.definitions = std::move(definitions);
  return result;
}

std::vector<std::string> identifiersIn(const std::string &text) {
  std::vector<std::string> names;
  Scanner scanner(text);
  while (scanner.next())
    if (isWord(scanner.token().front()) &&
        !std::isdigit(static_cast<unsigned char>(scanner.token().front())))
      names.emplace_back(scanner.token());
  return names;
}

} // namespace jithost
