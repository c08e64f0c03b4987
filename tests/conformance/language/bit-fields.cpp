// Bit-fields: layout, signs, overflow, references to copies, in captures and structured bindings.
#include <cstdio>
#include <cstring>

struct Flags {
  unsigned a : 3;
  signed b : 3;
  unsigned : 0;
  unsigned long c : 40;
  bool d : 1;
  unsigned char e : 4 = 9;
};
struct Packed {
  char letter;
  int number;
  short tail : 5;
} __attribute__((packed));
enum class Colour : unsigned char { red, green, blue };
struct Pixel {
  Colour colour : 2;
  unsigned value : 6;
};

int main() {
  Flags flags{};
  flags.a = 9;
  flags.b = 7;
  flags.c = (1ul << 40) - 2;
  flags.d = 4;
  flags.a += 3;
  ++flags.c;
  std::printf("%u %d %lu %d %d\n", flags.a, flags.b, (unsigned long)flags.c, flags.d, flags.e);
  std::printf("%zu %zu %zu\n", sizeof(Flags), sizeof(Packed), sizeof(Pixel));
  auto [a, b, c, d, e] = flags;
  std::printf("%u %d\n", a, b);
  const unsigned &copy = flags.a;
  flags.a = 1;
  std::printf("%u %u\n", copy, flags.a);
  Pixel pixel{Colour::blue, 33};
  unsigned char byte;
  std::memcpy(&byte, &pixel, 1);
  auto lambda = [p = pixel] { return p.value + static_cast<unsigned>(p.colour); };
  std::printf("%u %u\n", byte, lambda());
  Packed packed{'x', 1 << 30, -3};
  int number = packed.number;
  std::printf("%d %d\n", number, packed.tail);
}
