// What host and compile process say to each other: a JSON text and blobs, length-prefixed, over a
// socket.
#pragma once

#include <llvm/Support/Error.h>

#include <string>
#include <vector>

namespace jithost {

struct Message {
  std::string text;               // JSON
  std::vector<std::string> blobs; // bitcode, objects
};

llvm::Error sendMessage(int socket, const Message &message);

/// \return an error when the other side is gone before the message is whole.
llvm::Expected<Message> receiveMessage(int socket);

} // namespace jithost
