// Requests and answers of the compile process as JSON, for both sides.
#pragma once

#include "compile/table_json.h"
#include "compile_work.h"

#include <nlohmann/json.hpp>

namespace jithost {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SourceFile, path, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CompileJob, source, unit, flags, optimisation, injection, folder,
                                   precompiled_header, names_before, sources)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FileState, path, exists, size, modified_ns, content)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Refusal, reason, subject, detail, place)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CapturedName, name, kind)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ContinuationRequest, symbol, target, captured, name)

inline nlohmann::json toJson(const EmittedObject &emitted) {
  nlohmann::json result = {{"bodies", emitted.bodies},
                           {"inlined", emitted.inlined},
                           {"sites", emitted.sites},
                           {"constructors", emitted.constructors}};
  if (emitted.refusal)
    result["refusal"] = *emitted.refusal;
  return result;
}

inline EmittedObject emittedFrom(const nlohmann::json &from, std::string object) {
  EmittedObject emitted;
  emitted.object = std::move(object);
  from.at("bodies").get_to(emitted.bodies);
  from.at("inlined").get_to(emitted.inlined);
  from.at("sites").get_to(emitted.sites);
  from.at("constructors").get_to(emitted.constructors);
  if (from.contains("refusal"))
    emitted.refusal = from["refusal"].get<Refusal>();
  return emitted;
}

inline void to_json(nlohmann::json &json, const PlaceMap &places) {
  json = nlohmann::json::array();
  for (const PlaceRun &run : places.runs())
    json.push_back({run.line, run.column, run.lines, run.columns});
}

inline void from_json(const nlohmann::json &json, PlaceMap &places) {
  for (const nlohmann::json &run : json)
    places.add({run[0], run[1], run[2], run[3]});
}

/// Messages of programs need not be UTF-8; what is not is replaced.
inline std::string dump(const nlohmann::json &text) {
  return text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace jithost
