// Places and tokens of statements, read from the source files by clang's raw lexer.
#include "source_text.h"

#include <clang/AST/Decl.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/AST/StmtCXX.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

using namespace clang;

namespace jithost {
namespace {

class LambdaFinder : public RecursiveASTVisitor<LambdaFinder> {
public:
  std::vector<const Stmt *> bodies;
  bool VisitLambdaExpr(LambdaExpr *lambda) {
    bodies.push_back(lambda->getBody());
    return true;
  }
};

/// The statements that stand inside `source` and have entries of their own.
std::vector<const Stmt *> blocksOf(const Stmt &source) {
  if (auto *choice = dyn_cast<IfStmt>(&source))
    return {choice->getThen(), choice->getElse()};
  if (auto *loop = dyn_cast<ForStmt>(&source))
    return {loop->getBody()};
  if (auto *loop = dyn_cast<CXXForRangeStmt>(&source))
    return {loop->getBody()};
  if (auto *loop = dyn_cast<WhileStmt>(&source))
    return {loop->getBody()};
  if (auto *loop = dyn_cast<DoStmt>(&source))
    return {loop->getBody()};
  if (auto *choice = dyn_cast<SwitchStmt>(&source))
    return {choice->getBody()};
  if (isa<CompoundStmt>(&source))
    return {&source};
  std::vector<const Stmt *> blocks;
  if (auto *attempt = dyn_cast<CXXTryStmt>(&source)) {
    blocks.push_back(attempt->getTryBlock());
    for (unsigned i = 0; i < attempt->getNumHandlers(); ++i)
      blocks.push_back(attempt->getHandler(i)->getHandlerBlock());
  }
  return blocks;
}

} // namespace

std::string programPath(llvm::StringRef name) {
  llvm::SmallString<256> path(name);
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true); // "src/../include/net.h"
  return std::string(path);
}

bool isLibraryHeader(llvm::StringRef path) {
  return path.starts_with("/usr/include/") || path.starts_with("/usr/lib/") ||
         path.starts_with("/usr/local/include/");
}

bool SourceText::isProgramCode(SourceLocation place) const {
  SourceLocation file_place = sources_.getExpansionLoc(place);
  if (file_place.isInvalid() || sources_.isInSystemHeader(file_place))
    return false;
  std::optional<std::string> path = pathOf(sources_.getFileID(file_place));
  return path && !isLibraryHeader(*path);
}

/// New texts of functions are buffers named like their file; clang's own buffers have no path.
std::optional<std::string> SourceText::pathOf(FileID file) const {
  if (auto entry = sources_.getFileEntryRefForID(file))
    return entry->getName().str();
  auto buffer = sources_.getBufferOrNone(file);
  if (!buffer || !buffer->getBufferIdentifier().starts_with("/"))
    return std::nullopt;
  return buffer->getBufferIdentifier().str();
}

SourceText::Place SourceText::placeOf(FileID file, unsigned offset) const {
  Place place{sources_.getLineNumber(file, offset), sources_.getColumnNumber(file, offset)};
  if (auto entry = sources_.getFileEntryRefForID(file); entry && !newer_places_.empty())
    if (auto newer = newer_places_.find(programPath(entry->getName()));
        newer != newer_places_.end())
      newer->second.move(place.line, place.column);
  return place;
}

void SourceText::enterFunction(const Stmt *body) {
  LambdaFinder finder;
  finder.TraverseStmt(const_cast<Stmt *>(body));
  lambda_bodies_.clear();
  for (const Stmt *lambda : finder.bodies)
    lambda_bodies_.push_back(rangeOf(*lambda));
}

SourceText::Range SourceText::rangeOf(const Stmt &source) const {
  SourceLocation begin = sources_.getExpansionLoc(source.getBeginLoc());
  CharSourceRange end = sources_.getExpansionRange(source.getEndLoc());
  auto [file, begin_offset] = sources_.getDecomposedLoc(begin);
  auto [end_file, end_offset] = sources_.getDecomposedLoc(end.getEnd());
  if (begin.isInvalid() || file != end_file)
    return {file, begin_offset, begin_offset};
  end_offset += Lexer::MeasureTokenLength(end.getEnd(), sources_, context_.getLangOpts());
  return {file, begin_offset, end_offset};
}

std::string SourceText::fileOf(SourceLocation place) const {
  SourceLocation file_place = sources_.getExpansionLoc(place);
  std::optional<std::string> path = pathOf(sources_.getFileID(file_place));
  return path ? programPath(*path) : "";
}

unsigned SourceText::lineOf(SourceLocation place) const {
  if (place.isInvalid())
    return 0;
  auto [file, offset] = sources_.getDecomposedExpansionLoc(place);
  return placeOf(file, offset).line;
}

