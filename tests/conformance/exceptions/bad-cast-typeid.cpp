// dynamic_cast to references, typeid of a null pointer, bad_any_cast, bad_optional_access and kin.
#include <any>
#include <bitset>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <variant>

struct Base {
  virtual ~Base() = default;
};
struct Derived : Base {
  int value = 5;
};
struct Other : Base {};

template <typename Body> void attempt(const char *what, Body body) {
  try {
    body();
    std::printf("%s: nothing thrown\n", what);
  } catch (const std::exception &error) {
    std::printf("%s: %s, %s\n", what, typeid(error).name(), error.what());
  }
}

int main() {
  Other other;
  Base &base = other;
  Base *volatile null = nullptr;
  attempt("reference", [&] { std::printf("%d\n", dynamic_cast<Derived &>(base).value); });
  attempt("typeid", [&] { std::puts(typeid(*null).name()); });
  attempt("pointer", [&] { std::printf("%d\n", dynamic_cast<Derived *>(&base) == nullptr); });
  attempt("any", [] { std::any_cast<int>(std::any(std::string("text"))); });
  attempt("optional", [] { std::optional<int>().value(); });
  attempt("variant", [] { std::get<int>(std::variant<int, char>('c')); });
  attempt("weak_ptr", [] { std::shared_ptr<int>(std::weak_ptr<int>()); });
  attempt("stoi", [] { std::stoi("no number"); });
  attempt("stoi large", [] { std::stoi("99999999999999"); });
  attempt("substr", [] { std::string("abc").substr(4); });
  attempt("bitset", [] { std::bitset<3>("012"); });
  std::printf("%s %s\n", typeid(base).name(), typeid(Base *).name());
}
