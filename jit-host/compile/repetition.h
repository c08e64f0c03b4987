// Whether a statement has effects, and whether running it twice is the same as running it once.
#pragma once

namespace clang {
class Stmt;
} // namespace clang

namespace jithost {

/// True when evaluating `statement` calls or assigns something, lambda bodies left out.
bool hasEffects(const clang::Stmt *statement);

/// True when `statement` can be left in the middle by an exception and run again without anybody
/// telling the difference; of statements with blocks only the header counts. The criterion errs
/// towards no:
///
/// - it writes to nothing but variables it declares, allocates nothing by hand, throws nothing;
/// - it calls only functions of the program whose visible bodies are harmless in the same sense
///   (constructors may also write to their own object and count, as `++alive`, because what they
///   made is destroyed again), and, of the standard library, const methods, element access,
///   constructors of value classes, operators and a list of pure functions;
/// - no argument is an rvalue reference to something that outlives the statement: moving from it
///   twice is not moving from it once.
bool isHarmless(const clang::Stmt *statement);

} // namespace jithost
