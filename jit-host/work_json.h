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

/// But the names of symbols, which travel beside it.
inline void to_json(nlohmann::json &json, const EmitRequest &request) {
  json = {{"unit", request.unit},       {"label", request.label},
          {"interim", request.interim}, {"in_background", request.in_background},
          {"partial", request.partial}, {"optimisation", request.optimisation},
          {"changed", request.changed}, {"continuation_label", request.continuation_label}};
  if (request.continuation)
    json["continuation"] = *request.continuation;
}

inline void from_json(const nlohmann::json &json, EmitRequest &request) {
  json.at("unit").get_to(request.unit);
  json.at("label").get_to(request.label);
  json.at("interim").get_to(request.interim);
  json.at("in_background").get_to(request.in_background);
  json.at("partial").get_to(request.partial);
  json.at("optimisation").get_to(request.optimisation);
  json.at("changed").get_to(request.changed);
  json.at("continuation_label").get_to(request.continuation_label);
  if (json.contains("continuation"))
    request.continuation = json["continuation"].get<ContinuationRequest>();
}

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
