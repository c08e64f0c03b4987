// Errors of std::filesystem, std::regex, std::system_error, std::format's kin and locale.
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <locale>
#include <regex>
#include <system_error>
#include <thread>

template <typename Body> void attempt(const char *what, Body body) {
  try {
    body();
    std::printf("%s: fine\n", what);
  } catch (const std::filesystem::filesystem_error &error) {
    std::printf("%s: %s, %d\n", what, error.path1().c_str(), error.code().value());
  } catch (const std::regex_error &error) {
    std::printf("%s: regex %d\n", what, static_cast<int>(error.code()));
  } catch (const std::system_error &error) {
    std::printf("%s: %s %d\n", what, error.code().category().name(), error.code().value());
  } catch (const std::exception &error) {
    std::printf("%s: %s\n", what, error.what());
  }
}

int main() {
  attempt("file size", [] { std::filesystem::file_size("/no/such/file"); });
  attempt("folder", [] {
    for (auto &entry : std::filesystem::directory_iterator("/no/such/folder"))
      std::puts(entry.path().c_str());
  });
  attempt("bracket", [] { std::regex("a[b"); });
  attempt("brace", [] { std::regex("a{2,1}"); });
  attempt("detach", [] { std::thread().detach(); });
  attempt("system", [] { throw std::system_error(std::make_error_code(std::errc::timed_out)); });
  attempt("locale", [] { std::locale("no_SUCH.locale"); });
  std::error_code code;
  std::printf("%d\n", std::filesystem::exists("/no/such/file", code));
  int number = 0;
  const char text[] = "123456789012345";
  auto result = std::from_chars(text, text + 15, number);
  std::printf("%d\n", result.ec == std::errc::result_out_of_range);
}
