// A rescue is loaded by plain LibTorch into fresh objects, and training goes on bit for bit; what
// cannot be saved is named, and writing leaves the program as it was.
#include "rescue/rescue.h"
#include "temporary_folder.h"

#include <torch/torch.h>

#include <torch/library.h>

// LibTorch built with glog brings a CHECK of its own, which ends the process.
#undef CHECK
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <c10/core/impl/LocalDispatchKeySet.h>

#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace {

struct NetImpl : torch::nn::Module {
  NetImpl()
      : fc1(register_module("fc1", torch::nn::Linear(6, 8))),
        norm(register_module("norm", torch::nn::BatchNorm1d(8))),
        dropout(register_module("dropout", torch::nn::Dropout(0.4))),
        fc2(register_module("fc2", torch::nn::Linear(8, 3))) {}
  at::Tensor forward(const at::Tensor &x) { return fc2(dropout(torch::relu(norm(fc1(x))))); }
  torch::nn::Linear fc1;
  torch::nn::BatchNorm1d norm;
  torch::nn::Dropout dropout;
  torch::nn::Linear fc2;
};
TORCH_MODULE(Net);

const char *const HolderBases[] = {"torch::nn::ModuleHolder<NetImpl>"};
const char *const PointerBases[] = {"torch::nn::Cloneable<NetImpl> *", "torch::nn::Module *"};

JitHostVariable variable(const char *name, const char *type, const void *address,
                         const char *function = "main") {
  return {name, type, nullptr, 0, address, function};
}

template <size_t Count>
JitHostVariable derived(const char *name, const char *type, const char *const (&bases)[Count],
                        const void *address, const char *function = "main") {
  return {name, type, bases, Count, address, function};
}

struct Rescue {
  bool written;
  std::string summary, text;
};

Rescue rescue(const std::vector<JitHostVariable> &variables, const std::string &path) {
  int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  REQUIRE(file >= 0);
  const JitHostRescue asked{variables.data(), variables.size(), file, path.c_str()};
  JitHostRescued rescued = jit_host_rescue(&asked);
  Rescue result{rescued.written, rescued.summary, rescued.text};
  jit_host_free_rescued(&rescued);
  CHECK(rescued.text == nullptr);
  close(file);
  return result;
}

using Archive = torch::serialize::InputArchive;

void load(const std::string &path, Archive &archive) { archive.load_from(path); }

Archive part(Archive &archive, const std::string &name) {
  Archive nested;
  archive.read(name, nested);
  return nested;
}

at::Tensor tensor(Archive &archive, const std::string &name) {
  c10::IValue value;
  archive.read(name, value);
  return value.toTensor();
}

void takeUp(at::Generator generator, const at::Tensor &state) { generator.set_state(state); }

std::vector<float> train(Net &net, torch::optim::Optimizer &optimizer, int steps) {
  std::vector<float> losses;
  for (int step = 0; step < steps; ++step) {
    auto x = torch::randn({16, 6}), y = torch::randint(3, {16}, torch::kLong);
    optimizer.zero_grad();
    auto loss = torch::cross_entropy_loss(net(x), y);
    loss.backward();
    optimizer.step();
    losses.push_back(loss.item<float>());
  }
  return losses;
}

bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

// A device that has failed: nothing can be made on it, and nothing copied from it.
at::Tensor failingEmpty(c10::IntArrayRef, c10::optional<at::ScalarType>, c10::optional<at::Layout>,
                        c10::optional<at::Device>, c10::optional<bool>,
                        c10::optional<at::MemoryFormat>) {
  TORCH_CHECK(false, "CUDA error: an illegal memory access was encountered\nmore words");
}
TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
  library.impl("empty.memory_format", failingEmpty);
}

at::Tensor onFailingDevice() {
  const c10::Device device(c10::DeviceType::PrivateUse1, 0);
  static float values[4];
  c10::Storage storage(c10::Storage::use_byte_size_t(), sizeof values,
                       c10::DataPtr(values, device));
  auto tensor = at::detail::make_tensor<c10::TensorImpl>(
      std::move(storage), c10::DispatchKeySet(c10::DispatchKey::PrivateUse1),
      caffe2::TypeMeta::Make<float>());
  tensor.unsafeGetTensorImpl()->set_sizes_contiguous({4});
  return tensor;
}

