// What is done to objects while they are linked, for their unwind tables.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "jit/unwind_table.h"

#include <doctest/doctest.h>
#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/ExecutionEngine/JITLink/x86_64.h>

#include <string>

using namespace llvm;
using namespace jithost;

namespace {

/// Code, and an unwind table of two entries behind a hole.
struct Object {
  jitlink::LinkGraph graph{"object", Triple("x86_64-unknown-linux-gnu"), 8, endianness::little,
                           jitlink::x86_64::getEdgeKindName};
  std::string bytes = std::string(64, 0);
  jitlink::Block &code, &first, &second;

  Object()
      : code(block(".text", 16, 0)), first(block(".eh_frame", 8, 0)),
        second(block(".eh_frame", 8, 4)) {}

  jitlink::Block &block(const char *name, uint64_t alignment, uint64_t offset) {
    jitlink::Section *section = graph.findSectionByName(name);
    if (!section)
      section = &graph.createSection(name, orc::MemProt::Read);
    return graph.createContentBlock(*section, ArrayRef<char>(bytes.data(), bytes.size()),
                                    orc::ExecutorAddr(), alignment, offset);
  }
  jitlink::Symbol &at(jitlink::Block &block) {
    return graph.addAnonymousSymbol(block, 0, 8, false, true);
  }
};

} // namespace

TEST_CASE("entries of the table lie next to each other, code where it was") {
  Object object;
  closeUnwindTable(object.graph);
  CHECK(object.second.getAlignment() == 1);
  CHECK(object.second.getAlignmentOffset() == 0);
  CHECK(object.code.getAlignment() == 16);
}

TEST_CASE("code does not depend on its entries; relocations stay, in their order") {
  Object object;
  for (unsigned i = 0; i < 3; ++i) {
    object.code.addEdge(jitlink::Edge::KeepAlive, 0, object.at(object.first), 0);
    object.code.addEdge(jitlink::x86_64::PCRel32, 8 * i, object.at(object.code), 0);
    object.code.addEdge(jitlink::Edge::KeepAlive, 0, object.at(object.second), 0);
  }
  object.first.addEdge(jitlink::x86_64::Delta32, 0, object.at(object.code), 0);
  forgetKeptAlive(object.graph);
  REQUIRE(object.code.edges_size() == 3);
  unsigned offset = 0;
  for (const jitlink::Edge &edge : object.code.edges()) {
    CHECK(edge.getKind() == jitlink::x86_64::PCRel32);
    CHECK(edge.getOffset() == offset);
    offset += 8;
  }
  CHECK(object.first.edges_size() == 1);
}
