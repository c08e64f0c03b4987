// Requests and answers of the compile process as JSON, for both sides.
#pragma once

#include "compile/table_json.h"
#include "compile_work.h"

#include <nlohmann/json.hpp>

/// Null when there is none.
template <typename T> struct nlohmann::adl_serializer<std::optional<T>> {
  static void to_json(json &json, const std::optional<T> &value) {
    json = value ? nlohmann::json(*value) : nlohmann::json();
  }
  static void from_json(const json &json, std::optional<T> &value) {
    value = json.is_null() ? std::nullopt : std::optional<T>(json.get<T>());
  }
};

namespace jithost {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SourceFile, path, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CompileJob, source, unit, flags, optimisation, injection, checks,
                                   folder, precompiled_header, names_before, sources)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FileState, path, exists, size, modified_ns, content)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Refusal, reason, subject, detail, place)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(CapturedName, name, kind)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ContinuationRequest, symbol, target, captured, name, end,
                                   again_flag)

// But names of symbols and code, which travel beside them.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EmitRequest, unit, label, interim, in_background, partial,
                                   optimisation, changed, continuation_label, continuation)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EvaluationPlace, file, line, column, before_declaration)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EvaluationRequest, symbol, place, captured, leaves, label)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(EmittedObject, bodies, inlined, sites, constructors, refusal)

/// All that a held unit is asked when its whole code is wanted.
inline constexpr const char *kEverythingRequest = R"({"kind":"everything"})";
/// How a request begins that a held unit answers in a child, because it is to stay as it is.
inline constexpr const char *kEvaluationRequest = R"({"kind":"evaluation")";

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
