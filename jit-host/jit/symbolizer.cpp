// Function ranges come from the linker, lines from the object's own DWARF, which is read at the first question.
#include "symbolizer.h"

#include <llvm/DebugInfo/DIContext.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>

using namespace llvm;

namespace jithost {

struct Symbolizer::Object {
  std::string text;
  std::unique_ptr<object::ObjectFile> file;
  std::unique_ptr<DWARFContext> dwarf;
  std::map<std::string, object::SectionedAddress> functions; // in the object

  bool open() {
    if (file)
      return true;
    auto opened = object::ObjectFile::createObjectFile(MemoryBufferRef(text, "jit"));
    if (!opened) {
      consumeError(opened.takeError());
      return false;
    }
    file = std::move(*opened);
    dwarf = DWARFContext::create(*file);
    for (const object::SymbolRef &symbol : file->symbols()) {
      auto name = symbol.getName();
      auto value = symbol.getValue();
      auto section = symbol.getSection();
      if (name && value && section && *section != file->section_end())
        functions[name->str()] = {*value, (*section)->getIndex()};
      consumeError(name.takeError());
      consumeError(value.takeError());
      consumeError(section.takeError());
    }
    return true;
  }
};

Symbolizer::Symbolizer() = default;
Symbolizer::~Symbolizer() = default;

unsigned Symbolizer::addObject(std::string object) {
  std::lock_guard lock(mutex_);
  unsigned number = objects_.size();
  objects_[number] = std::make_unique<Object>();
  objects_[number]->text = std::move(object);
  return number;
}

void Symbolizer::addFunction(unsigned number, const std::string &name, uint64_t address,
                             uint64_t size) {
  std::lock_guard lock(mutex_);
  ranges_[address] = {address + size, number, name};
}

bool Symbolizer::find(uint64_t address, CodePlace &place) {
  std::lock_guard lock(mutex_);
  auto next = ranges_.upper_bound(address);
  if (next == ranges_.begin())
    return false;
  auto &[begin, range] = *std::prev(next);
  if (address >= range.end)
    return false;
  place.body = range.name;
  Object &object = *objects_.at(range.object);
  if (!object.open())
    return true;
  auto function = object.functions.find(range.name);
  if (function == object.functions.end())
    return true;
  object::SectionedAddress offset{function->second.Address + (address - begin),
                                  function->second.SectionIndex};
  DILineInfoSpecifier wanted(DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath,
                             DILineInfoSpecifier::FunctionNameKind::None);
  // What the optimiser inlined is shown at the place in the body that contains it.
  DIInliningInfo inlined = object.dwarf->getInliningInfoForAddress(offset, wanted);
  DILineInfo line = inlined.getNumberOfFrames() > 0
                        ? inlined.getFrame(inlined.getNumberOfFrames() - 1)
                        : object.dwarf->getLineInfoForAddress(offset, wanted);
  place.file = line.FileName;
  place.line = line.Line;
  place.column = line.Column;
  return true;
}

} // namespace jithost
