// Function ranges come from the linker, lines from the object's own DWARF, which is read at the
// first question.
#include "symbolizer.h"

#include <llvm/DebugInfo/DIContext.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

using namespace llvm;

namespace jithost {

namespace {

/// Tells the DWARF reader where the sections are, so that it reads places of the linked code: in
/// the object itself every section begins at 0, and functions of different sections could not be
/// told apart.
struct SectionPlaces : LoadedObjectInfo {
  std::map<std::string, uint64_t> places;
  std::unique_ptr<LoadedObjectInfo> clone() const override {
    return std::make_unique<SectionPlaces>(*this);
  }
  uint64_t getSectionLoadAddress(const object::SectionRef &section) const override {
    auto name = section.getName();
    if (!name) {
      consumeError(name.takeError());
      return 0;
    }
    auto place = places.find(name->str());
    return place == places.end() ? 0 : place->second;
  }
};

SourcePlace sourcePlace(const DILineInfo &line) {
  SmallString<256> file(line.FileName);
  sys::path::remove_dots(file, /*remove_dot_dot=*/true); // as statement tables name files
  return {std::string(file), line.Line, line.Column};
}

} // namespace

struct Symbolizer::Object {
  std::shared_ptr<MemoryBuffer> text;
  SectionPlaces sections;
  std::unique_ptr<object::ObjectFile> file;
  std::unique_ptr<DWARFContext> dwarf;
  std::map<std::string, uint64_t> section_of; // index, by function

  bool open() {
    if (file)
      return true;
    auto opened = object::ObjectFile::createObjectFile(text->getMemBufferRef());
    if (!opened) {
      consumeError(opened.takeError());
      return false;
    }
    file = std::move(*opened);
    dwarf = DWARFContext::create(*file, DWARFContext::ProcessDebugRelocations::Process, &sections);
    for (const object::SymbolRef &symbol : file->symbols()) {
      auto name = symbol.getName();
      auto section = symbol.getSection();
      if (name && section && *section != file->section_end())
        section_of[name->str()] = (*section)->getIndex();
      consumeError(name.takeError());
      consumeError(section.takeError());
    }
    return true;
  }
};

Symbolizer::Symbolizer() = default;
Symbolizer::~Symbolizer() = default;

unsigned Symbolizer::addObject(std::shared_ptr<MemoryBuffer> object) {
  std::lock_guard lock(mutex_);
  unsigned number = objects_.size();
  objects_[number] = std::make_unique<Object>();
  objects_[number]->text = std::move(object);
  return number;
}

void Symbolizer::addSection(unsigned number, const std::string &name, uint64_t address) {
  std::lock_guard lock(mutex_);
  objects_.at(number)->sections.places[name] = address;
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
  const Range &range = std::prev(next)->second;
  if (address >= range.end)
    return false;
  place.body = range.name;
  Object &object = *objects_.at(range.object);
  if (!object.open())
    return true;
  auto section = object.section_of.find(range.name);
  if (section == object.section_of.end())
    return true;
  object::SectionedAddress where{address, section->second};
  DILineInfoSpecifier wanted(DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath,
                             DILineInfoSpecifier::FunctionNameKind::ShortName);
  DIInliningInfo inlined = object.dwarf->getInliningInfoForAddress(where, wanted);
  unsigned count = inlined.getNumberOfFrames();
  for (unsigned i = 0; i + 1 < count; ++i)
    place.inlined.push_back({inlined.getFrame(i).FunctionName, sourcePlace(inlined.getFrame(i))});
  place.source = sourcePlace(count > 0 ? inlined.getFrame(count - 1)
                                       : object.dwarf->getLineInfoForAddress(where, wanted));
  return true;
}

} // namespace jithost
