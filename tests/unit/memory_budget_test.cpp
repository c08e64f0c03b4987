// A budget refuses what does not fit and changes nothing else.
#include "budget_allocator.h"
#include "largest_tensors.h"

#include <torch/torch.h>

// LibTorch built with glog brings a CHECK of its own, which ends the process.
#undef CHECK
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <string>
#include <thread>
#include <vector>

namespace {

constexpr uint64_t MiB = 1 << 20;

at::Tensor early = torch::zeros({MiB}); // made when there was no budget

/// For one test case: what is alive then does not count.
struct Budget {
  explicit Budget(uint64_t bytes) {
    jit_host_set_memory_budget(jit_host_memory_use().in_use + bytes);
  }
  ~Budget() { jit_host_set_memory_budget(0); }
};

std::string messageOf(int64_t bytes) {
  try {
    torch::empty({bytes}, torch::kByte);
  } catch (const c10::OutOfMemoryError &error) {
    const std::string message = error.what();
    return message.substr(0, message.find('\n'));
  }
  return "";
}

float train() {
  torch::manual_seed(1);
  torch::nn::Linear net(64, 64);
  torch::optim::Adam optimizer(net->parameters());
  float last = 0;
  for (int step = 0; step < 5; ++step) {
    optimizer.zero_grad();
    auto loss = torch::dropout(net(torch::randn({32, 64})), 0.3, true).pow(2).mean();
    loss.backward();
    optimizer.step();
    last = loss.item<float>();
  }
  return last;
}

} // namespace

TEST_CASE("results are those without a budget, and everything is given back") {
  const float expected = train();
  Budget budget(64 * MiB);
  const uint64_t before = jit_host_memory_use().in_use;
  CHECK(train() == expected);
  CHECK(jit_host_memory_use().in_use == before);
  CHECK(jit_host_memory_use().peak > before);
  CHECK(reinterpret_cast<uintptr_t>(torch::empty({3}).data_ptr()) % 64 == 0);
}

TEST_CASE("what does not fit is refused, in the manner of a device") {
  Budget budget(8 * MiB);
  auto first = torch::empty({6 * static_cast<int64_t>(MiB)}, torch::kByte);
  const std::string message = messageOf(4 * MiB);
  CHECK(message.find("CPU out of memory. Tried to allocate 4.00 MiB (budget ") == 0);
  CHECK(messageOf(2 * MiB).empty());
  first.reset();
  CHECK(messageOf(8 * MiB).empty());
  CHECK(!messageOf(8 * MiB + 1).empty());
}

TEST_CASE("the host's own work is not refused") {
  Budget budget(MiB);
  jithost::WithoutBudget without;
  CHECK(messageOf(4 * MiB).empty());
}

TEST_CASE("blocks of before the first budget are not counted; a resize moves what is") {
  Budget budget(16 * MiB);
  const uint64_t in_use = jit_host_memory_use().in_use;
  early.reset();
  CHECK(jit_host_memory_use().in_use == in_use);
  auto grows = torch::zeros({4});
  grows.resize_({MiB});
  CHECK(jit_host_memory_use().in_use == in_use + 4 * MiB);
  grows.reset();
  CHECK(jit_host_memory_use().in_use == in_use);
}

TEST_CASE("threads count together") {
  Budget budget(64 * MiB);
  const uint64_t in_use = jit_host_memory_use().in_use;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int k = 0; k < 2000; ++k)
        torch::empty({1 + k % 100});
    });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(jit_host_memory_use().in_use == in_use);
}

TEST_CASE("the largest tensors, storages counted once") {
  auto data = torch::zeros({1024, 1024}), batch = data.narrow(0, 0, 4);
  torch::nn::Linear net(256, 128);
  const JitHostVariable variables[] = {
      {"data", "at::Tensor", nullptr, 0, &data, "main"},
      {"net", "torch::nn::Linear", nullptr, 0, &net, "main"},
      {"batch", "at::Tensor", nullptr, 0, &batch, "step"},
  };
  char text[1000];
  jit_host_largest_tensors(variables, 3, text, sizeof text);
  CHECK(std::string(text) == "  data        Float [1024, 1024] cpu  4.00 MiB\n"
                             "  net.weight  Float [128, 256] cpu  128.00 KiB\n"
                             "  net.bias    Float [128] cpu  512 bytes\n");
  jit_host_largest_tensors(variables + 2, 1, text, sizeof text);
  CHECK(std::string(text) ==
        "  batch  Float [4, 1024] cpu  4.00 MiB, of which it shows 16.00 KiB\n");
}

int main(int argc, char **argv) { return doctest::Context(argc, argv).run(); }
