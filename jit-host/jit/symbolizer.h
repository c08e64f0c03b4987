// From addresses of JIT code back to bodies and source places.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace llvm {
class DWARFContext;
class MemoryBuffer;
namespace object {
class ObjectFile;
}
} // namespace llvm

namespace jithost {

struct SourcePlace {
  std::string file;
  unsigned line = 0, column = 0;
};

struct CodePlace {
  std::string body; // name of the body, as in the object
  SourcePlace source;
  /// Functions that were inlined at the address, innermost first: names of bodies of the program,
  /// short names of others. Their callers stand at the next one's place, the last one's at
  /// `source`.
  std::vector<std::pair<std::string, SourcePlace>> inlined;
};

class Symbolizer {
public:
  Symbolizer();
  ~Symbolizer();

  /// Keeps `object` for its debug information. \return its number.
  unsigned addObject(std::shared_ptr<llvm::MemoryBuffer> object);
  /// Told by the linker where a section of object `number` went, and a function in it.
  void addSection(unsigned number, const std::string &name, uint64_t address);
  void addFunction(unsigned number, const std::string &name, uint64_t address, uint64_t size);

  /// `address` may be a return address: the place of the call is meant, so pass it minus one.
  /// \return false when it is no JIT code.
  bool find(uint64_t address, CodePlace &place);

private:
  struct Object;
  struct Range {
    uint64_t end = 0;
    unsigned object = 0;
    std::string name;
  };
  std::mutex mutex_; // guards both: the linker may run on a thread that is not the one that asks
  std::map<unsigned, std::unique_ptr<Object>> objects_;
  std::map<uint64_t, Range> ranges_; // by begin
};

} // namespace jithost
