// __func__, __LINE__, source_location and assert's words are those of the source as it was written.
#include <cstdio>
#include <source_location>
#include <string_view>

#define HERE std::printf("%s %d\n", __func__, __LINE__)

void where(std::source_location place = std::source_location::current()) {
  std::string_view file = place.file_name();
  std::printf("%.*s %u:%u %s\n", int(file.size() - file.rfind('/') - 1),
              file.data() + file.rfind('/') + 1, place.line(), place.column(),
              place.function_name());
}

template <typename T> struct Class {
  Class() { std::puts(__PRETTY_FUNCTION__); }
  ~Class() { std::puts(__FUNCTION__); }
  int operator()(T) const {
    HERE;
    return sizeof(__func__);
  }
};

int line = __LINE__;

int main() {
  HERE;
  HERE;
  where();
  for (int i = 0; i < __LINE__ - 26; ++i)
    where();
  auto lambda = [](auto value) {
    std::puts(__PRETTY_FUNCTION__);
    where();
    return value;
  };
  lambda(1);
  if (Class<int> object; object(3) > 0)
    std::printf("%d %d\n", line, __builtin_LINE());
#line 500 "elsewhere.cpp"
  where();
  HERE;
}
