// Batches of pictures for the CIFAR-10 network: what is computed of each record of a file is
// described first, and computed when a batch is asked for.
#pragma once

#include <ATen/core/jit_type.h>
#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <string>

constexpr int64_t kSide = 24; // Of the pictures that the network sees.
constexpr int64_t kClasses = 10;

/// What is computed of a record, and what is known of its shape before there is one.
struct Value {
  c10::SymbolicShape shape;
  std::function<torch::Tensor(const torch::Tensor &record)> compute;

  /// Tells the shape where it cannot be known from how the value is computed.
  void set_shape(torch::IntArrayRef sizes) { shape = c10::SymbolicShape(sizes); }
};

struct Example {
  Value image;
  Value label;
};

struct Batch {
  torch::Tensor images; // [B, 3, 24, 24] float
  torch::Tensor labels; // [B, 1] int64
};

/// Fills the same two tensors again and again with the examples of a file.
class Batches {
public:
  /// \throws c10::Error when there is a size in the example's shapes that is not known
  Batches(Example example, torch::Tensor records, int64_t batch_size);

  /// The next batch. Behind the last record comes the first one.
  const Batch &next();

private:
  Example example_;
  torch::Tensor records_; // [N, 3073] bytes
  Batch batch_;
  int64_t next_record_ = 0;
};

/// For training: cut out somewhere, mirrored at random, from all training files of a folder.
Batches distorted_inputs(const std::string &folder, int64_t batch_size);

/// For evaluation: cut out of the middle, from the test file of a folder.
Batches inputs(const std::string &folder, int64_t batch_size);
