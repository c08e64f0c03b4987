// Where the linked tables of virtual functions hold functions' addresses.
#pragma once

#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace jithost {

/// A word of a table, and the first body that it leads to.
struct TableSlot {
  uint64_t place = 0, body = 0;
};

class VirtualTables {
public:
  /// Notes the tables of every object that is linked.
  std::shared_ptr<llvm::orc::ObjectLinkingLayer::Plugin> plugin();

  /// Those of what was linked since the last time.
  std::vector<TableSlot> take();

private:
  friend class VirtualTablesPlugin;
  std::vector<TableSlot> slots_;
};

} // namespace jithost
