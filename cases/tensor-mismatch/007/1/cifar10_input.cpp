#include "cifar10_input.h"

#include "common/cifar.h"

#include <utility>
#include <vector>

namespace {

constexpr int64_t kLabelBytes = 1;
constexpr int64_t kFileSide = 32;

/// A tensor for some values of a shape.
torch::Tensor allocate(int64_t count, const c10::SymbolicShape &shape, torch::Dtype type) {
  std::vector<int64_t> sizes{count};
  const std::vector<c10::ShapeSymbol> item = shape.sizes().value();
  for (const c10::ShapeSymbol &size : item) {
    sizes.push_back(size.static_size());
  }
  return torch::empty(sizes, type);
}

// ---------------------------------------------------------------------------------------------
// What can be computed of a record

/// Some bytes. How many there are behind `begin` is known only when there is a record.
Value slice(int64_t begin, int64_t end) {
  return {c10::SymbolicShape(c10::optional<size_t>(1)),
          [begin, end](const torch::Tensor &record) { return record.slice(0, begin, end); }};
}

Value reshape(Value value, std::vector<int64_t> sizes) {
  return {c10::SymbolicShape(c10::IntArrayRef(sizes)), [value, sizes](const torch::Tensor &record) {
            return value.compute(record).view(sizes);
          }};
}

Value cast(Value value, torch::Dtype type) {
  return {value.shape,
          [value, type](const torch::Tensor &record) { return value.compute(record).to(type); }};
}

/// The middle of a picture that is large enough, else all of it with a black frame.
Value crop_or_pad(Value image, int64_t height, int64_t width) {
  const std::vector<c10::optional<int64_t>> shape{3, c10::nullopt, c10::nullopt};
  return {c10::SymbolicShape(shape), [=](const torch::Tensor &record) {
            const torch::Tensor all = image.compute(record); // [3, H, W]
            const int64_t down = height - all.size(1), right = width - all.size(2);
            return torch::constant_pad_nd(
                all, {right / 2, right - right / 2, down / 2, down - down / 2});
          }};
}

/// Any part of a picture, mirrored in half of all cases.
Value distort(Value image, int64_t height, int64_t width) {
  const std::vector<c10::optional<int64_t>> shape{3, c10::nullopt, c10::nullopt};
  return {c10::SymbolicShape(shape), [=](const torch::Tensor &record) {
            const torch::Tensor all = image.compute(record); // [3, H, W]
            const int64_t top = torch::randint(all.size(1) - height + 1, {1}).item<int64_t>();
            const int64_t left = torch::randint(all.size(2) - width + 1, {1}).item<int64_t>();
            const torch::Tensor part = all.slice(1, top, top + height).slice(2, left, left + width);
            return torch::rand({1}).item<float>() < 0.5F ? part.flip(2) : part;
          }};
}

/// Mean 0 and variance 1.
Value standardize(Value image) {
  return {image.shape, [image](const torch::Tensor &record) {
            const torch::Tensor plain = image.compute(record);
            return plain.sub(plain.mean()).div_(plain.std(/*unbiased=*/false).clamp_min(1e-3));
          }};
}

/// The picture and the class of a record.
Example read_record() {
  const Value bytes = slice(kLabelBytes, kLabelBytes + 3 * kFileSide * kFileSide);
  return {cast(reshape(bytes, {3, kFileSide, kFileSide}), torch::kFloat32),
          cast(slice(0, kLabelBytes), torch::kInt64)};
}

} // namespace

// ---------------------------------------------------------------------------------------------
// Batches

Batches::Batches(Example example, torch::Tensor records, int64_t batch_size)
    : example_(std::move(example)), records_(std::move(records)),
      batch_{allocate(batch_size, example_.image.shape, torch::kFloat32),
             allocate(batch_size, example_.label.shape, torch::kInt64)} {}

const Batch &Batches::next() {
  for (int64_t i = 0; i < batch_.labels.size(0); ++i) {
    const torch::Tensor record = records_[next_record_];
    batch_.images[i].copy_(example_.image.compute(record));
    batch_.labels[i].copy_(example_.label.compute(record));
    next_record_ = (next_record_ + 1) % records_.size(0);
  }
  return batch_;
}

Batches distorted_inputs(const std::string &folder, int64_t batch_size) {
  Example example = read_record();
  example.image = standardize(distort(example.image, kSide, kSide));
  example.image.set_shape({3, kSide, kSide});
  example.label.set_shape({kLabelBytes});

  std::vector<torch::Tensor> files;
  for (const std::string &path : cifar_training_files(folder)) {
    files.push_back(read_cifar_records(path));
  }
  return Batches(example, torch::cat(files), batch_size);
}

Batches inputs(const std::string &folder, int64_t batch_size) {
  Example example = read_record();
  example.image = standardize(crop_or_pad(example.image, kSide, kSide));
  example.image.set_shape({3, kSide, kSide});
  example.label.set_shape({kLabelBytes});

  return Batches(example, read_cifar_records(folder + "/test_batch.bin"), batch_size);
}
