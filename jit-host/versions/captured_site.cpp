// "symbol|label|id|name=kind;...", as instrument/capture_pass writes it.
#include "captured_site.h"

#include "version_store.h"

#include <sstream>

namespace jithost {

Site parseSite(const char *text) {
  std::istringstream stream(text);
  Site site;
  std::string id, captured;
  std::getline(stream, site.symbol, '|');
  std::getline(stream, site.label, '|');
  std::getline(stream, id, '|');
  std::getline(stream, captured);
  site.id = std::stoul(id);
  site.captured = parseCaptured(captured);
  return site;
}

} // namespace jithost
