// A set of symbols that travels as one text, a name per line: thousands of names with every patch.
#pragma once

#include <llvm/ADT/StringSet.h>

#include <optional>
#include <string>

namespace jithost {

/// Copying copies the text; the index is made at the first question.
class SymbolNames {
public:
  SymbolNames() = default;
  explicit SymbolNames(std::string text) : text_(std::move(text)) {}
  SymbolNames(const SymbolNames &other) : text_(other.text_) {}
  SymbolNames(SymbolNames &&) = default;
  SymbolNames &operator=(const SymbolNames &other) {
    text_ = other.text_;
    names_.reset();
    return *this;
  }
  SymbolNames &operator=(SymbolNames &&) = default;

  void insert(llvm::StringRef name) {
    if (names().insert(name).second) {
      text_ += name;
      text_ += '\n';
    }
  }
  /// \param text as of `text`
  void append(llvm::StringRef text) {
    while (!text.empty()) {
      auto [name, behind] = text.split('\n');
      insert(name);
      text = behind;
    }
  }
  bool contains(llvm::StringRef name) const { return names().contains(name); }
  /// Names come to its end only: behind what somebody has seen of it is what is new.
  const std::string &text() const { return text_; }

private:
  llvm::StringSet<> &names() const {
    if (!names_) {
      names_.emplace();
      for (llvm::StringRef rest = text_; !rest.empty();) {
        auto [name, behind] = rest.split('\n');
        names_->insert(name);
        rest = behind;
      }
    }
    return *names_;
  }

  std::string text_;
  mutable std::optional<llvm::StringSet<>> names_;
};

} // namespace jithost
