// Places and tokens of statements in the source files: what the statement table says in words.
#pragma once

#include "place_map.h"
#include "statement_table.h"

#include <clang/AST/ASTContext.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/ADT/DenseMap.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace clang {
class FunctionDecl;
class Stmt;
} // namespace clang

namespace jithost {

/// Absolute, without `.` and `..`: one path for one file, however it was included.
std::string programPath(llvm::StringRef name);

/// Headers of installed libraries, which need not come by -isystem: -I/usr/include/eigen3.
bool isLibraryHeader(llvm::StringRef path);

class SourceText {
public:
  explicit SourceText(clang::ASTContext &context)
      : context_(context), sources_(context.getSourceManager()) {}

  /// The file `path` as it was read has a newer text, where what did not change stands elsewhere.
  void setNewerPlaces(const std::string &path, PlaceMap places) {
    newer_places_[path] = std::move(places);
  }

  /// True for the program's own files: everything but system headers and what has no file.
  bool isProgramCode(clang::SourceLocation place) const;

  /// From here on tokens leave out the bodies of the lambdas in `body`: they are functions of their
  /// own.
  void enterFunction(const clang::Stmt *body);

  void locate(const clang::Stmt &source, Statement &statement);
  void locateEnd(const clang::Stmt &block, Statement &statement);
  void locateFunction(const clang::FunctionDecl &function, FunctionTable &table);
  std::string fileOf(clang::SourceLocation place) const;
  unsigned lineOf(clang::SourceLocation place) const;

  /// Tokens joined by one blank, comments left out.
  std::string tokens(const clang::Stmt &source);
  /// The same with the bodies of lambdas.
  std::string allTokens(const clang::Stmt &source) const;
  /// Where the text behind the token at `place` begins.
  clang::SourceLocation behind(clang::SourceLocation place) const;
  /// The same as tokens, up to `end`.
  std::string tokensBefore(const clang::Stmt &source, clang::SourceLocation end);
  /// The same without the statements inside: `for (...)`, `if (...)`, `try`.
  std::string tokensWithoutBlocks(const clang::Stmt &source);

private:
  struct Range {
    clang::FileID file;
    unsigned begin = 0, end = 0; // offsets
  };
  struct Place {
    uint32_t line = 0, column = 0;
  };
  /// \return null for what stands in no file of the program
  std::optional<std::string> pathOf(clang::FileID file) const;
  Place placeOf(clang::FileID file, unsigned offset) const;
  Range rangeOf(const clang::Stmt &source) const;
  std::string tokensIn(const Range &range, const std::vector<Range> &left_out) const;
  const std::set<unsigned> &linesWith(clang::FileID file, llvm::StringRef comment);
  bool hasMark(clang::FileID file, unsigned line, llvm::StringRef comment);

  clang::ASTContext &context_;
  const clang::SourceManager &sources_;
  std::vector<Range> lambda_bodies_;
  std::map<std::pair<clang::FileID, std::string>, std::set<unsigned>> marks_;
  std::map<std::string, PlaceMap> newer_places_;
};

} // namespace jithost
