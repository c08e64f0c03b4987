// `symbol$vLABEL`.
#include "body_names.h"

namespace jithost {

std::string bodyName(const std::string &symbol, const std::string &label) {
  return symbol + "$v" + label;
}

std::string pollFlagName(const std::string &body) { return body + "$poll"; }

std::string againFlagName(const std::string &body) { return body + "$again"; }

std::string supportName(const std::string &symbol) { return symbol + "$s"; }

bool parseBodyName(const std::string &body, std::string &symbol, std::string &label) {
  size_t split = body.rfind("$v");
  if (split == std::string::npos)
    return false;
  symbol = body.substr(0, split);
  label = body.substr(split + 2);
  return !label.empty() && isdigit(static_cast<unsigned char>(label[0]));
}

uint32_t versionOf(const std::string &label) { return std::strtoul(label.c_str(), nullptr, 10); }

} // namespace jithost
