// What the bridge says about objects of LibTorch, about memory that holds none, and that asking
// changes nothing in the program.
#include "tensor_view.h"

#include <torch/torch.h>

#include <c10/core/impl/LocalDispatchKeySet.h>

// LibTorch built with glog brings a CHECK of its own, which ends the process.
#undef CHECK
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace {

std::string describe(const void *tensor) {
  char text[512];
  const size_t length = jit_host_describe_tensor(tensor, text, sizeof text);
  CHECK(length == std::strlen(text));
  return text;
}

std::string describe(const at::Tensor &tensor) {
  return describe(static_cast<const void *>(&tensor));
}

std::string describe(const char *type, const void *object) {
  CHECK(jit_host_knows_type(type));
  char text[512];
  jit_host_describe_object(type, object, text, sizeof text);
  return text;
}

std::string generatorState() {
  const at::Tensor state = at::detail::getDefaultCPUGenerator().get_state();
  return {static_cast<const char *>(state.data_ptr()), state.nbytes()};
}

/// A page that is mapped or not, at an address that is known either way.
class Page {
public:
  explicit Page(int protection)
      : start(mmap(nullptr, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  ~Page() { munmap(start, size); }
  void protect(int protection) { mprotect(start, size, protection); }

  const size_t size = sysconf(_SC_PAGESIZE);
  void *const start;
};

struct NetImpl : torch::nn::Module {
  NetImpl() : fc(register_module("fc", torch::nn::Linear(4, 3))) {}
  torch::nn::Linear fc;
};
TORCH_MODULE(Net);

/// An optimizer of the program, with options that have no learning rate.
struct PlainOptions : torch::optim::OptimizerCloneableOptions<PlainOptions> {};
struct Plain : torch::optim::Optimizer {
  explicit Plain(std::vector<at::Tensor> parameters)
      : Optimizer(std::move(parameters), std::make_unique<PlainOptions>()) {}
  at::Tensor step(LossClosure) override { return {}; }
};

} // namespace

TEST_CASE("a float tensor") {
  const auto tensor = torch::tensor({{1.0f, -2.0f}, {4.5f, 0.5f}});
  CHECK(describe(tensor) ==
        "Float [2, 2] cpu requires_grad=false min=-2 max=4.5 mean=1 nan=0 inf=0");
  CHECK(describe(torch::ones({}).requires_grad_()) ==
        "Float [] cpu requires_grad=true min=1 max=1 mean=1 nan=0 inf=0");
}

TEST_CASE("values that are not finite are counted and left out of the rest") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(describe(torch::tensor({1.0, nan, infinity, -infinity, 3.0}, torch::kDouble)) ==
        "Double [5] cpu requires_grad=false min=1 max=3 mean=2 nan=1 inf=2");
  CHECK(describe(torch::full({2}, nan)) == "Float [2] cpu requires_grad=false nan=2 inf=0");
}

TEST_CASE("every other dtype") {
  CHECK(describe(torch::tensor({-3, 5}, torch::kInt64)) ==
        "Long [2] cpu requires_grad=false min=-3 max=5 mean=1");
  CHECK(describe(torch::full({2}, std::numeric_limits<int64_t>::max(), torch::kInt64)) ==
        "Long [2] cpu requires_grad=false min=9223372036854775807 max=9223372036854775807 "
        "mean=9.223e+18");
  CHECK(describe(torch::tensor({-3, 5}, torch::kInt32)) ==
        "Int [2] cpu requires_grad=false min=-3 max=5 mean=1");
  CHECK(describe(torch::tensor({-3, 5}, torch::kInt16)) ==
        "Short [2] cpu requires_grad=false min=-3 max=5 mean=1");
  CHECK(describe(torch::tensor({-3, 5}, torch::kInt8)) ==
        "Char [2] cpu requires_grad=false min=-3 max=5 mean=1");
  CHECK(describe(torch::tensor({200, 100}, torch::kUInt8)) ==
        "Byte [2] cpu requires_grad=false min=100 max=200 mean=150");
  CHECK(describe(torch::tensor({true, false, true, true})) ==
        "Bool [4] cpu requires_grad=false min=0 max=1 mean=0.75");
  CHECK(describe(torch::tensor({0.5, 1.5}, torch::kHalf)) ==
        "Half [2] cpu requires_grad=false min=0.5 max=1.5 mean=1 nan=0 inf=0");
  CHECK(describe(torch::tensor({0.5, 1.5}, torch::kBFloat16)) ==
        "BFloat16 [2] cpu requires_grad=false min=0.5 max=1.5 mean=1 nan=0 inf=0");
}

TEST_CASE("complex tensors have a mean only, lazy bits included") {
  const auto tensor = torch::complex(torch::tensor({1.0, 3.0}), torch::tensor({2.0, 4.0}));
  CHECK(describe(tensor) == "ComplexFloat [2] cpu requires_grad=false mean=2+3i nan=0 inf=0");
  CHECK(describe(tensor.conj()) ==
        "ComplexFloat [2] cpu requires_grad=false mean=2-3i nan=0 inf=0");
  CHECK(describe(torch::imag(tensor.conj())) ==
        "Float [2] cpu requires_grad=false min=-4 max=-2 mean=-3 nan=0 inf=0");
}

TEST_CASE("no elements, views and expanded tensors") {
  CHECK(describe(torch::zeros({0, 3})) == "Float [0, 3] cpu requires_grad=false (no elements)");
  const auto numbers = torch::arange(12, torch::kFloat).view({3, 4});
  CHECK(describe(numbers.t().slice(0, 1, 3)) ==
        "Float [2, 3] cpu requires_grad=false min=1 max=10 mean=5.5 nan=0 inf=0");
  CHECK(describe(numbers.select(1, 2)) ==
        "Float [3] cpu requires_grad=false min=2 max=10 mean=6 nan=0 inf=0");
  CHECK(describe(torch::full({1}, 7.0f).expand({1000, 1000})) ==
        "Float [1000, 1000] cpu requires_grad=false min=7 max=7 mean=7 nan=0 inf=0");
}

TEST_CASE("tensors whose values are not read") {
  CHECK(describe(torch::zeros({1}).expand({20000, 20000})) ==
        "Float [20000, 20000] cpu requires_grad=false (values not read: 400000000 elements)");
  CHECK(describe(torch::empty({2, 3}, torch::kMeta)) ==
        "Float [2, 3] meta requires_grad=false (values not read: meta)");
  CHECK(describe(torch::eye(3).to_sparse()) ==
        "Float [3, 3] cpu requires_grad=false (values not read: layout Sparse)");
  CHECK(describe(torch::quantize_per_tensor(torch::ones({2}), 0.1, 0, torch::kQInt8)) ==
        "QInt8 [2] cpu requires_grad=false (values not read: quantized)");
}

TEST_CASE("memory of a tensor that has gone") {
  Page page(PROT_READ | PROT_WRITE);
  const auto tensor = torch::from_blob(page.start, {16});
  CHECK(describe(tensor) == "Float [16] cpu requires_grad=false min=0 max=0 mean=0 nan=0 inf=0");
  page.protect(PROT_NONE);
  CHECK(describe(tensor) ==
        "Float [16] cpu requires_grad=false (values not read: memory cannot be read)");
}

TEST_CASE("a storage made too small") {
  auto tensor = torch::zeros({100});
  tensor.storage().set_nbytes(8);
  CHECK(describe(tensor) ==
        "Float [100] cpu requires_grad=false (values not read: storage of 8 bytes is too small)");
}

TEST_CASE("undefined and moved-from tensors") {
  at::Tensor tensor;
  CHECK(describe(tensor) == "undefined tensor");
  tensor = torch::ones({2});
  const at::Tensor other = std::move(tensor);
  CHECK(describe(tensor) == "undefined tensor");
}

TEST_CASE("addresses without a tensor") {
  CHECK(describe(nullptr) == "not a valid tensor (memory cannot be read)");
  Page page(PROT_NONE);
  CHECK(describe(page.start) == "not a valid tensor (memory cannot be read)");

  const void *pointer = nullptr;
  CHECK(describe(&pointer) == "not a valid tensor (null)");
  pointer = page.start;
  CHECK(describe(&pointer) == "not a valid tensor (memory cannot be read)");
  pointer = reinterpret_cast<const void *>(0xa5a5a5a5a5a5a5a5);
  CHECK(describe(&pointer) == "not a valid tensor (not aligned)");
  pointer = reinterpret_cast<const void *>(0xdeadbeefdeadbee0);
  CHECK(describe(&pointer) == "not a valid tensor (memory cannot be read)");

  alignas(16) std::array<char, 1024> garbage;
  for (size_t i = 0; i < garbage.size(); ++i)
    garbage[i] = static_cast<char>(i * 31 + 7);
  pointer = garbage.data();
  CHECK(describe(&pointer) == "not a valid tensor (no TensorImpl)");
  Net module; // polymorphic, but something else
  garbage.fill(0);
  std::memcpy(garbage.data(), static_cast<const void *>(module.get()), sizeof(void *));
  CHECK(describe(&pointer) == "not a valid tensor (no TensorImpl)");
}

TEST_CASE("memory that looks like a vtable by chance") {
  struct {
    ptrdiff_t offset_to_top;
    const std::type_info *type;
    void *function;
  } look_alike = {0, &typeid(c10::TensorImpl), nullptr};
  alignas(16) std::array<char, 1024> object{};
  const void *vtable = &look_alike.function, *pointer = object.data();
  std::memcpy(object.data(), &vtable, sizeof vtable);
  CHECK(describe(&pointer) == "not a valid tensor (reference count 0)");
  look_alike.offset_to_top = 0x123456789abcde0;
  CHECK(describe(&pointer) == "not a valid tensor (no TensorImpl)");
  look_alike.offset_to_top = 8;
  CHECK(describe(&pointer) == "not a valid tensor (no TensorImpl)");
}

TEST_CASE("a destroyed tensor") {
  alignas(at::Tensor) char place[sizeof(at::Tensor)];
  auto *tensor = new (place) at::Tensor(torch::ones({3}));
  tensor->~Tensor();
  CHECK(describe(place).find("not a valid tensor") == 0);
}

TEST_CASE("text is cut to the size") {
  const auto tensor = torch::ones({2, 2});
  char text[10] = "xxxxxxxxx";
  CHECK(jit_host_describe_tensor(&tensor, text, sizeof text) == 9);
  CHECK(std::string(text) == "Float [2,");
  CHECK(jit_host_describe_tensor(&tensor, text, 1) == 0);
  CHECK(std::string(text).empty());
  CHECK(jit_host_describe_tensor(&tensor, nullptr, 0) == 0);
}

TEST_CASE("types by their spelling") {
  for (const char *type :
       {"at::Tensor", "class at::Tensor", "const at::Tensor", "const at::Tensor &", "at::Tensor *",
        "const class at::Tensor *const", "std::vector<class at::Tensor>",
        "std::vector<at::Tensor, std::allocator<at::Tensor> >", "torch::optim::Adam",
        "std::unique_ptr<torch::optim::Adam>", "torch::nn::Linear", "torch::nn::LinearImpl",
        "torch::nn::ModuleHolder<NetImpl>", "std::shared_ptr<torch::nn::Module>", "c10::Device"})
    CHECK_MESSAGE(jit_host_knows_type(type), type);
  for (const char *type : {"", "int", "int *", "NetImpl", "std::vector<int>",
                           "std::shared_ptr<int>", "at::TensorOptions", "torch::nn::LinearOptions",
                           "torch::nn::AnyModule", "torch::nn::init::FanModeType", "*"})
    CHECK_MESSAGE(!jit_host_knows_type(type), type);
  CHECK(!jit_host_knows_type(nullptr));
  char text[64];
  jit_host_describe_object("int", text, text, sizeof text);
  CHECK(std::string(text) == "not a type of LibTorch");
}

TEST_CASE("pointers") {
  const auto tensor = torch::ones({2});
  const at::Tensor *pointer = &tensor;
  CHECK(describe("const at::Tensor *", &pointer) == describe(tensor));
  pointer = nullptr;
  CHECK(describe("at::Tensor *", &pointer) == "null");
}

TEST_CASE("containers of tensors") {
  std::vector<at::Tensor> tensors;
  CHECK(describe("std::vector<at::Tensor>", &tensors) == "0 tensors");
  tensors = {torch::ones({2, 3}), at::Tensor()};
  CHECK(describe("std::vector<at::Tensor>", &tensors) ==
        "2 tensors {Float [2, 3], undefined tensor}");
  tensors.resize(6, torch::zeros({1}));
  CHECK(describe("std::vector<at::Tensor>", &tensors) ==
        "6 tensors {Float [2, 3], undefined tensor, Float [1], Float [1], ...}");
  const size_t garbage[3] = {~size_t{0}, 1, 2};
  CHECK(describe("std::vector<at::Tensor>", garbage) == "not a valid vector");

  torch::optional<at::Tensor> none, some = torch::ones({1});
  CHECK(describe("c10::optional<at::Tensor>", &none) == "no value");
  CHECK(describe("c10::optional<at::Tensor>", &some) == describe(*some));
  const std::optional<at::Tensor> standard = torch::ones({1});
  CHECK(describe("std::optional<at::Tensor>", &standard) == describe(*standard));

  const auto pair = std::make_tuple(torch::ones({1}), torch::zeros({2}, torch::kLong));
  CHECK(describe("std::tuple<at::Tensor, at::Tensor>", &pair) ==
        describe(std::get<0>(pair)) + "; " + describe(std::get<1>(pair)));
}

TEST_CASE("examples of a data set") {
  const torch::data::Example<> example{torch::ones({1, 2}), torch::zeros({}, torch::kLong)};
  CHECK(describe("torch::data::Example<>", &example) ==
        "data: " + describe(example.data) + "; target: " + describe(example.target));
  const std::vector<torch::data::Example<>> examples(2, example);
  CHECK(describe("std::vector<torch::data::Example<>>", &examples) ==
        "2 examples {data: Float [1, 2]; target: Long [], data: Float [1, 2]; target: Long []}");
}

TEST_CASE("modules and their holders") {
  torch::nn::Linear linear(4, 3);
  CHECK(describe("torch::nn::Linear", &linear) ==
        "torch::nn::LinearImpl 2 parameters (15 values) training");
  CHECK(describe("torch::nn::LinearImpl", linear.get()) == describe("torch::nn::Linear", &linear));
  torch::nn::Linear empty = nullptr;
  CHECK(describe("torch::nn::Linear", &empty) == "null");

  Net net;
  net->eval();
  const std::string expected = "(anonymous namespace)::NetImpl 2 parameters (15 values) evaluating";
  CHECK(describe("torch::nn::ModuleHolder<NetImpl>", &net) == expected);
  CHECK(describe("torch::nn::Module", net.get()) == expected);
  const std::shared_ptr<torch::nn::Module> shared = net.ptr();
  CHECK(describe("std::shared_ptr<torch::nn::Module>", &shared) == expected);

  const std::array<char, 64> garbage{};
  CHECK(describe("torch::nn::Module", garbage.data()) == "not a valid module");
  CHECK(describe("torch::nn::Module", nullptr) == "not a valid module");
}

TEST_CASE("optimizers") {
  Net net;
  torch::optim::Adam adam(net->parameters(), torch::optim::AdamOptions(0.002));
  CHECK(describe("torch::optim::Adam", &adam) == "torch::optim::Adam 2 parameters lr=0.002");
  for (int i = 0; i < 3; ++i) {
    adam.zero_grad();
    net->fc->forward(torch::ones({2, 4})).sum().backward();
    adam.step();
  }
  CHECK(describe("torch::optim::Adam", &adam) == "torch::optim::Adam 2 parameters lr=0.002 step=3");

  torch::optim::SGD sgd(net->parameters(), torch::optim::SGDOptions(0.1));
  sgd.step();
  CHECK(describe("torch::optim::Optimizer", &sgd) == "torch::optim::SGD 2 parameters lr=0.1");
  const Plain plain(net->parameters());
  CHECK(describe("torch::optim::Optimizer", &plain).find("::Plain 2 parameters") !=
        std::string::npos);
  const std::array<char, 256> garbage{};
  CHECK(describe("torch::optim::Adam", garbage.data()) == "not a valid optimizer");
}

TEST_CASE("devices and dtypes") {
  const torch::Device device(torch::kCUDA, 1);
  CHECK(describe("c10::Device", &device) == "cuda:1");
  const torch::Dtype dtype = torch::kBFloat16;
  CHECK(describe("c10::ScalarType", &dtype) == "BFloat16");
  const char garbage[] = {99, 99, 99, 99};
  CHECK(describe("c10::ScalarType", garbage) == "not a valid dtype");
  CHECK(describe("c10::Device", garbage).find("cannot be summarised (") == 0);
}

TEST_CASE("asking changes neither generator nor modes") {
  torch::manual_seed(3);
  Net net;
  torch::optim::Adam adam(net->parameters());
  const std::vector<at::Tensor> tensors = {torch::randn({8}).requires_grad_(),
                                           torch::rand({2}).exp(), torch::eye(3).to_sparse()};
  const std::string before = generatorState();
  const auto keys_before = c10::impl::tls_local_dispatch_key_set();
  const uint32_t version = tensors[0]._version();
  for (const bool enabled : {true, false}) {
    torch::AutoGradMode mode(enabled);
    const auto keys = c10::impl::tls_local_dispatch_key_set();
    for (const at::Tensor &tensor : tensors)
      describe(tensor);
    describe("std::vector<at::Tensor>", &tensors);
    describe("torch::nn::ModuleHolder<NetImpl>", &net);
    describe("torch::optim::Adam", &adam);
    CHECK(torch::GradMode::is_enabled() == enabled);
    CHECK((c10::impl::tls_local_dispatch_key_set().included_ == keys.included_));
    CHECK((c10::impl::tls_local_dispatch_key_set().excluded_ == keys.excluded_));
  }
  {
    c10::InferenceMode inference;
    describe(tensors[0]);
    CHECK(c10::InferenceMode::is_enabled());
  }
  CHECK(generatorState() == before);
  CHECK((c10::impl::tls_local_dispatch_key_set().included_ == keys_before.included_));
  CHECK((c10::impl::tls_local_dispatch_key_set().excluded_ == keys_before.excluded_));
  CHECK(tensors[0]._version() == version);
  CHECK(tensors[0].use_count() == 1);
}

TEST_CASE("the version of LibTorch") {
  CHECK(std::string(jit_host_torch_version()) == TORCH_VERSION);
}

int main(int argc, char **argv) {
  doctest::Context context(argc, argv);
  return context.run();
}
