// Reads bodies of functions anew, and functions and constants that came, in a translation unit that
// has been read to its end. Includes clang.
#pragma once

#include "body_finder.h"
#include "compile_job.h"
#include "place_map.h"

#include <clang/Lex/Token.h>
#include <clang/Sema/Sema.h>

#include <map>
#include <string>
#include <vector>

namespace jithost {

class UnitConsumer;

class BodyReader {
public:
  explicit BodyReader(UnitConsumer &consumer);

  /// What differs between the files as they were read and `sources`.
  /// \param moved where everything else stands now, by file
  /// \return why the unit has to be read as a whole; empty: all was read
  std::string read(BodiesOfFiles &bodies, const std::vector<SourceFile> &sources,
                   std::map<std::string, PlaceMap> &moved);

  /// What this needs to be instantiated. \return as `read`
  std::string finish();

  const std::vector<clang::FunctionDecl *> &readFunctions() const { return read_functions_; }
  const std::vector<clang::VarDecl *> &readConstants() const { return read_constants_; }

private:
  /// One file of the unit that `source` is the newer text of.
  struct ChangedFile {
    clang::FileID file;
    const SourceFile *source = nullptr;
    BodyChanges changes;
  };
  struct NewBody {
    clang::LateParsedTemplate late;
    clang::SourceLocation end_of_scope; // what is declared further on is not seen
  };
  struct NewDeclaration {
    clang::SmallVector<clang::Token, 64> tokens;
    clang::SourceLocation place;     // in the file as it was read
    llvm::StringSet<> unknown_names; // in it, that stood nowhere before
    std::string name;
  };

  std::string findChanges(BodiesOfFiles &bodies, const std::vector<SourceFile> &sources);
  std::string compareFile(clang::FileID file, const SourceFile &source,
                          const std::vector<FoundBody> &bodies);
  std::string takeBody(const FoundBody &body, BodyRange range, const ChangedFile &changed);
  std::string takeDeclaration(const InsertedDeclaration &inserted, const ChangedFile &changed,
                              NewDeclaration declaration);
  bool isThereAlready(const InsertedInclude &include, clang::FileID file);
  llvm::StringSet<> unknownNames(const InsertedDeclaration &inserted, const std::string &text);
  bool isKnown(llvm::StringRef name);
  std::string firstUnseen(clang::ArrayRef<clang::Token> tokens, clang::SourceLocation place);
  std::string readBody(NewBody &body);
  std::string readDeclaration(NewDeclaration &declaration);
  template <typename Tokens> void lex(BodyRange range, const ChangedFile &changed, Tokens &tokens);
  template <typename Tokens>
  void lexText(std::string text, const std::string &name, Tokens &tokens);

  UnitConsumer &consumer_;
  clang::Sema &sema_;
  std::vector<ChangedFile> changed_files_;
  std::vector<NewBody> bodies_;
  std::vector<NewDeclaration> declarations_;
  std::vector<clang::FunctionDecl *> read_functions_;
  std::vector<clang::VarDecl *> read_constants_;
};

} // namespace jithost
