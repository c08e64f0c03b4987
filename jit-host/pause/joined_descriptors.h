// Two descriptors as one, for whoever can poll only one.
#pragma once

namespace jithost {

class JoinedDescriptors {
public:
  /// Either may be -1: there is none.
  JoinedDescriptors(int first, int second);
  ~JoinedDescriptors();
  JoinedDescriptors(const JoinedDescriptors &) = delete;

  /// Readable when one of them is; -1: neither is there.
  int descriptor() const;

private:
  int first_, second_, joined_ = -1;
};

/// Whether something can be read now.
bool isReadable(int descriptor);

} // namespace jithost
