// Builds a torch::nn::Sequential layer by layer, and knows the shape of what comes out of it.
#pragma once

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

class SequentialBuilder {
public:
  using Shape = std::vector<int64_t>; // Of one item: without the size of the batch.

  /// Appends a layer. The first one needs to be told what shape comes in.
  /// \throws c10::Error when the layer does not take what comes out of the one before; it is then
  /// not appended
  template <typename Layer> void add(Layer layer, Shape input_shape = {}) {
    Shape sizes = input_shape.empty() ? output_shape_ : std::move(input_shape);
    sizes.insert(sizes.begin(), 1);
    torch::NoGradGuard no_grad;
    layer->eval(); // Dropout draws nothing.
    const torch::Tensor output = layer->forward(torch::zeros(sizes));
    layer->train();
    output_shape_ = output.sizes().slice(1).vec();
    model_->push_back(layer);
  }

  const Shape &output_shape() const { return output_shape_; }

  /// The layers so far.
  torch::nn::Sequential model() const { return model_; }

private:
  torch::nn::Sequential model_;
  Shape output_shape_;
};

/// Glorot's uniform weights, and biases of 0.
inline void initialize_glorot(torch::nn::Module &model) {
  torch::NoGradGuard no_grad;
  for (torch::Tensor &parameter : model.parameters()) {
    if (parameter.dim() > 1) {
      torch::nn::init::xavier_uniform_(parameter);
    } else {
      parameter.zero_();
    }
  }
}
