// Objects of LibTorch inside containers, seen by the host through the bridge's functions.
#include "pause/type_layout.h"
#include "pause/value_view.h"
#include "tensor_view.h"
#include "type_names.h"

#include <torch/torch.h>

// LibTorch built with glog brings a CHECK of its own, which ends the process.
#undef CHECK
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <tuple>
#include <vector>

using namespace jithost;

namespace {

const ObjectDescriber bridge{jit_host_knows_type, jit_host_describe_object,
                             jit_host_describe_briefly, jit_host_type_layout};

std::string textOf(const std::string &type, const void *object) {
  Value value;
  value.type = readType(type);
  value.address = reinterpret_cast<uint64_t>(object);
  value.describer = &bridge;
  return describeValue(value);
}

template <typename T> std::string view(const T &object) { return textOf(typeNameOf<T>(), &object); }

template <typename T> void checkSize() {
  auto layout = layoutOf(readType(typeNameOf<T>()), bridge);
  REQUIRE_MESSAGE(layout, typeNameOf<T>());
  CHECK_MESSAGE(layout->size == sizeof(T), typeNameOf<T>());
  CHECK_MESSAGE(layout->alignment == alignof(T), typeNameOf<T>());
}

template <typename... Types> void checkSizes() {
  (checkSize<Types>(), ...);
  (checkSize<std::pair<char, Types>>(), ...);
}

const std::string kShape = "Float [4, 16]", kWhole = kShape + " cpu requires_grad=false";

bool startsWith(const std::string &text, const std::string &start) {
  return text.compare(0, start.size(), start) == 0;
}

} // namespace

TEST_CASE("sizes of LibTorch's types") {
  checkSizes<at::Tensor, c10::Device, c10::ScalarType, torch::data::Example<>,
             torch::data::TensorExample, torch::nn::Linear, torch::nn::Sequential,
             torch::optim::Adam, at::IntArrayRef, c10::OptionalArrayRef<int64_t>,
             c10::intrusive_ptr<c10::TensorImpl>, c10::string_view, c10::complex<float>,
             c10::complex<double>>();
  checkSizes<c10::optional<at::Tensor>, c10::optional<int64_t>, c10::optional<bool>,
             c10::optional<at::IntArrayRef>, c10::optional<std::string>,
             c10::optional<c10::ScalarType>, std::optional<at::Tensor>>();
}

TEST_CASE("a tensor alone is described at length, among others briefly") {
  at::Tensor tensor = torch::ones({4, 16});
  CHECK(startsWith(view(tensor), kWhole));
  CHECK(startsWith(view(std::optional<at::Tensor>(tensor)), kWhole));
  CHECK(startsWith(view(c10::optional<at::Tensor>(tensor)), kWhole));
  CHECK(view(c10::optional<at::Tensor>()) == "no value");
  auto shared = std::make_shared<at::Tensor>(tensor);
  CHECK(startsWith(view(shared), kWhole));
  CHECK(view(std::shared_ptr<at::Tensor>()) == "empty");
  at::Tensor *pointer = &tensor;
  CHECK(view(pointer).find(" -> " + kWhole) != std::string::npos);
  CHECK(startsWith(textOf("c10::intrusive_ptr<c10::TensorImpl>", &tensor), kWhole));
}

TEST_CASE("containers of tensors") {
  at::Tensor tensor = torch::ones({4, 16}), numbers = torch::ones({3}, torch::kLong);
  CHECK(view(std::map<std::string, at::Tensor>{{"a", tensor}, {"b", {}}}) ==
        "2 elements {\"a\": " + kShape + ", \"b\": undefined tensor}");
  std::vector<std::vector<at::Tensor>> nested{{tensor, numbers}, {}};
  CHECK(view(nested) == "2 elements {{" + kShape + ", Long [3]}, {}}");
  CHECK(view(std::pair<at::Tensor, at::Tensor>(tensor, numbers)) == "(" + kShape + ", Long [3])");
  CHECK(view(std::vector<at::Tensor>{tensor}) == "1 tensor {" + kShape + "}");
  std::vector<at::Tensor> list{tensor, numbers};
  CHECK(view(at::TensorList(list)) == "2 elements {" + kShape + ", Long [3]}");
  CHECK(view(std::vector<c10::optional<at::Tensor>>{tensor, {}}) ==
        "2 elements {" + kShape + ", no value}");
  CHECK(
      view(std::vector<torch::data::Example<>>(2, {tensor, numbers})) ==
      "2 examples {data: Float [4, 16]; target: Long [3], data: Float [4, 16]; target: Long [3]}");
}

TEST_CASE("three tensors are too much for a line: their shapes are enough") {
  at::Tensor tensor = torch::randn({4, 16});
  CHECK(view(std::make_tuple(tensor, tensor, tensor)) ==
        "(" + kShape + ", " + kShape + ", " + kShape + ")");
}

TEST_CASE("modules in containers") {
  std::vector<torch::nn::Linear> layers{torch::nn::Linear(2, 3), nullptr};
  CHECK(startsWith(view(layers), "2 elements {torch::nn::LinearImpl 2 parameters (9 values) "));
  std::vector<std::shared_ptr<torch::nn::Module>> modules{layers[0].ptr()};
  CHECK(startsWith(view(modules), "1 element {torch::nn::LinearImpl 2 parameters"));
}

TEST_CASE("other types of c10") {
  std::vector<int64_t> sizes{4, 16};
  CHECK(view(at::IntArrayRef(sizes)) == "2 elements {4, 16}");
  CHECK(view(c10::optional<int64_t>(5)) == "5");
  CHECK(view(c10::optional<int64_t>()) == "no value");
  CHECK(view(c10::optional<std::string>("text")) == "\"text\"");
  CHECK(view(c10::optional<at::IntArrayRef>()) == "no value");
  CHECK(view(c10::optional<at::IntArrayRef>(sizes)) == "2 elements {4, 16}");
  CHECK(view(at::OptionalIntArrayRef()) == "no value");
  CHECK(view(at::OptionalIntArrayRef(sizes)) == "2 elements {4, 16}");
  CHECK(view(c10::string_view("text")) == "\"text\"");
  CHECK(view(c10::complex<float>(1, 2)) == "(1, 2)");
  CHECK(view(std::vector<c10::ScalarType>{torch::kFloat, torch::kLong}) ==
        "2 elements {Float, Long}");
  CHECK(view(std::vector<c10::Device>(1, torch::kCPU)) == "1 element {cpu}");
}

TEST_CASE("a vector of tensors whose memory is gone") {
  uint64_t words[3] = {0x1000, 0x1010, 0x1010};
  CHECK(textOf("std::map<int, at::Tensor> &", words) == "(memory cannot be read)");
  CHECK(textOf("c10::ArrayRef<at::Tensor>", words) == "(memory cannot be read)");
  CHECK(textOf("std::pair<at::Tensor, at::Tensor>", words).find("not a valid tensor") !=
        std::string::npos);
}
