// LLJIT with JITLink on objects. Static constructors are functions that the objects name (see
// rebind_pass), so no platform is needed; destructors register with the process's own __cxa_atexit.
#include "session.h"

#include "../instrument/body_names.h"
#include "../runtime/address_space.h"
#include "rebindable.h"
#include "static_objects.h"
#include "thread_locals.h"
#include "unwind_table.h"
#include "virtual_tables.h"

#include <llvm/Demangle/Demangle.h>
#include <llvm/ExecutionEngine/JITLink/EHFrameSupport.h>
#include <llvm/ExecutionEngine/JITLink/JITLink.h>
#include <llvm/ExecutionEngine/Orc/ExecutionUtils.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/MapperJITLinkMemoryManager.h>
#include <llvm/ExecutionEngine/Orc/MemoryMapper.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/ExecutionEngine/Orc/TargetProcess/RegisterEHFrames.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/TargetParser/Host.h>

#include <cstdlib>
#include <dlfcn.h>
#include <pthread.h>

using namespace llvm;
using namespace llvm::orc;

namespace jithost {
namespace {

/// Names in objects have no prefix; nothing else is asked of it.
constexpr const char *kDataLayout = "e-m:e-i64:64-i128:128-f80:128-n8:16:32:64-S128";
constexpr unsigned kPartOfLimit = 8;
constexpr size_t kCodeBytes = size_t(1) << 30; // address space; pages come when they are touched

bool isBody(const std::string &name) {
  std::string symbol, label;
  return parseBodyName(name, symbol, label);
}

/// Tells the symbolizer where functions went. The buffer's name is the object's number there.
class FunctionRecorder : public ObjectLinkingLayer::Plugin {
public:
  explicit FunctionRecorder(Symbolizer &symbolizer) : symbolizer_(symbolizer) {}

  void modifyPassConfig(MaterializationResponsibility &, jitlink::LinkGraph &graph,
                        jitlink::PassConfiguration &config) override {
    unsigned number = 0;
    if (StringRef(graph.getName()).getAsInteger(10, number))
      return;
    config.PostFixupPasses.push_back([this, number](jitlink::LinkGraph &linked) {
      for (jitlink::Section &section : linked.sections())
        if (jitlink::SectionRange range(section); !range.empty())
          symbolizer_.addSection(number, section.getName().str(), range.getStart().getValue());
      for (bool bodies : {false, true}) // last, as public names may be names of the same code
        for (jitlink::Symbol *symbol : linked.defined_symbols())
          if (symbol->hasName() && symbol->isCallable() && symbol->getSize() > 0 &&
              isBody(symbol->getName().str()) == bodies)
            symbolizer_.addFunction(number, symbol->getName().str(),
                                    symbol->getAddress().getValue(), symbol->getSize());
      return Error::success();
    });
  }
  Error notifyFailed(MaterializationResponsibility &) override { return Error::success(); }
  Error notifyRemovingResources(JITDylib &, ResourceKey) override { return Error::success(); }
  void notifyTransferringResources(JITDylib &, ResourceKey, ResourceKey) override {}

private:
  Symbolizer &symbolizer_;
};

std::vector<std::string> definedNames(const object::ObjectFile &file) {
  std::vector<std::string> names;
  for (const object::SymbolRef &symbol : file.symbols()) {
    auto flags = cantFail(symbol.getFlags());
    if ((flags & object::SymbolRef::SF_Global) && !(flags & object::SymbolRef::SF_Undefined))
      names.push_back(cantFail(symbol.getName()).str());
  }
  return names;
}

std::vector<std::string> undefinedNames(const object::ObjectFile &file) {
  std::vector<std::string> names;
  for (const object::SymbolRef &symbol : file.symbols()) {
    auto flags = cantFail(symbol.getFlags());
    if ((flags & object::SymbolRef::SF_Undefined) && !(flags & object::SymbolRef::SF_Weak))
      if (StringRef name = cantFail(symbol.getName()); !name.empty())
        names.push_back(name.str());
  }
  return names;
}

bool inProcess(const std::string &name) {
  StringRef plain = name;
  plain.consume_front("__emutls_v.");
  return dlsym(RTLD_DEFAULT, plain.str().c_str()) != nullptr;
}

Expected<std::unique_ptr<object::ObjectFile>> open(const MemoryBuffer &object) {
  return object::ObjectFile::createObjectFile(object.getMemBufferRef());
}

/// Tells where it has reserved address space.
class KnownMapper : public InProcessMemoryMapper {
public:
  KnownMapper(size_t page_size, Session::CodeRange &range)
      : InProcessMemoryMapper(page_size), range_(range) {}