/// As a program may derive it: with a member that no frame shows.
struct Trainer {
  Net net;
  torch::optim::SGD optimizer{net->parameters(), torch::optim::SGDOptions(0.1).momentum(0.9)};
};

} // namespace

TEST_CASE("training goes on bit for bit in fresh objects") {
  TemporaryFolder folder;
  torch::manual_seed(5);
  Net net;
  torch::optim::Adam optimizer(net->parameters(), torch::optim::AdamOptions(0.01));
  train(net, optimizer, 5);
  const Rescue saved = rescue({derived("net", "Net", HolderBases, &net),
                               variable("optimizer", "torch::optim::Adam", &optimizer)},
                              folder / "a.pt");
  CHECK(saved.written);
  CHECK(saved.summary == "1 module, 1 optimizer, 0 tensor variables, 1 generator");
  CHECK(contains(saved.text, "net->load(part)"));
  CHECK(contains(saved.text, "optimizer.load(part)"));
  CHECK(contains(saved.text, "optimizer.param_groups()[i].options().serialize(options)"));
  const std::vector<float> expected = train(net, optimizer, 5);

  torch::manual_seed(77);
  Net fresh;
  torch::optim::Adam fresh_optimizer(fresh->parameters(), torch::optim::AdamOptions(0.5));
  train(fresh, fresh_optimizer, 1);
  Archive archive;
  load(folder / "a.pt", archive);
  Archive modules = part(archive, "modules"), optimizers = part(archive, "optimizers"),
          generators = part(archive, "generators");
  Archive net_part = part(modules, "net"), optimizer_part = part(optimizers, "optimizer");
  fresh->load(net_part);
  fresh_optimizer.load(optimizer_part);
  Archive groups = part(optimizer_part, "param_groups"), group = part(groups, "param_groups/0"),
          options = part(group, "options");
  fresh_optimizer.param_groups()[0].options().serialize(options);
  takeUp(at::detail::getDefaultCPUGenerator(), tensor(generators, "cpu"));
  CHECK((train(fresh, fresh_optimizer, 5) == expected));
  for (size_t i = 0; i < net->parameters().size(); ++i)
    CHECK(torch::equal(net->parameters()[i], fresh->parameters()[i]));
}

TEST_CASE("one object under many names is saved once, under the outermost") {
  TemporaryFolder folder;
  Net net;
  NetImpl *self = net.get();
  std::shared_ptr<NetImpl> shared = net.ptr();
  at::Tensor x = torch::ones({3}), weight = net->fc1->weight, y = x;
  const Rescue saved = rescue(
      {variable("head", "torch::nn::Linear", &net->fc2), derived("net", "Net", HolderBases, &net),
       variable("x", "at::Tensor", &x), variable("w", "at::Tensor", &weight),
       derived("model", "std::shared_ptr<NetImpl>", PointerBases, &shared, "fit"),
       variable("batch", "const at::Tensor &", &y, "fit"),
       derived("this", "NetImpl *", PointerBases, &self, "NetImpl::forward")},
      folder / "a.pt");
  CHECK(saved.summary == "1 module, 0 optimizers, 1 tensor variable, 1 generator");
  CHECK(contains(saved.text, "this of NetImpl::forward: net\n"));
  CHECK(contains(saved.text, "model of fit: net\n"));
  CHECK(contains(saved.text, "head of main: net.fc2\n"));
  CHECK(contains(saved.text, "batch of fit: x\n"));
  CHECK(contains(saved.text, "w of main: held by a module\n"));
  Archive archive;
  load(folder / "a.pt", archive);
  CHECK((part(archive, "modules").keys() == std::vector<std::string>{"net"}));
  CHECK((part(archive, "tensors").keys() == std::vector<std::string>{"x"}));
}

