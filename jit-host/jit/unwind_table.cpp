#include "unwind_table.h"

#include <llvm/ExecutionEngine/JITLink/JITLink.h>

#include <algorithm>
#include <iterator>

using namespace llvm;
using namespace llvm::orc;

namespace jithost {
namespace {

class UnwindTablePlugin : public ObjectLinkingLayer::Plugin {
public:
  void modifyPassConfig(MaterializationResponsibility &, jitlink::LinkGraph &,
                        jitlink::PassConfiguration &config) override {
    config.PostPrunePasses.push_back([](jitlink::LinkGraph &graph) {
      closeUnwindTable(graph);
      return Error::success();
    });
    config.PreFixupPasses.push_back([](jitlink::LinkGraph &graph) {
      forgetKeptAlive(graph);
      return Error::success();
    });
  }
  Error notifyFailed(MaterializationResponsibility &) override { return Error::success(); }
  Error notifyRemovingResources(JITDylib &, ResourceKey) override { return Error::success(); }
  void notifyTransferringResources(JITDylib &, ResourceKey, ResourceKey) override {}
};

} // namespace

void closeUnwindTable(jitlink::LinkGraph &graph) {
  if (jitlink::Section *table = graph.findSectionByName(".eh_frame"))
    for (jitlink::Block *entry : table->blocks()) {
      entry->setAlignmentOffset(0);
      entry->setAlignment(1);
    }
}

/// Not by Edge::isKeepAlive, which is true of every relocation too.
void forgetKeptAlive(jitlink::LinkGraph &graph) {
  for (jitlink::Block *block : graph.blocks()) {
    auto edges = block->edges();
    auto rest = std::remove_if(edges.begin(), edges.end(), [](const jitlink::Edge &edge) {
      return edge.getKind() == jitlink::Edge::KeepAlive;
    });
    while (block->edges().end() != rest)
      block->removeEdge(std::prev(block->edges().end()));
  }
}

std::shared_ptr<ObjectLinkingLayer::Plugin> unwindTablePlugin() {
  return std::make_shared<UnwindTablePlugin>();
}

} // namespace jithost
