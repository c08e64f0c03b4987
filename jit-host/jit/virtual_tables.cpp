// Only tables of virtual functions: the program can compare other pointers to functions, and they
// must stay equal to the function's name.
#include "virtual_tables.h"

#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/ExecutionEngine/JITLink/x86_64.h>

#include <map>
#include <utility>

using namespace llvm;
using namespace llvm::orc;

namespace jithost {
namespace {

using PointersOfBlock = std::map<jitlink::Edge::OffsetT, uint64_t>; // offset to what it points to

/// A table, or one that is valid while a part of an object is constructed. One that a compiler
/// option has put into read-only memory is left as it is; its calls go by the first body.
bool isTable(const jitlink::Symbol &symbol) {
  return symbol.hasName() &&
         (symbol.getName().starts_with("_ZTV") || symbol.getName().starts_with("_ZTC")) &&
         (symbol.getBlock().getSection().getMemProt() & MemProt::Write) != MemProt::None;
}

PointersOfBlock pointersOf(jitlink::Block &block) {
  PointersOfBlock pointers;
  for (const jitlink::Edge &edge : block.edges())
    if (edge.getKind() == jitlink::x86_64::Pointer64)
      pointers[edge.getOffset()] = (edge.getTarget().getAddress() + edge.getAddend()).getValue();
  return pointers;
}

} // namespace

class VirtualTablesPlugin : public ObjectLinkingLayer::Plugin {
public:
  explicit VirtualTablesPlugin(VirtualTables &tables) : tables_(tables) {}

  void modifyPassConfig(MaterializationResponsibility &, jitlink::LinkGraph &,
                        jitlink::PassConfiguration &config) override {
    config.PostFixupPasses.push_back([this](jitlink::LinkGraph &linked) {
      std::map<jitlink::Block *, PointersOfBlock> blocks; // a block may have many tables
      for (jitlink::Symbol *symbol : linked.defined_symbols())
        if (isTable(*symbol)) {
          auto [found, fresh] = blocks.try_emplace(&symbol->getBlock());
          if (fresh)
            found->second = pointersOf(*found->first);
          note(*symbol, found->second);
        }
      return Error::success();
    });
  }
  Error notifyFailed(MaterializationResponsibility &) override { return Error::success(); }
  Error notifyRemovingResources(JITDylib &, ResourceKey) override { return Error::success(); }
  void notifyTransferringResources(JITDylib &, ResourceKey, ResourceKey) override {}

private:
  void note(const jitlink::Symbol &table, const PointersOfBlock &pointers) {
    uint64_t block = table.getBlock().getAddress().getValue();
    auto end = pointers.lower_bound(table.getOffset() + table.getSize());
    for (auto at = pointers.lower_bound(table.getOffset()); at != end; ++at)
      tables_.slots_.push_back({block + at->first, at->second});
  }

  VirtualTables &tables_;
};

std::shared_ptr<ObjectLinkingLayer::Plugin> VirtualTables::plugin() {
  return std::make_shared<VirtualTablesPlugin>(*this);
}

std::vector<TableSlot> VirtualTables::take() { return std::exchange(slots_, {}); }

} // namespace jithost
