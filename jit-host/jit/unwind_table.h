// What the linker (LLVM 19) leaves undone for the unwind tables of objects.
#pragma once

#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>

#include <memory>

namespace jithost {

/// Keeps an object's unwind table in one piece. What another object defines already is dropped, its
/// entry of the table too; the linker keeps the entries behind it at their old alignment, and the
/// zeros in between read as the table's end: no exception passes the functions behind it.
void closeUnwindTable(llvm::jitlink::LinkGraph &graph);

/// Takes away the edges that lead from functions to their entries, once these have kept them from
/// being pruned. The linker asks what every block depends on, by way of others too: an object's
/// code is one block, so each entry would depend on each (4400 functions: a second).
void forgetKeptAlive(llvm::jitlink::LinkGraph &graph);

/// Does both for every object that is linked.
std::shared_ptr<llvm::orc::ObjectLinkingLayer::Plugin> unwindTablePlugin();

} // namespace jithost
