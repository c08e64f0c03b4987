// Length-prefixed messages. A peer that dies shows as a short read or write, never as a signal.
#include "messages.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

using namespace llvm;

namespace jithost {
namespace {

Error sendAll(int socket, const void *data, size_t size) {
  auto *bytes = static_cast<const char *>(data);
  while (size > 0) {
    ssize_t sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR)
      continue;
    if (sent <= 0)
      return createStringError("the compile process does not listen: %s", std::strerror(errno));
    bytes += sent;
    size -= sent;
  }
  return Error::success();
}

Error receiveAll(int socket, void *data, size_t size) {
  auto *bytes = static_cast<char *>(data);
  while (size > 0) {
    ssize_t got = ::recv(socket, bytes, size, 0);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return createStringError("the compile process ended without an answer");
    bytes += got;
    size -= got;
  }
  return Error::success();
}

Error sendPart(int socket, const std::string &part) {
  uint64_t size = part.size();
  if (Error error = sendAll(socket, &size, sizeof size))
    return error;
  return sendAll(socket, part.data(), part.size());
}

Error receivePart(int socket, std::string &part) {
  uint64_t size = 0;
  if (Error error = receiveAll(socket, &size, sizeof size))
    return error;
  part.resize(size);
  return receiveAll(socket, part.data(), size);
}

} // namespace

Error sendMessage(int socket, const Message &message) {
  uint64_t count = message.blobs.size();
  if (Error error = sendAll(socket, &count, sizeof count))
    return error;
  if (Error error = sendPart(socket, message.text))
    return error;
  for (const std::string &blob : message.blobs)
    if (Error error = sendPart(socket, blob))
      return error;
  return Error::success();
}

Expected<Message> receiveMessage(int socket) {
  uint64_t count = 0;
  if (Error error = receiveAll(socket, &count, sizeof count))
    return std::move(error);
  Message message;
  if (Error error = receivePart(socket, message.text))
    return std::move(error);
  message.blobs.resize(count);
  for (std::string &blob : message.blobs)
    if (Error error = receivePart(socket, blob))
      return std::move(error);
  return message;
}

} // namespace jithost
