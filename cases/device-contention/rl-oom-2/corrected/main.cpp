// Trains the actor and the critic of PyTorch's reinforcement learning example to balance a pole on
// a cart, with one update after each episode, until they can, and saves them.

#include <torch/torch.h>

#include "common/cartpole.h"
#include "common/device.h"
#include "common/state_hash.h"

#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

// ---------------------------------------------------------------------------------------------
// Configuration

constexpr double kLearningRate = 3e-2;
constexpr double kGamma = 0.99;     // A reward is worth so much a step earlier.
constexpr double kSolved = 195;     // The mean reward that is enough.
constexpr int64_t kMaxSteps = 9999; // Of an episode.
constexpr int64_t kEpisodesInEpoch = 10;
constexpr uint64_t kSeed = 1;

// ---------------------------------------------------------------------------------------------
// Model

struct PolicyImpl : torch::nn::Module {
  PolicyImpl() : affine(4, 128), action_head(128, 2), value_head(128, 1) {
    register_module("affine", affine);
    register_module("action_head", action_head);
    register_module("value_head", value_head);
  }

  /// The actor's probabilities of the actions [2] in a state [4], and the critic's value of it [1].
  std::pair<torch::Tensor, torch::Tensor> forward(const torch::Tensor &state) {
    const torch::Tensor x = torch::relu(affine->forward(state)); // [128]
    return {torch::softmax(action_head->forward(x), 0), value_head->forward(x)};
  }

  torch::nn::Linear affine;
  torch::nn::Linear action_head;
  torch::nn::Linear value_head;
};
TORCH_MODULE(Policy);

// ---------------------------------------------------------------------------------------------
// Training

/// What an episode leaves for the update, an element for each of its T steps.
struct Episode {
  std::vector<torch::Tensor> log_probabilities; // [1], of the actions taken
  std::vector<torch::Tensor> values;            // [1]
  std::vector<double> rewards;
};

/// Draws an action by the actor's probabilities.
int64_t select_action(Policy &policy, Device device, const CartPole::State &state,
                      Episode &episode) {
  const torch::Tensor input =
      to(torch::tensor(at::ArrayRef<double>(state), torch::kFloat32), device);
  const auto [probabilities, value] = policy->forward(input);
  const torch::Tensor action = torch::multinomial(probabilities, 1); // [1]
  episode.log_probabilities.push_back(probabilities.gather(0, action).log());
  episode.values.push_back(value);
  return action.item<int64_t>();
}

/// Updates the model by what the episode was worth. \return the loss
torch::Tensor finish_episode(torch::optim::Adam &optimizer, const Episode &episode) {
  std::vector<float> worth(episode.rewards.size()); // [T], of each step's rest of the episode
  double sum = 0;
  for (size_t i = worth.size(); i-- > 0;) {
    sum = episode.rewards[i] + kGamma * sum;
    worth[i] = static_cast<float>(sum);
  }
  torch::Tensor returns = torch::tensor(worth); // [T]
  returns = (returns - returns.mean()) / (returns.std() + 1e-8);

  const torch::Tensor values = torch::cat(episode.values); // [T]
  const torch::Tensor advantage = returns - values.detach();
  const torch::Tensor loss = -(torch::cat(episode.log_probabilities) * advantage).sum() +
                             torch::smooth_l1_loss(values, returns, torch::Reduction::Sum);
  optimizer.zero_grad();
  loss.backward();
  optimizer.step();
  return loss;
}

int main() {
  torch::set_num_threads(1); // One order of every sum: the run can be repeated bit for bit.
  torch::manual_seed(kSeed);
  Device device{2};

  Policy policy;
  to(policy, device);
  torch::optim::Adam optimizer(policy->parameters(), torch::optim::AdamOptions(kLearningRate));
  CartPole environment(kSeed);

  StateHash losses;
  double running_reward = 10;
  for (int64_t number = 1;; ++number) {
    Episode episode;
    CartPole::State state = environment.reset();
    double reward = 0;
    for (int64_t t = 1; t <= kMaxSteps; ++t) {
      const int64_t action = select_action(policy, device, state, episode);
      const CartPole::Outcome outcome = environment.step(action);
      state = outcome.state;
      episode.rewards.push_back(outcome.reward);
      reward += outcome.reward;
      if (outcome.done) {
        break;
      }
    }
    running_reward = 0.05 * reward + 0.95 * running_reward;
    losses.add(finish_episode(optimizer, episode));

    if (number % kEpisodesInEpoch == 0) {
      std::printf("epoch %ld: last reward %.0f, mean reward %.2f\n",
                  static_cast<long>(number / kEpisodesInEpoch), reward, running_reward);
    }
    if (running_reward > kSolved) {
      std::printf("solved after %ld episodes\n", static_cast<long>(number));
      torch::save(policy, "actor_critic.pt");
      break;
    }
  }

  std::printf("loss %s\n", losses.text().c_str());
  std::printf("parameters %s\n", hash_parameters(*policy).c_str());
  std::printf("optimizer %s\n", hash_optimizer(optimizer).c_str());
  std::printf("generator %s\n", hash_generator().c_str());
  std::printf("quality running_reward %.6f\n", running_reward);
  return 0;
}