TEST_CASE("different objects of one name, and names that are words of Python") {
  TemporaryFolder folder;
  at::Tensor a = torch::full({2}, 1.0), b = torch::full({2}, 2.0), c = torch::full({2}, 3.0),
             d = torch::full({2}, 4.0);
  rescue({variable("x", "at::Tensor", &a), variable("x", "at::Tensor", &b, "step"),
          variable("lambda", "at::Tensor", &c), variable("ns::best", "at::Tensor", &d)},
         folder / "a.pt");
  Archive archive;
  load(folder / "a.pt", archive);
  Archive tensors = part(archive, "tensors");
  CHECK(torch::equal(tensor(tensors, "x"), a));
  CHECK(torch::equal(tensor(tensors, "x_2"), b));
  CHECK(torch::equal(tensor(tensors, "lambda_"), c));
  CHECK(torch::equal(tensor(tensors, "ns__best"), d));
}

TEST_CASE("tensors in containers") {
  TemporaryFolder folder;
  std::vector<at::Tensor> list{torch::ones({2}), at::Tensor(), torch::zeros({3})};
  std::map<std::string, at::Tensor> map{{"a.\"b\"", torch::ones({1})}, {"c", torch::zeros({1})}};
  torch::data::Example<> batch(torch::ones({4}), torch::zeros({1}));
  std::tuple<at::Tensor, at::Tensor> state(torch::ones({5}), torch::ones({6}));
  c10::optional<at::Tensor> none;
  const Rescue saved =
      rescue({variable("list", "std::vector<at::Tensor, std::allocator<at::Tensor>>", &list),
              variable("map", "std::map<std::basic_string<char>, at::Tensor>", &map),
              variable("batch", "torch::data::Example<>", &batch),
              variable("state", "std::tuple<at::Tensor, at::Tensor>", &state),
              variable("none", "c10::optional<at::Tensor>", &none)},
             folder / "a.pt");
  CHECK(contains(saved.text, "list.resize(3);"));
  CHECK(contains(saved.text, "list[2] = value.toTensor()"));
  CHECK(contains(saved.text, "map[\"a.\\\"b\\\"\"] = value.toTensor()"));
  CHECK(contains(saved.text, "batch.target = value.toTensor()"));
  CHECK(contains(saved.text, "std::get<1>(state) = value.toTensor()"));
  Archive archive;
  load(folder / "a.pt", archive);
  Archive tensors = part(archive, "tensors"), in_list = part(tensors, "list"),
          in_map = part(tensors, "map");
  CHECK(torch::equal(tensor(in_list, "2"), list[2]));
  CHECK(torch::equal(tensor(in_map, "0"), map.begin()->second));
  c10::IValue keys;
  in_map.read("keys", keys);
  CHECK(keys.toListRef()[0].toStringRef() == "a.\"b\"");
}

TEST_CASE("a view brings its own values alone, and leaves keep that they need a gradient") {
  TemporaryFolder folder;
  at::Tensor all = torch::arange(1 << 20, torch::kFloat), batch = all.narrow(0, 100, 8);
  at::Tensor leaf = torch::ones({2}).requires_grad_(), result = leaf * 2;
  rescue({variable("batch", "at::Tensor", &batch), variable("leaf", "at::Tensor", &leaf),
          variable("result", "at::Tensor", &result)},
         folder / "a.pt");
  CHECK(fs::file_size(folder / "a.pt") < 100000);
  Archive archive;
  load(folder / "a.pt", archive);
  Archive tensors = part(archive, "tensors");
  CHECK(torch::equal(tensor(tensors, "batch"), batch));
  CHECK(tensor(tensors, "leaf").requires_grad());
  CHECK(tensor(tensors, "result").requires_grad());
}