void SourceText::locate(const Stmt &source, Statement &statement) {
  Range range = rangeOf(source);
  SourceLocation begin = sources_.getExpansionLoc(source.getBeginLoc());
  if (range.file.isInvalid())
    return;
  unsigned last = range.end > range.begin ? range.end - 1 : range.end;
  Place first_place = placeOf(range.file, range.begin), last_place = placeOf(range.file, last);
  statement.begin_line = first_place.line;
  statement.begin_column = first_place.column;
  statement.end_line = last_place.line;
  statement.end_column = last_place.column;
  statement.file = fileOf(begin);
  statement.resume_mark = hasMark(range.file, statement.begin_line, "jit-host: resume");
}

void SourceText::locateEnd(const Stmt &block, Statement &statement) {
  statement.begin_line = statement.end_line;
  statement.begin_column = statement.end_column;
  statement.resume_mark = false;
}

void SourceText::locateFunction(const FunctionDecl &function, FunctionTable &table) {
  SourceLocation place = function.getLocation();
  table.file = fileOf(place);
  table.begin_line = lineOf(function.getBeginLoc());
  table.end_line = lineOf(function.getEndLoc());
  FileID file = sources_.getFileID(sources_.getExpansionLoc(place));
  unsigned brace_line = lineOf(function.getBody()->getBeginLoc());
  for (unsigned line : {table.begin_line, lineOf(place), brace_line})
    table.restart_mark |= hasMark(file, line, "jit-host: restart");
}

std::string SourceText::tokens(const Stmt &source) {
  Range range = rangeOf(source);
  std::vector<Range> left_out;
  for (const Range &body : lambda_bodies_)
    if (body.file == range.file && (body.begin != range.begin || body.end != range.end))
      left_out.push_back(body);
  return tokensIn(range, left_out);
}

SourceLocation SourceText::behind(SourceLocation place) const {
  place = sources_.getExpansionRange(place).getEnd();
  return Lexer::getLocForEndOfToken(place, 0, sources_, context_.getLangOpts());
}

std::string SourceText::allTokens(const Stmt &source) const {
  return tokensIn(rangeOf(source), {});
}

std::string SourceText::tokensBefore(const Stmt &source, SourceLocation end) {
  Range range = rangeOf(source);
  range.end = sources_.getDecomposedLoc(sources_.getExpansionLoc(end)).second;
  return tokensIn(range, lambda_bodies_);
}

std::string SourceText::tokensWithoutBlocks(const Stmt &source) {
  std::vector<Range> left_out = lambda_bodies_;
  for (const Stmt *block : blocksOf(source))
    if (block)
      left_out.push_back(rangeOf(*block));
  return tokensIn(rangeOf(source), left_out);
}

std::string SourceText::tokensIn(const Range &range, const std::vector<Range> &left_out) const {
  llvm::StringRef text = sources_.getBufferData(range.file);
  if (range.end > text.size() || range.begin >= range.end)
    return "";
  SourceLocation start = sources_.getLocForStartOfFile(range.file);
  Lexer lexer(start, context_.getLangOpts(), text.begin(), text.begin() + range.begin, text.end());
  std::string result;
  Token token;
  while (!lexer.LexFromRawLexer(token) || token.isNot(tok::eof)) {
    if (token.is(tok::eof))
      break;
    unsigned offset = sources_.getFileOffset(token.getLocation());
    if (offset >= range.end)
      break;
    bool skip = false;
    for (const Range &out : left_out)
      skip |= out.file == range.file && offset >= out.begin && offset < out.end;
    if (skip)
      continue;
    if (!result.empty())
      result += ' ';
    result += text.substr(offset, token.getLength());
  }
  if (llvm::StringRef(result).ends_with(" ;"))
    result.resize(result.size() - 2);
  return result;
}

const std::set<unsigned> &SourceText::linesWith(FileID file, llvm::StringRef comment) {
  auto [slot, fresh] = marks_.try_emplace({file, comment.str()});
  if (!fresh)
    return slot->second;
  llvm::SmallVector<llvm::StringRef, 0> lines;
  sources_.getBufferData(file).split(lines, '\n');
  for (size_t i = 0; i < lines.size(); ++i) {
    auto [before, after] = lines[i].split("//");
    if (!after.trim().starts_with(comment))
      continue;
    // A comment on a line of its own speaks of the next line.
    slot->second.insert(before.trim().empty() ? i + 2 : i + 1);
  }
  return slot->second;
}

bool SourceText::hasMark(FileID file, unsigned line, llvm::StringRef comment) {
  return linesWith(file, comment).count(line) != 0;
}

} // namespace jithost
