// Inline assembly with operands, clobbers, several outputs, labels, and at file scope.
#include <cstdint>
#include <cstdio>

asm(".pushsection .rodata\n"
    ".globl conformance_asm_text\n"
    "conformance_asm_text: .asciz \"from assembly\"\n"
    ".popsection\n");
extern "C" const char conformance_asm_text[];

std::uint64_t add(std::uint64_t a, std::uint64_t b) {
  std::uint64_t result;
  asm("leaq (%1,%2), %0" : "=r"(result) : "r"(a), "r"(b));
  return result;
}

int jump(int value) {
  asm goto("testl %0, %0\n\tjz %l1" : : "r"(value) : "cc" : zero);
  return 1;
zero:
  return 0;
}

int main() {
  std::uint32_t low, high;
  asm volatile("movl $7, %0\n\tmovl $9, %1" : "=r"(low), "=r"(high));
  int value = 5;
  asm("addl $3, %0" : "+r"(value) : : "cc");
  asm volatile("" : : : "memory");
  std::printf("%u %u %d %lu %d %d\n", low, high, value, add(40, 2), jump(0), jump(5));
  std::printf("%s\n", conformance_asm_text);
  try {
    if (value == 8) {
      asm volatile("nop");
      throw value;
    }
  } catch (int caught) {
    std::printf("%d\n", caught);
  }
}
