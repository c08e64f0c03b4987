// Records to lines of JSON and back. Each kind lists its fields once, for writing and for reading.
#include "records.h"

#include <cmath>
#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SHA256.h>
#include <nlohmann/json.hpp>

namespace jithost {
namespace {

using Json = nlohmann::ordered_json; // keeps the keys in the order in which people read them

std::string dumped(const Json &json, Json::error_handler_t handler) {
  return json.dump(-1, ' ', false, handler);
}

bool isUtf8(const std::string &text) {
  return dumped(text, Json::error_handler_t::ignore) ==
         dumped(text, Json::error_handler_t::replace);
}

/// Each byte as the character of its number.
std::string bytesAsCharacters(const std::string &bytes) {
  std::string text;
  for (unsigned char byte : bytes)
    if (byte < 0x80) {
      text += static_cast<char>(byte);
    } else {
      text += static_cast<char>(0xc0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3f));
    }
  return text;
}

std::string charactersAsBytes(const std::string &text) {
  std::string bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = text[i];
    if (byte >= 0x80 && i + 1 < text.size())
      byte = static_cast<unsigned char>(byte << 6 | (text[++i] & 0x3f));
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

template <typename Visitor> void visit(Visitor &field, LaunchRecord &launch) {
  field("format", launch.format);
  field("host_version", launch.host_version);
  field("command_line", launch.command_line);
  field("sources", launch.sources);
  field("program_arguments", launch.program_arguments);
  field("folder", launch.folder);
  field("process", launch.process);
  field("started", launch.started);
}

template <typename Visitor> void visit(Visitor &field, JournalFile &file) {
  field("name", file.name);
  field("path", file.path);
  field("hash", file.hash);
  field.text(file.text);
}

template <typename Visitor> void visit(Visitor &field, VersionRecord &version) {
  field("number", version.number);
  field("answer", version.answer);
  field("files", version.files);
}

template <typename Visitor> void visit(Visitor &field, JournalFrame &frame) {
  field("function", frame.function);
  field("file", frame.file);
  field("line", frame.line);
}

template <typename Visitor> void visit(Visitor &field, FailureRecord &failure) {
  field("failure", failure.failure);
  field("thread", failure.thread);
  field("what", failure.what);
  field("message", failure.message);
  field("function", failure.function);
  field("file", failure.file);
  field("line", failure.line);
  field("statement", failure.statement);
  field("version", failure.version);
  field("source_line", failure.source_line);
  field("frames", failure.frames);
}

template <typename Visitor> void visit(Visitor &field, PauseRecord &pause) {
  field("failure", pause.failure);
  field("failure_to_pause_ms", pause.failure_to_pause_ms);
}

template <typename Visitor> void visit(Visitor &field, PatchRecord &patch) {
  field("answer", patch.answer);
  field("failure", patch.failure);
  field("files", patch.files);
}

template <typename Visitor> void visit(Visitor &field, ActionRecord &action) {
  field("answer", action.answer);
  field("failure", action.failure);
  field("file", action.file);
}

template <typename Visitor> void visit(Visitor &field, CommandRecord &command) {
  field("answer", command.answer);
  field("failure", command.failure);
  field("word", command.word);
  field("argument", command.argument);
}

template <typename Visitor> void visit(Visitor &field, ChoiceRecord &choice) {
  field("answer", choice.answer);
  field("run_again", choice.run_again);
  field("choice", choice.choice);
}

template <typename Visitor> void visit(Visitor &field, OutcomeRecord &outcome) {
  field("answer", outcome.answer);
  field("outcome", outcome.outcome);
  field("reason", outcome.reason);
  field("version", outcome.version);
  field("detect_ms", outcome.detect_ms);
  field("compile_ms", outcome.compile_ms);
  field("link_ms", outcome.link_ms);
  field("rebind_ms", outcome.rebind_ms);
  field("compile_way", outcome.compile_way);
  field("why_more", outcome.why_more);
  field("functions_changed", outcome.functions_changed);
}

template <typename Visitor> void visit(Visitor &field, ResumedRecord &resumed) {
  field("failure", resumed.failure);
  field("function", resumed.function);
  field("file", resumed.file);
  field("line", resumed.line);
  field("total_ms", resumed.total_ms);
}

template <typename Visitor> void visit(Visitor &field, ReplayedRecord &replayed) {
  field("failure", replayed.failure);
  field("answer", replayed.answer);
  field("difference", replayed.difference);
}

template <typename Visitor> void visit(Visitor &field, GapRecord &gap) { field("lost", gap.lost); }

template <typename Visitor> void visit(Visitor &field, EndRecord &end) {
  field("exit_code", end.exit_code);
}

class Writer {
public:
  explicit Writer(Json &json) : json_(json) {}

  template <typename T> void operator()(const char *name, const T &value) {
    json_[name] = jsonOf(value);
  }
  void text(const std::optional<std::string> &text) {
    if (text && isUtf8(*text))
      json_["text"] = *text;
    else if (text)
      json_["text_bytes"] = bytesAsCharacters(*text);
  }

private:
  static Json jsonOf(const std::string &value) { return value; }
  static Json jsonOf(double ms) { return std::round(ms * 1000) / 1000; }
  template <typename T>
    requires std::is_integral_v<T>
  static Json jsonOf(T value) {
    return value;
  }
  static Json jsonOf(std::optional<bool> value) { return value ? Json(*value) : Json(nullptr); }
  template <typename T> static Json jsonOf(const std::vector<T> &values) {
    Json list = Json::array();
    for (const T &value : values)
      list.push_back(jsonOf(value));
    return list;
  }
  template <typename T>
    requires std::is_class_v<T>
  static Json jsonOf(const T &value) {
    Json json = Json::object();
    Writer writer(json);
    visit(writer, const_cast<T &>(value)); // it only reads
    return json;
  }

  Json &json_;
};

/// Throws Json::exception for what is missing or of another type.
class Reader {
public:
  explicit Reader(const Json &json) : json_(json) {}

  template <typename T> void operator()(const char *name, T &value) { read(json_.at(name), value); }
  void text(std::optional<std::string> &text) {
    if (json_.contains("text"))
      text = json_["text"].get<std::string>();
    else if (json_.contains("text_bytes"))
      text = charactersAsBytes(json_["text_bytes"].get<std::string>());
  }

private:
  static void read(const Json &json, std::string &value) { json.get_to(value); }
  template <typename T>
    requires std::is_arithmetic_v<T>
  static void read(const Json &json, T &value) {
    json.get_to(value);
  }
  static void read(const Json &json, std::optional<bool> &value) {
    if (!json.is_null())
      value = json.get<bool>();
  }
  template <typename T> static void read(const Json &json, std::vector<T> &values) {
    for (const Json &entry : json)
      read(entry, values.emplace_back());
  }
  template <typename T>
    requires std::is_class_v<T>
  static void read(const Json &json, T &value) {
    Reader reader(json);
    visit(reader, value);
  }

  const Json &json_;
};

/// In the order of Record::content.
constexpr const char *kNames[] = {"jit-host journal", "version", "failure", "pause",   "patch",
                                  "action",           "command", "choice",  "outcome", "resumed",
                                  "replayed",         "gap",     "end"};
static_assert(std::size(kNames) == std::variant_size_v<decltype(Record::content)>);

/// The kind called `name`, with its fields read from `json`.
template <size_t I = 0>
bool readContent(const std::string &name, const Json &json, Record &record) {
  if constexpr (I < std::size(kNames)) {
    if (name != kNames[I])
      return readContent<I + 1>(name, json, record);
    Reader reader(json);
    visit(reader, record.content.emplace<I>());
    return true;
  }
  return false;
}

} // namespace

std::string lineOf(const Record &record) {
  Json json;
  json["record"] = kNames[record.content.index()];
  Writer writer(json);
  writer("at_ms", record.at_ms);
  std::visit(
      [&](const auto &content) {
        visit(writer, const_cast<std::remove_cvref_t<decltype(content)> &>(content));
      },
      record.content);
  return dumped(json, Json::error_handler_t::replace) + "\n";
}

std::optional<Record> recordOf(std::string_view line) {
  try {
    Json json = Json::parse(line);
    Record record;
    json.at("at_ms").get_to(record.at_ms);
    if (readContent(json.at("record").get<std::string>(), json, record))
      return record;
  } catch (const Json::exception &) { // no JSON, or other fields than ours
  }
  return std::nullopt;
}

uint32_t formatOf(std::string_view line) {
  Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_unsigned())
    return 0;
  return json["format"].get<uint32_t>();
}

std::string textHash(std::string_view text) {
  auto bytes = reinterpret_cast<const uint8_t *>(text.data());
  auto hash = llvm::SHA256::hash(llvm::ArrayRef<uint8_t>(bytes, text.size()));
  return llvm::toHex(hash, /*LowerCase=*/true);
}

} // namespace jithost