TEST_CASE("parameters that only an optimizer leads to") {
  TemporaryFolder folder;
  Trainer trainer;
  const Rescue saved =
      rescue({variable("sgd", "torch::optim::SGD", &trainer.optimizer)}, folder / "a.pt");
  CHECK(contains(saved.text, "sgd.param_groups()"));
  Archive archive;
  load(folder / "a.pt", archive);
  Archive tensors = part(archive, "tensors"), parameters = part(tensors, "sgd_parameters");
  CHECK(torch::equal(tensor(parameters, "0"), trainer.net->fc1->weight));
}

TEST_CASE("a device that fails and memory that is gone do not take the rest with them") {
  TemporaryFolder folder;
  Net net;
  net->register_parameter("scale", onFailingDevice(), false);
  at::Tensor good = torch::ones({2}), cached = onFailingDevice();
  void *page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  at::Tensor gone = torch::from_blob(page, {8});
  munmap(page, 4096);
  uint64_t garbage[64];
  for (uint64_t &word : garbage)
    word = 0xabababababababa8;
  const Rescue saved =
      rescue({derived("net", "Net", HolderBases, &net), variable("cached", "at::Tensor", &cached),
              variable("gone", "at::Tensor", &gone), variable("broken", "at::Tensor", garbage),
              derived("never", "Net", HolderBases, garbage), variable("good", "at::Tensor", &good)},
             folder / "a.pt");
  CHECK(saved.written);
  CHECK(saved.summary == "1 module, 0 optimizers, 1 tensor variable, 1 generator; 5 not saved, "
                         "since tensors cannot be read from privateuseone:0");
  CHECK(contains(saved.text, "net.scale of main: CUDA error: an illegal memory access was "
                             "encountered\n"));
  CHECK(contains(saved.text, "cached of main: CUDA error: an illegal memory access"));
  CHECK(contains(saved.text, "gone of main: its memory cannot be read"));
  CHECK(contains(saved.text, "broken of main (at::Tensor): memory cannot be read"));
  CHECK(contains(saved.text, "never of main (Net): not a valid module"));
  Archive archive;
  load(folder / "a.pt", archive);
  Archive tensors = part(archive, "tensors"), modules = part(archive, "modules");
  CHECK(torch::equal(tensor(tensors, "good"), good));
  Archive net_part = part(modules, "net"), fc1 = part(net_part, "fc1");
  CHECK(torch::equal(tensor(fc1, "weight"), net->fc1->weight));
}

TEST_CASE("a disk that is full ends nothing") {
  at::Tensor x = torch::ones({1 << 16});
  const Rescue saved = rescue({variable("x", "at::Tensor", &x)}, "/dev/full");
  CHECK(!saved.written);
  CHECK(saved.summary == "the archive could not be written: No space left on device");
}

TEST_CASE("the program's state is as before") {
  TemporaryFolder folder;
  torch::manual_seed(3);
  Net net;
  torch::optim::Adam optimizer(net->parameters());
  train(net, optimizer, 1);
  at::Tensor held = torch::ones({2});
  const auto generator = at::detail::getDefaultCPUGenerator().get_state();
  const auto keys = c10::impl::tls_local_dispatch_key_set();
  const size_t count = held.use_count();
  {
    c10::InferenceMode inference;
    at::Tensor inside = torch::ones({3});
    const Rescue saved =
        rescue({derived("net", "Net", HolderBases, &net),
                variable("optimizer", "torch::optim::Adam", &optimizer),
                variable("held", "at::Tensor", &held), variable("inside", "at::Tensor", &inside)},
               folder / "a.pt");
    CHECK(saved.summary == "1 module, 1 optimizer, 2 tensor variables, 1 generator");
    CHECK(c10::InferenceMode::is_enabled());
  }
  CHECK(torch::GradMode::is_enabled());
  CHECK(torch::equal(generator, at::detail::getDefaultCPUGenerator().get_state()));
  CHECK((c10::impl::tls_local_dispatch_key_set().included_ == keys.included_));
  CHECK((c10::impl::tls_local_dispatch_key_set().excluded_ == keys.excluded_));
  CHECK(held.use_count() == count);
  CHECK(net->fc1->weight.grad().defined());
}

int main(int argc, char **argv) { return doctest::Context(argc, argv).run(); }
