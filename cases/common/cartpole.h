// The cart with a pole of reinforcement learning (Barto, Sutton and Anderson 1983) as Gym's
// CartPole-v1 computes it: Euler's method, no limit on the length of an episode.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>

class CartPole {
public:
  /// Position of the cart (m), its velocity, angle of the pole (rad), its angular velocity.
  using State = std::array<double, 4>;

  struct Outcome {
    State state;
    double reward; // 1, also for the step at which the pole falls.
    bool done;     // The pole has fallen, or the cart has left the track.
  };

  /// Draws from a generator of its own, so episodes depend only on `seed` and the actions.
  explicit CartPole(uint64_t seed) : generator_(seed) {}

  /// Begins an episode, near rest.
  State reset() {
    for (double &value : state_) {
      value = (static_cast<double>(generator_() >> 11) / (uint64_t{1} << 53) - 0.5) * 0.1;
    }
    return state_;
  }

  /// Pushes the cart for one step: action 0 to the left, 1 to the right.
  Outcome step(int64_t action) {
    auto &[x, velocity, angle, angular_velocity] = state_;
    const double force = action == 1 ? kForce : -kForce;
    const double sine = std::sin(angle);
    const double cosine = std::cos(angle);
    const double push =
        (force + kPoleMass * kHalfLength * angular_velocity * angular_velocity * sine) / kMass;
    const double angular_acceleration =
        (kGravity * sine - cosine * push) /
        (kHalfLength * (4.0 / 3.0 - kPoleMass * cosine * cosine / kMass));
    const double acceleration =
        push - kPoleMass * kHalfLength * angular_acceleration * cosine / kMass;
    x += kStep * velocity;
    velocity += kStep * acceleration;
    angle += kStep * angular_velocity;
    angular_velocity += kStep * angular_acceleration;
    return {state_, 1.0, std::abs(x) > kTrack || std::abs(angle) > kFallen};
  }

private:
  static constexpr double kGravity = 9.8;
  static constexpr double kPoleMass = 0.1;
  static constexpr double kMass = 1.1; // Cart and pole.
  static constexpr double kHalfLength = 0.5;
  static constexpr double kForce = 10.0;
  static constexpr double kStep = 0.02; // Seconds.
  static constexpr double kTrack = 2.4;
  static constexpr double kFallen = 12 * 2 * 3.14159265358979323846 / 360;

  std::mt19937_64 generator_;
  State state_{};
};
