// A tree of variants: parsed, printed, walked by visitors, changed, compared.
// levels: 0 2 3
#include <charconv>
#include <cstdio>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct Value;
using List = std::vector<Value>;
using Table = std::map<std::string, Value, std::less<>>;
struct Value : std::variant<std::nullptr_t, bool, double, std::string, List, Table> {
  using variant::variant;
  Value &operator[](std::string_view key) {
    auto *table = std::get_if<Table>(this);
    if (!table)
      throw std::logic_error("no table, asked for " + std::string(key));
    return table->try_emplace(std::string(key)).first->second;
  }
  const Value &at(std::size_t i) const { return std::get<List>(*this).at(i); }
};

template <typename... Fs> struct Overloaded : Fs... {
  using Fs::operator()...;
};

std::string print(const Value &value) {
  return std::visit(Overloaded{[](std::nullptr_t) -> std::string { return "null"; },
                               [](bool truth) -> std::string { return truth ? "true" : "false"; },
                               [](double number) {
                                 char text[32];
                                 std::snprintf(text, sizeof text, "%g", number);
                                 return std::string(text);
                               },
                               [](const std::string &text) { return '"' + text + '"'; },
                               [](const List &list) {
                                 std::string text = "[";
                                 for (const Value &entry : list)
                                   text += (text.size() > 1 ? "," : "") + print(entry);
                                 return text + "]";
                               },
                               [](const Table &table) {
                                 std::string text = "{";
                                 for (const auto &[key, entry] : table)
                                   text += (text.size() > 1 ? ",\"" : "\"") + key +
                                           "\":" + print(entry);
                                 return text + "}";
                               }},
                    static_cast<const Value::variant &>(value));
}

class Parser {
  std::string_view rest_;
  std::size_t size_;

  [[noreturn]] void fail(const char *what) {
    throw std::runtime_error(std::string(what) + " at " + std::to_string(size_ - rest_.size()));
  }
  void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\t"), rest_.size())); }
  bool take(std::string_view word) {
    skip();
    if (!rest_.starts_with(word))
      return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string string() {
    std::size_t end = rest_.find('"');
    if (end == rest_.npos)
      fail("unfinished text");
    std::string result(rest_.substr(0, end));
    rest_.remove_prefix(end + 1);
    return result;
  }

public:
  explicit Parser(std::string_view text) : rest_(text), size_(text.size()) {}
  Value value() {
    if (take("null"))
      return nullptr;
    if (take("true"))
      return true;
    if (take("false"))
      return false;
    if (take("\""))
      return string();
    if (take("[")) {
      List list;
      if (!take("]"))
        do
          list.push_back(value());
        while (take(",") || (!take("]") && (fail("expected , or ]"), true)));
      return list;
    }
    if (take("{")) {
      Table table;
      while (!take("}")) {
        if (!table.empty() && !take(","))
          fail("expected ,");
        if (!take("\""))
          fail("expected a key");
        std::string key = string();
        if (!take(":"))
          fail("expected :");
        table[key] = value();
      }
      return table;
    }
    double number;
    auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc())
      fail("expected a value");
    rest_.remove_prefix(end - rest_.data());
    return number;
  }
};

int depth(const Value &value) {
  int deepest = 0;
  if (auto *list = std::get_if<List>(&value))
    for (const Value &entry : *list)
      deepest = std::max(deepest, depth(entry));
  else if (auto *table = std::get_if<Table>(&value))
    for (const auto &[key, entry] : *table)
      deepest = std::max(deepest, depth(entry));
  else
    return 0;
  return deepest + 1;
}

int main() {
  Value value = Parser(R"({"name": "net", "layers": [{"size": 128, "bias": true}, {"size": 10}],
                           "rate": 1.5e-3, "tags": [], "parent": null})")
                    .value();
  std::printf("%s\n", print(value).c_str());
  std::printf("depth %d\n", depth(value));
  value["rate"] = 0.25;
  value["new"] = Table{{"list", List{1.0, std::string("two"), nullptr}}};
  Value copy = value;
  copy["new"]["list"] = true;
  std::printf("%s\n%s\n", print(value).c_str(), print(copy).c_str());
  std::printf("%s\n", print(value["layers"].at(1)).c_str());
  auto attempt = [](auto body) {
    try {
      body();
    } catch (const std::exception &error) {
      std::printf("%s\n", error.what());
    }
  };
  attempt([&] { value["name"]["inside"]; });
  attempt([&] { value["layers"].at(2); });
  attempt([&] { value["name"].at(0); });
  for (const char *text : {"[1, 2", "{\"a\" 1}", "[tru]", "\"open", "{1: 2}", ""})
    attempt([&] { Parser(text).value(); });
}
