// `symbol$vLABEL`; an inner label ends in "i".
#include "body_names.h"

#include <algorithm>

namespace jithost {

constexpr char kInner = 'i';

std::string bodyName(const std::string &symbol, const std::string &label) {
  return nameOfCode(symbol, outerLabel(label));
}

std::string innerLabel(const std::string &label) { return label + kInner; }

unsigned innerLevel(const std::string &label) {
  return std::count(label.begin(), label.end(), kInner);
}

std::string outerLabel(const std::string &label) { return label.substr(0, label.find(kInner)); }

std::string nameOfCode(const std::string &symbol, const std::string &label) {
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
