// What a platform of ORC would do for native objects: keep their lists of constructors and run them
// once.
#include "static_objects.h"

#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/ExecutionEngine/JITLink/x86_64.h>
#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/Object/Archive.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace llvm::orc;

namespace jithost {
namespace {

/// The program's own objects are named by a number, see FunctionRecorder.
bool isProgramObject(const jitlink::LinkGraph &graph) {
  unsigned number = 0;
  return !StringRef(graph.getName()).getAsInteger(10, number);
}

bool isConstructorList(const jitlink::Section &section) {
  return section.getName().starts_with(".init_array");
}

/// `.init_array.00101` runs before `.init_array.65535` and `.init_array`.
unsigned priorityOf(StringRef section) {
  unsigned priority = 65536;
  section.rsplit('.').second.getAsInteger(10, priority);
  return priority;
}

bool isThreadLocal(StringRef section) {
  return section.starts_with(".tdata") || section.starts_with(".tbss");
}

Error noThreadLocals(const std::string &file) {
  return createStringError(file + " has thread_local variables and cannot be made part of a shared "
                                  "library, which they need; compile it with -fPIC");
}

/// What natively the startup code of an executable has; within reach of the objects.
Error addProcessHandle(LLJIT &jit) {
  auto graph =
      std::make_unique<jitlink::LinkGraph>("process handle", jit.getTargetTriple(), 8,
                                           endianness::little, jitlink::x86_64::getEdgeKindName);
  auto &section = graph->createSection("process handle", MemProt::Read | MemProt::Write);
  auto &block = graph->createZeroFillBlock(section, 8, ExecutorAddr(), 8, 0);
  graph->addDefinedSymbol(block, 0, "__dso_handle", 8, jitlink::Linkage::Strong,
                          jitlink::Scope::Default, false, true);
  auto &layer = static_cast<ObjectLinkingLayer &>(jit.getObjLinkingLayer());
  return layer.add(jit.getMainJITDylib().getDefaultResourceTracker(), std::move(graph));
}

Error keepConstructors(jitlink::LinkGraph &graph) {
  for (jitlink::Section &section : graph.sections()) {
    if (isThreadLocal(section.getName()) && !section.blocks().empty())
      return noThreadLocals(graph.getName());
    if (isConstructorList(section))
      for (jitlink::Block *block : section.blocks())
        graph.addAnonymousSymbol(*block, 0, block->getSize(), false, /*IsLive=*/true);
  }
  return Error::success();
}

} // namespace

class StaticObjectsPlugin : public ObjectLinkingLayer::Plugin {
public:
  explicit StaticObjectsPlugin(StaticObjects &objects) : objects_(objects) {}

  void modifyPassConfig(MaterializationResponsibility &, jitlink::LinkGraph &graph,
                        jitlink::PassConfiguration &config) override {
    if (isProgramObject(graph))
      return;
    config.PrePrunePasses.push_back(keepConstructors);
    config.PostFixupPasses.push_back([this](jitlink::LinkGraph &linked) {
      for (jitlink::Section &section : linked.sections())
        if (isConstructorList(section))
          collect(section);
      return Error::success();
    });
  }
  Error notifyFailed(MaterializationResponsibility &) override { return Error::success(); }
  Error notifyRemovingResources(JITDylib &, ResourceKey) override { return Error::success(); }
  void notifyTransferringResources(JITDylib &, ResourceKey, ResourceKey) override {}

private:
  void collect(jitlink::Section &section) {
    std::vector<jitlink::Block *> blocks(section.blocks().begin(), section.blocks().end());
    std::sort(blocks.begin(), blocks.end(),
              [](auto *a, auto *b) { return a->getAddress() < b->getAddress(); });
    for (jitlink::Block *block : blocks)
      for (size_t offset = 0; offset + 8 <= block->getSize(); offset += 8) {
        uint64_t address = 0;
        std::memcpy(&address, block->getContent().data() + offset, 8);
        objects_.constructors_.push_back({priorityOf(section.getName()), address});
      }
  }

  StaticObjects &objects_;
};

std::shared_ptr<ObjectLinkingLayer::Plugin> StaticObjects::plugin() {
  return std::make_shared<StaticObjectsPlugin>(*this);
}

Error StaticObjects::add(LLJIT &jit, const std::string &file) {
  if (!std::exchange(has_process_handle_, true))
    if (Error error = addProcessHandle(jit))
      return error;
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return createStringError("cannot read " + file + ": " + buffer.getError().message());
  if (file_magic kind = identify_magic((*buffer)->getBuffer());
      kind == file_magic::elf_relocatable) {
    auto object = object::ObjectFile::createObjectFile(**buffer);
    if (!object)
      return object.takeError();
    for (const object::SectionRef &section : (*object)->sections())
      if (auto name = section.getName(); name && isThreadLocal(*name))
        return noThreadLocals(file);
      else
        consumeError(name.takeError());
    std::string any;
    for (const object::SymbolRef &symbol : (*object)->symbols()) {
      auto flags = cantFail(symbol.getFlags());
      if (!(flags & object::SymbolRef::SF_Global) || (flags & object::SymbolRef::SF_Undefined))
        continue;
      any = cantFail(symbol.getName()).str();
      names_.insert(any);
    }
    if (!any.empty())
      of_objects_.push_back(any);
    return jit.addObjectFile(std::move(*buffer));
  }
  auto archive = object::Archive::create(**buffer);
  if (!archive)
    return archive.takeError();
  for (const object::Archive::Symbol &symbol : (*archive)->symbols())
    names_.insert(symbol.getName().str());
  auto members = StaticLibraryDefinitionGenerator::Load(jit.getObjLinkingLayer(), file.c_str());
  if (!members)
    return members.takeError();
  jit.getMainJITDylib().addGenerator(std::move(*members));
  return Error::success();
}

Error StaticObjects::linkObjects(LLJIT &jit) {
  for (const std::string &name : std::exchange(of_objects_, {}))
    if (auto address = jit.lookupLinkerMangled(name); !address)
      return address.takeError();
  return Error::success();
}

std::vector<uint64_t> StaticObjects::takeConstructors() {
  std::vector<Constructor> fresh = std::exchange(constructors_, {});
  std::stable_sort(fresh.begin(), fresh.end(), [](const Constructor &a, const Constructor &b) {
    return a.priority < b.priority;
  });
  std::vector<uint64_t> addresses;
  for (const Constructor &constructor : fresh)
    addresses.push_back(constructor.address);
  return addresses;
}

} // namespace jithost
