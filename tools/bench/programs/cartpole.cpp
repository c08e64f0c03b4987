// Balances a pole on a cart: an actor and a critic learn from short rollouts (A2C). A step is a
// rollout of the environment and the update that follows.

#include "run.h"

#include <array>
#include <cmath>
#include <random>
#include <vector>

constexpr int64_t kRollout = 32; // moves
constexpr double kDiscount = 0.99;

// ---------------------------------------------------------------------------------------------
// Environment: cart and pole after Barto, Sutton and Anderson (1983).

class CartPole {
public:
  using State = std::array<float, 4>; // position, speed, angle, speed of the angle

  explicit CartPole(uint32_t seed) : generator_(seed) { reset(); }

  void reset() {
    std::uniform_real_distribution<float> near_zero(-0.05f, 0.05f);
    for (float &value : state_) {
      value = near_zero(generator_);
    }
    moves_ = 0;
  }

  /// \return whether the pole still stands
  bool move(bool right) {
    constexpr float kGravity = 9.8f, kCart = 1.0f, kPole = 0.1f, kHalfLength = 0.5f;
    constexpr float kForce = 10.0f, kTime = 0.02f;
    const float force = right ? kForce : -kForce;
    const auto [position, speed, angle, turning] = state_;
    const float sine = std::sin(angle), cosine = std::cos(angle);
    const float pushed = (force + kPole * kHalfLength * turning * turning * sine) / (kCart + kPole);
    const float turn = (kGravity * sine - cosine * pushed) /
                       (kHalfLength * (4.0f / 3.0f - kPole * cosine * cosine / (kCart + kPole)));
    const float push = pushed - kPole * kHalfLength * turn * cosine / (kCart + kPole);
    state_ = {position + kTime * speed, speed + kTime * push, angle + kTime * turning,
              turning + kTime * turn};
    ++moves_;
    return std::abs(state_[0]) < 2.4f && std::abs(state_[2]) < 0.2095f && moves_ < 500;
  }

  torch::Tensor observation() const { // [4]
    return torch::tensor({state_[0], state_[1], state_[2], state_[3]});
  }
  int64_t moves() const { return moves_; }

private:
  std::mt19937 generator_;
  State state_{};
  int64_t moves_ = 0;
};

// ---------------------------------------------------------------------------------------------
// Model

struct ActorCriticImpl : torch::nn::Module {
  ActorCriticImpl() : body1(4, 64), body2(64, 64), actor(64, 2), critic(64, 1) {
    register_module("body1", body1);
    register_module("body2", body2);
    register_module("actor", actor);
    register_module("critic", critic);
  }

  /// \return log probabilities of the moves, [N, 2], and values, [N]
  std::pair<torch::Tensor, torch::Tensor> forward(const torch::Tensor &x) { // [N, 4]
    const torch::Tensor y = torch::tanh(body2->forward(torch::tanh(body1->forward(x))));
    return {torch::log_softmax(actor->forward(y), 1), critic->forward(y).squeeze(1)};
  }

  torch::nn::Linear body1;
  torch::nn::Linear body2;
  torch::nn::Linear actor;
  torch::nn::Linear critic;
};
TORCH_MODULE(ActorCritic);

struct Rollout {
  std::vector<torch::Tensor> observations; // [4] each
  std::vector<int64_t> moves;              // 0: left, 1: right
  std::vector<bool> stands;
  double value_behind = 0; // of the state behind the last move
};

/// What each state turned out to be worth, [N].
torch::Tensor returns_of(const Rollout &rollout) {
  const int64_t count = static_cast<int64_t>(rollout.moves.size());
  torch::Tensor returns = torch::zeros({count});
  auto entries = returns.accessor<float, 1>();
  double value = rollout.value_behind;
  for (int64_t i = count - 1; i >= 0; --i) {
    value = 1.0 + (rollout.stands.at(i) ? kDiscount * value : 0.0);
    entries[i] = static_cast<float>(value);
  }
  return returns;
}

// ---------------------------------------------------------------------------------------------
// Training

class Trainer {
public:
  Rollout play(int64_t moves) {
    const torch::NoGradGuard no_grad;
    Rollout rollout;
    for (int64_t i = 0; i < moves; ++i) {
      const torch::Tensor observation = cart_pole_.observation();
      const auto [log_shares, value] = model->forward(observation.unsqueeze(0));
      const int64_t move = torch::multinomial(log_shares.exp(), 1).item<int64_t>();
      const bool stands = cart_pole_.move(move == 1);
      rollout.observations.push_back(observation);
      rollout.moves.push_back(move);
      rollout.stands.push_back(stands);
      if (!stands) {
        last_moves = cart_pole_.moves();
        cart_pole_.reset();
      }
    }
    const auto [log_shares, value] = model->forward(cart_pole_.observation().unsqueeze(0));
    rollout.value_behind = value.item<double>();
    return rollout;
  }

  torch::Tensor learn(const Rollout &rollout) {
    const torch::Tensor observations = torch::stack(rollout.observations); // [N, 4]
    const torch::Tensor moves = torch::tensor(rollout.moves).unsqueeze(1); // [N, 1]
    const auto [log_shares, values] = model->forward(observations);        // [N, 2], [N]
    const torch::Tensor advantages = returns_of(rollout) - values;         // [N]
    const torch::Tensor chosen = log_shares.gather(1, moves).squeeze(1);   // [N]
    const torch::Tensor entropy = -(log_shares.exp() * log_shares).sum(1).mean();
    const torch::Tensor loss =
        -(chosen * advantages.detach()).mean() + 0.5 * advantages.pow(2).mean() - 0.01 * entropy;
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    return loss;
  }

  ActorCritic model;
  torch::optim::Adam optimizer{model->parameters(), torch::optim::AdamOptions(3e-3)};
  int64_t last_moves = 0; // of the last whole episode

private:
  CartPole cart_pole_{1};
};

int main(int argc, char **argv) {
  const RunOptions options = parse_arguments(argc, argv);
  TimeLog times(options.times);
  torch::set_num_threads(1);
  torch::manual_seed(1);
  times.reached("data");
  Trainer trainer;
  int64_t step = 0;
  if (!options.resume.empty()) {
    step = load_checkpoint(options.resume, trainer.model, trainer.optimizer);
  }
  times.reached("checkpoint");

  while (step < options.steps) {
    times.begin_step();
    ++step;
    const Rollout rollout = trainer.play(options.rows_at(step, kRollout));
    const torch::Tensor loss = trainer.learn(rollout);
    times.end_step();
    if (step % 50 == 0) {
      std::printf("step %ld: loss %.4f, balanced for %ld moves\n", static_cast<long>(step),
                  loss.item<double>(), static_cast<long>(trainer.last_moves));
    }
    if (options.checkpoint_every > 0 && step % options.checkpoint_every == 0) {
      save_checkpoint(options.checkpoint, trainer.model, trainer.optimizer, step);
    }
  }
  return 0;
}
