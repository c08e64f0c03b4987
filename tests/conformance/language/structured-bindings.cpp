// Structured bindings of arrays, members, tuples and own get<>; by value, reference; in loops and
// lambdas.
#include "../object.h"
#include <map>
#include <string>
#include <tuple>

struct Point {
  int x, y;
};
struct Custom {
  Object object{"custom"};
};
template <std::size_t I> int get(const Custom &) {
  std::printf("get<%zu>\n", I);
  if (I == 1)
    return 7;
  return 3;
}
namespace std {
template <> struct tuple_size<Custom> : integral_constant<size_t, 2> {};
template <size_t I> struct tuple_element<I, Custom> {
  using type = int;
};
} // namespace std

std::tuple<int, std::string, Object> make() { return {1, "text", Object("in tuple")}; }

int main() {
  Point point{1, 2};
  auto &[x, y] = point;
  x = 10;
  auto [cx, cy] = point;
  cy = 99;
  std::printf("%d %d %d\n", point.x, point.y, cx + cy);
  int array[] = {4, 5, 6};
  auto [a, b, c] = array;
  auto &[ra, rb, rc] = array;
  rc = 60;
  std::printf("%d %d %d\n", a + b + c, array[2], ra);
  auto [number, text, object] = make();
  text += "!";
  std::printf("%d %s %s\n", number, text.c_str(), object.name);
  auto [first, second] = Custom();
  std::printf("%d %d\n", first, second);
  std::map<std::string, Point> map{{"a", {1, 2}}, {"b", {3, 4}}};
  for (auto &[key, value] : map)
    value.x += key[0] == 'b' ? 100 : 0;
  for (const auto &[key, value] : map) {
    auto &[px, py] = value;
    auto lambda = [&key = key, px] { return key + std::to_string(px); };
    std::printf("%s %d\n", lambda().c_str(), py);
  }
  if (auto [place, fresh] = map.insert({"c", {}}); fresh)
    std::printf("%s\n", place->first.c_str());
  try {
    auto [p, q] = point;
    if (p == 10)
      throw q;
  } catch (int value) {
    std::printf("caught %d\n", value);
  }
}
