// The memory of three simulated devices of 64 MiB each, which all processes share that are started
// in the same folder: the file `simulated-devices` there is their shared memory. What a process had
// taken is free again when it ends, however it ends.
#pragma once
#pragma GCC system_header // A library, to the programs that use it: nothing they would debug.

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <string>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>

class DeviceMemory {
public:
  static constexpr int kDevices = 3;
  static constexpr uint64_t kBytes = uint64_t{64} << 20; // Of each device.

  /// \throws std::system_error if the file cannot be created or mapped
  static DeviceMemory &shared() {
    static auto *memory = new DeviceMemory; // Tensors may be given back when statics are gone.
    return *memory;
  }

  /// \return false: so much is not free, and nothing has been taken
  /// \throws std::out_of_range if there is no such device
  bool take(int device, uint64_t bytes) {
    check(device);
    const Lock lock(*this);
    if (bytes > kBytes - used(device)) {
      return false;
    }
    own().used[device] += bytes;
    return true;
  }

  /// Takes all that is free. \return how much that was
  uint64_t take_rest(int device) {
    check(device);
    const Lock lock(*this);
    const uint64_t bytes = kBytes - used(device);
    own().used[device] += bytes;
    return bytes;
  }

  void give_back(int device, uint64_t bytes) {
    if (getpid() != process_) {
      return; // A forked copy's tensors are no tensors of its own.
    }
    const Lock lock(*this);
    own().used[device] -= bytes;
  }

  /// Bytes that this process has taken, and all others.
  uint64_t used_here(int device) {
    check(device);
    const Lock lock(*this);
    return own().used[device];
  }
  uint64_t used_elsewhere(int device) {
    check(device);
    const Lock lock(*this);
    return used(device) - own().used[device];
  }

private:
  struct Process {
    int32_t id; // 0: nobody's
    uint64_t used[kDevices];
  };
  static constexpr int kProcesses = 16;

  /// Against the threads of this process and against other processes.
  class Lock {
  public:
    explicit Lock(DeviceMemory &memory) : threads_(memory.mutex_), file_(memory.file_) {
      flock(file_, LOCK_EX);
    }
    ~Lock() { flock(file_, LOCK_UN); }
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;

  private:
    std::lock_guard<std::mutex> threads_;
    int file_;
  };

  DeviceMemory() : process_(getpid()) {
    file_ = open("simulated-devices", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0 || ftruncate(file_, sizeof(Process) * kProcesses) != 0) {
      throw std::system_error(errno, std::generic_category(), "simulated-devices");
    }
    void *memory =
        mmap(nullptr, sizeof(Process) * kProcesses, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (memory == MAP_FAILED) {
      throw std::system_error(errno, std::generic_category(), "simulated-devices");
    }
    processes_ = static_cast<Process *>(memory);

    const Lock lock(*this);
    for (int i = 0; i < kProcesses; ++i) {
      if (!is_alive(processes_[i].id) || processes_[i].id == process_) {
        processes_[i] = {process_, {}};
        own_ = i;
        return;
      }
    }
    throw std::runtime_error("simulated-devices: more processes than it has room for");
  }

  static void check(int device) {
    if (device < 0 || device >= kDevices) {
      throw std::out_of_range("there is no device " + std::to_string(device));
    }
  }

  static bool is_alive(int32_t process) {
    return process != 0 && (kill(process, 0) == 0 || errno == EPERM);
  }

  Process &own() { return processes_[own_]; }

  /// Bytes that living processes have taken.
  uint64_t used(int device) const {
    uint64_t sum = 0;
    for (int i = 0; i < kProcesses; ++i) {
      if (i == own_ || is_alive(processes_[i].id)) {
        sum += processes_[i].used[device];
      }
    }
    return sum;
  }

  std::mutex mutex_;
  int file_ = -1;
  pid_t process_;
  Process *processes_ = nullptr; // [kProcesses], shared
  int own_ = 0;
};
