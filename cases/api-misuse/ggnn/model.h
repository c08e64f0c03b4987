// A gated graph network that answers by choosing a node.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

constexpr int64_t kNodes = 6;
constexpr int64_t kRelations = 4;
constexpr int64_t kStateSize = 4;
constexpr int64_t kPropagationSteps = 5;

/// One step: messages along all edges, then a gated update of every node's state.
struct PropagatorImpl : torch::nn::Module {
  PropagatorImpl()
      : reset_gate(3 * kStateSize, kStateSize), update_gate(3 * kStateSize, kStateSize),
        transform(3 * kStateSize, kStateSize) {
    register_module("reset_gate", reset_gate);
    register_module("update_gate", update_gate);
    register_module("transform", transform);
  }

  /// \param to_node, from_node  [B, N * E, S]: each node's state as the relation changes it
  /// \param state               [B, N, S]
  /// \param adjacency           [B, N, 2 * N * E]
  torch::Tensor forward(const torch::Tensor &to_node, const torch::Tensor &from_node,
                        const torch::Tensor &state, const torch::Tensor &adjacency) {
    const std::vector<torch::Tensor> edges = adjacency.chunk(2, /*dim=*/2);
    const torch::Tensor incoming = torch::bmm(edges[0], to_node);   // [B, N, S]
    const torch::Tensor outgoing = torch::bmm(edges[1], from_node); // [B, N, S]
    const torch::Tensor all = torch::cat({incoming, outgoing, state}, /*dim=*/2);
    const torch::Tensor reset = torch::sigmoid(reset_gate->forward(all));
    const torch::Tensor update = torch::sigmoid(update_gate->forward(all));
    const torch::Tensor joined = torch::cat({incoming, outgoing, reset * state}, /*dim=*/2);
    const torch::Tensor candidate = torch::tanh(transform->forward(joined));
    return (1 - update) * state + update * candidate; // [B, N, S]
  }

  torch::nn::Linear reset_gate;
  torch::nn::Linear update_gate;
  torch::nn::Linear transform;
};
TORCH_MODULE(Propagator);

struct GgnnImpl : torch::nn::Module {
  GgnnImpl() : hidden(kStateSize + 1, kStateSize), score(kStateSize, 1) {
    for (int64_t relation = 0; relation < kRelations; ++relation) {
      const std::string number = std::to_string(relation);
      in.push_back(register_module("in" + number, torch::nn::Linear(kStateSize, kStateSize)));
      out.push_back(register_module("out" + number, torch::nn::Linear(kStateSize, kStateSize)));
    }
    register_module("propagator", propagator);
    register_module("hidden", hidden);
    register_module("score", score);
  }

  /// \param annotation  [B, N, 1]
  /// \param adjacency   [B, N, 2 * N * E]
  /// \return a score of each node, [B, N]
  torch::Tensor forward(const torch::Tensor &annotation, const torch::Tensor &adjacency) {
    torch::Tensor state = torch::constant_pad_nd(annotation, {0, kStateSize - 1}); // [B, N, S]
    for (int64_t step = 0; step < kPropagationSteps; ++step) {
      std::vector<torch::Tensor> to_node;
      std::vector<torch::Tensor> from_node;
      for (int64_t relation = 0; relation < kRelations; ++relation) {
        to_node.push_back(in[relation]->forward(state));
        from_node.push_back(out[relation]->forward(state));
      }
      state =
          propagator->forward(torch::cat(to_node, 1), torch::cat(from_node, 1), state, adjacency);
    }
    const torch::Tensor joined = torch::cat({state, annotation}, /*dim=*/2); // [B, N, S + 1]
    return score->forward(torch::tanh(hidden->forward(joined))).squeeze(2);
  }

  std::vector<torch::nn::Linear> in;
  std::vector<torch::nn::Linear> out;
  Propagator propagator;
  torch::nn::Linear hidden;
  torch::nn::Linear score;
};
TORCH_MODULE(Ggnn);
