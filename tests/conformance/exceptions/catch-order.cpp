// Which handler: the first that fits. Bases, pointers, references, qualifiers, nullptr, ellipsis.
#include <cstdio>
#include <stdexcept>

struct A {
  virtual ~A() = default;
};
struct B : A {};
struct C : private A {};
struct D : B {};
struct Left : virtual A {};
struct Right : virtual A {};
struct Diamond : Left, Right {};
struct Twice1 : A {};
struct Twice2 : A {};
struct Ambiguous : Twice1, Twice2 {};
enum class Code { one = 1 };

template <typename Throw> void which(const char *what, Throw raise) {
  const char *handler = "?";
  try {
    raise();
  } catch (D) {
    handler = "D";
  } catch (B &) {
    handler = "B&";
  } catch (const A &) {
    handler = "const A&";
  } catch (A *) {
    handler = "A*";
  } catch (const void *) {
    handler = "const void*";
  } catch (int) {
    handler = "int";
  } catch (Code) {
    handler = "Code";
  } catch (void (*)()) {
    handler = "function";
  } catch (int A::*) {
    handler = "member pointer";
  } catch (const std::exception &) {
    handler = "std::exception";
  } catch (...) {
    handler = "...";
  }
  std::printf("%s -> %s\n", what, handler);
}

void function() {}

int main() {
  which("A", [] { throw A(); });
  which("B", [] { throw B(); });
  which("C, private base", [] { throw C(); });
  which("D", [] { throw D(); });
  which("diamond", [] { throw Diamond(); });
  which("ambiguous base", [] { throw Ambiguous(); });
  which("B*", [] { throw static_cast<B *>(nullptr); });
  which("const B*", [] { throw static_cast<const B *>(nullptr); });
  which("int*", [] { throw static_cast<int *>(nullptr); });
  which("nullptr", [] { throw nullptr; });
  which("char", [] { throw 'c'; });
  which("int", [] { throw 1; });
  which("unsigned", [] { throw 1u; });
  which("Code", [] { throw Code::one; });
  which("function", [] { throw function; });
  which("string literal", [] { throw "text"; });
  which("length_error", [] { throw std::length_error("long"); });
  which("lambda", [] { throw[]{}; });
}
