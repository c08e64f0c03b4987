// The fully optimised code that takes the place of interim code, made while the run goes on.
#pragma once

#include "background_work.h"
#include "turn.h"

namespace jithost {

class Successors {
public:
  /// \param turn held where versions may be changed
  Successors(CompileWork &work, Session &session, VersionStore &versions, Turn &turn)
      : work_(work), session_(session), versions_(versions), turn_(turn) {}

  /// On the background thread. Does nothing when a later patch has changed the unit again.
  /// \return how many bodies took over; nothing: it is somebody's turn, so try again
  std::optional<unsigned> takeOver(const UnitToHold &unit, const CompileAnswer &whole);

private:
  bool isNewest(const UnitToHold &unit) const;
  EmitRequest requestFor(const Unit &unit) const;
  unsigned commit(const Unit &unit, const EmittedObject &emitted, const std::string &label);

  CompileWork &work_;
  Session &session_;
  VersionStore &versions_;
  Turn &turn_;
};

} // namespace jithost
