// What a launch needs of a unit is little and comes first; tables and sources are in a part of
// their own, binary, and stay in the cache file together with the unoptimised code until somebody
// asks.
#include "unit_parts.h"

#include "work_json.h"

using namespace llvm;
using nlohmann::json;

namespace jithost {
namespace {

std::string binary(const json &content) {
  std::string text;
  json::to_msgpack(content, text);
  return text;
}

json fromBinary(StringRef text) { return json::from_msgpack(text.begin(), text.end()); }

} // namespace

std::vector<std::string> partsOf(const UnitStart &start, const EmittedObject &emitted,
                                 const UnitDetails &details) {
  json first = {{"diagnostics", start.diagnostics},
                {"bodies", emitted.bodies},
                {"constructors", emitted.constructors},
                {"defines_main", start.defines_main}};
  json later = {
      {"table", details.table}, {"program_files", details.program_files}, {"emitted", emitted}};
  std::vector<std::string> parts(4);
  parts[kStartPart] = binary(first);
  parts[kObjectPart] = emitted.object;
  parts[kDetailsPart] = binary(later);
  parts[kBitcodePart] = details.bitcode;
  return parts;
}

UnitDetails detailsOf(const UnitParts &parts) {
  json details = fromBinary(parts.part(kDetailsPart));
  UnitDetails result;
  details.at("table").get_to(result.table);
  details.at("program_files").get_to(result.program_files);
  details.at("emitted").get_to(result.emitted);
  result.bitcode = parts.part(kBitcodePart).str();
  parts.rest();
  return result;
}

UnitStart startOf(const UnitParts &parts) {
  UnitStart result;
  json start = fromBinary(parts.part(kStartPart));
  start.at("diagnostics").get_to(result.diagnostics);
  start.at("bodies").get_to(result.bodies);
  start.at("constructors").get_to(result.constructors);
  start.at("defines_main").get_to(result.defines_main);
  return result;
}

} // namespace jithost