  void reserve(size_t bytes, OnReservedFunction on_reserved) override {
    InProcessMemoryMapper::reserve(
        bytes, [this, done = std::move(on_reserved)](Expected<ExecutorAddrRange> range) mutable {
          if (range && range_.begin == 0)
            range_ = {range->Start.getValue(), range->End.getValue()};
          done(std::move(range));
        });
  }

private:
  Session::CodeRange &range_;
};

/// Only objects come here: the code generators are in the compile process.
class NoCompiler : public IRCompileLayer::IRCompiler {
public:
  NoCompiler() : IRCompiler(IRSymbolMapper::ManglingOptions()) {}
  Expected<std::unique_ptr<MemoryBuffer>> operator()(Module &) override {
    return createStringError("the host compiles nothing");
  }
};

} // namespace

Session::Session()
    : names_(std::make_unique<Rebindable>()), tables_(std::make_unique<VirtualTables>()),
      static_objects_(std::make_unique<StaticObjects>()) {}
Session::~Session() = default;

Expected<Session *> Session::create() {
  std::unique_ptr<Session> session(new Session);
  // One reservation for everything: objects reach each other's tables (DW.ref.*) by 32 bit
  // distances.
  auto page_size = sys::Process::getPageSize();
  if (!page_size)
    return page_size.takeError();
  auto memory = std::make_unique<MapperJITLinkMemoryManager>(
      modestReservation(kCodeBytes, kPartOfLimit) & ~uint64_t{0xfffff},
      std::make_unique<KnownMapper>(*page_size, session->code_));
  JITTargetMachineBuilder target((Triple(sys::getProcessTriple())));
  auto jit = LLJITBuilder()
                 .setJITTargetMachineBuilder(std::move(target))
                 .setDataLayout(DataLayout(kDataLayout))
                 .setCompileFunctionCreator(
                     [](auto) -> Expected<std::unique_ptr<IRCompileLayer::IRCompiler>> {
                       return std::make_unique<NoCompiler>();
                     })
                 .setObjectLinkingLayerCreator([&](ExecutionSession &execution, const Triple &) {
                   auto layer = std::make_unique<ObjectLinkingLayer>(execution, std::move(memory));
                   layer->addPlugin(std::make_unique<EHFrameRegistrationPlugin>(
                       execution, std::make_unique<jitlink::InProcessEHFrameRegistrar>()));
                   layer->addPlugin(unwindTablePlugin());
                   layer->addPlugin(std::make_unique<FunctionRecorder>(session->symbolizer_));
                   layer->addPlugin(session->static_objects_->plugin());
                   layer->addPlugin(session->tables_->plugin());
                   return layer;
                 })
                 .setPlatformSetUp(setUpInactivePlatform)
                 .setLinkProcessSymbolsByDefault(false)
                 .create();
  if (!jit)
    return jit.takeError();
  session->jit_ = std::move(*jit);
  LLJIT &made = *session->jit_;
  JITDylib &library = made.getMainJITDylib();
  auto process = DynamicLibrarySearchGenerator::GetForCurrentProcess(0);
  if (!process)
    return process.takeError();
  library.addGenerator(std::move(*process));
  library.addGenerator(std::make_unique<NativeThreadLocals>());
  SymbolMap own;
  own[made.mangleAndIntern("__emutls_get_address")] = {ExecutorAddr::fromPtr(emulatedTlsFunction()),
                                                       JITSymbolFlags::Exported |
                                                           JITSymbolFlags::Callable};
  // The C library keeps these in its static part, where dlsym does not see them.
  own[made.mangleAndIntern("atexit")] = {ExecutorAddr::fromPtr(&std::atexit),
                                         JITSymbolFlags::Exported | JITSymbolFlags::Callable};
  own[made.mangleAndIntern("at_quick_exit")] = {ExecutorAddr::fromPtr(&std::at_quick_exit),
                                                JITSymbolFlags::Exported |
                                                    JITSymbolFlags::Callable};
  own[made.mangleAndIntern("pthread_atfork")] = {
      ExecutorAddr::fromPtr(&pthread_atfork), JITSymbolFlags::Exported | JITSymbolFlags::Callable};
  for (auto &entry : own)
    session->known_.insert(*entry.first);
  if (Error error = library.define(absoluteSymbols(std::move(own))))
    return std::move(error);
  session->known_.insert("_GLOBAL_OFFSET_TABLE_");
  return session.release();
}

Expected<std::vector<std::string>>
Session::unresolved(const std::vector<NewObject> &objects) const {
  std::set<std::string> defined;
  std::vector<std::string> wanted, missing;
  for (const NewObject &object : objects) {
    auto file = open(*object.object);
    if (!file)
      return file.takeError();
    for (std::string &name : definedNames(**file))
      defined.insert(std::move(name));
    for (auto &[name, body] : object.bodies)
      defined.insert(name);
    for (std::string &name : undefinedNames(**file))
      wanted.push_back(std::move(name));
  }
  for (const std::string &name : wanted)
    if (!defined.count(name) && !known_.contains(name) && !static_objects_->defines(name) &&
        !inProcess(name))
      missing.push_back(name);
  return missing;
}

Error Session::resolve(const std::vector<NewObject> &objects) {
  auto missing = unresolved(objects);
  if (!missing)
    return missing.takeError();
  if (Error error = provide(*missing))
    return error;
  missing = unresolved(objects);
  if (!missing)
    return missing.takeError();
  if (missing->empty())
    return Error::success();
  return createStringError("unresolved symbol: " + demangle(missing->front()) +
                           "; add the source (.cpp), the object (.o) or the library (-l NAME) that "
                           "defines it");
}

Error Session::provide(const std::vector<std::string> &names) {
  if (libraries_in_jit_)
    return Error::success();
  std::vector<std::string> variables;
  for (StringRef name : names) {
    name.consume_front("__emutls_v."); // a thread_local has its own name there
    variables.push_back(name.str());
  }
  Error trouble = libraries_.provide(variables);
  if (!trouble)
    return Error::success();
  // Objects that call the program, or that only an executable can contain.
  libraries_in_jit_ = true;
  for (const std::string &file : libraries_.staticFiles())
    if (Error error = static_objects_->add(*jit_, file))
      return joinErrors(std::move(error), std::move(trouble));
  consumeError(std::move(trouble));
  return Error::success();
}

/// Inline variables and static locals of inline functions are one for program and libraries, as the
/// dynamic linker has it. Tables of classes stay the program's: their functions can be patched.
Error Session::shareVariables(const object::ObjectFile &file) {
  SymbolMap shared;
  for (const object::SymbolRef &symbol : file.symbols()) {
    auto flags = cantFail(symbol.getFlags());
    StringRef name = cantFail(symbol.getName());
    if (!(flags & object::SymbolRef::SF_Weak) || (flags & object::SymbolRef::SF_Undefined) ||
        cantFail(symbol.getType()) != object::SymbolRef::ST_Data || name.starts_with("_ZT") ||
        known_.contains(name))
      continue;
    if (void *address = dlsym(RTLD_DEFAULT, name.str().c_str()))
      shared[jit_->getExecutionSession().intern(name)] = {ExecutorAddr::fromPtr(address),
                                                          JITSymbolFlags::Exported};
  }
  for (auto &entry : shared)
    known_.insert(*entry.first);
  return shared.empty() ? Error::success()
                        : jit_->getMainJITDylib().define(absoluteSymbols(std::move(shared)));
}

Expected<std::vector<LinkedObject>> Session::link(std::vector<NewObject> objects) {
  std::lock_guard lock(mutex_);
  // Asked before anything is handed to the linker: what it failed to link once, it would not
  // forget.
  if (Error error = resolve(objects))
    return std::move(error);
  JITDylib &library = jit_->getMainJITDylib();
  ResourceTrackerSP tracker = library.createResourceTracker();
  auto forget = [&](Error error) -> Error {
    tables_->take(); // they go
    return joinErrors(std::move(error), tracker->remove());
  };
  std::vector<std::string> fresh;
  for (NewObject &object : objects) {
    auto file = open(*object.object);
    if (Error error = shareVariables(**file))
      return forget(std::move(error));
    for (std::string &name : definedNames(**file))
      fresh.push_back(std::move(name));
    unsigned number = symbolizer_.addObject(object.object);
    auto buffer = MemoryBuffer::getMemBuffer(object.object->getBuffer(), std::to_string(number),
                                             /*RequiresNullTerminator=*/false);
    if (Error error = jit_->addObjectFile(tracker, std::move(buffer)))
      return forget(std::move(error));
  }
  if (Error error = static_objects_->linkObjects(*jit_))
    return forget(std::move(error));
  std::vector<LinkedObject> linked;
  for (NewObject &object : objects) {
    LinkedObject result;
    for (auto &[name, body] : object.bodies) {
      auto address = lookup(body);
      if (!address)
        return forget(address.takeError());
      result.bodies.push_back({name, *address});
    }
    for (const std::string &name : object.wanted) {
      auto address = lookup(name);
      if (!address)
        return forget(address.takeError());
      result.wanted.push_back(*address);
    }
    linked.push_back(std::move(result));
  }
  for (const NewObject &object : objects)
    for (auto &[name, body] : object.bodies)
      if (Error error = define(name))
        return forget(std::move(error));
  for (const TableSlot &slot : tables_->take())
    names_->addTableSlot(slot.place, slot.body);
  for (const std::string &name : fresh)
    known_.insert(name);
  return linked;
}

/// A public name that objects have brought: now, or before, and then a patch leads it elsewhere.
Error Session::define(const std::string &name) {
  if (!names_->defines(name)) {
    auto entry = lookup(name);
    if (!entry)
      return entry.takeError();
    names_->define(name, *entry);
  } else if (!names_->canRedirect(name)) {
    return createStringError(
        "calls of " + demangle(name) +
        " cannot be led to new code: it does not begin as expected, or code must not be changed");
  }
  return Error::success();
}

Expected<LinkedObject> Session::linkOne(NewObject object) {
  std::vector<NewObject> objects;
  objects.push_back(std::move(object));
  auto linked = link(std::move(objects));
  if (!linked)
    return linked.takeError();
  return std::move(linked->front());
}

void Session::rebind(const std::vector<LinkedObject> &objects) {
  for (const LinkedObject &object : objects)
    for (auto &[name, address] : object.bodies)
      cantFail(names_->redirect(name, address)); // defined by link
}

LinkedObject Session::bound(const std::vector<LinkedObject> &objects) const {
  LinkedObject now;
  for (const LinkedObject &object : objects)
    for (auto &[name, address] : object.bodies)
      now.bodies.push_back({name, names_->target(name)});
  return now;
}

std::vector<uint64_t> Session::takeConstructors() { return static_objects_->takeConstructors(); }

Expected<uint64_t> Session::lookup(const std::string &name) {
  auto address = jit_->lookupLinkerMangled(name);
  if (!address)
    return address.takeError();
  return address->getValue();
}

} // namespace jithost
