// A network trained by hand-written back-propagation: floats, templates, state, early stopping.
// levels: 0 2 3
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

template <typename T> struct Layer {
  std::size_t inputs, outputs;
  std::vector<T> weights, bias, in, gradient_weights, gradient_bias;
  Layer(std::size_t i, std::size_t o, std::mt19937 &random)
      : inputs(i), outputs(o), weights(i * o), bias(o), gradient_weights(i * o), gradient_bias(o) {
    for (T &weight : weights)
      weight = (static_cast<T>(random() % 20001) / 10000 - 1) * std::sqrt(T(1) / inputs);
  }
  std::vector<T> forward(const std::vector<T> &x) {
    if (x.size() != inputs)
      throw std::length_error("layer of " + std::to_string(inputs) + " got " +
                              std::to_string(x.size()));
    in = x;
    std::vector<T> out(bias);
    for (std::size_t o = 0; o < outputs; ++o)
      for (std::size_t i = 0; i < inputs; ++i)
        out[o] += weights[o * inputs + i] * x[i];
    return out;
  }
  std::vector<T> backward(const std::vector<T> &gradient) {
    std::vector<T> result(inputs);
    for (std::size_t o = 0; o < outputs; ++o) {
      gradient_bias[o] += gradient[o];
      for (std::size_t i = 0; i < inputs; ++i) {
        gradient_weights[o * inputs + i] += gradient[o] * in[i];
        result[i] += gradient[o] * weights[o * inputs + i];
      }
    }
    return result;
  }
  void step(T rate) {
    auto update = [rate](std::vector<T> &values, std::vector<T> &gradient) {
      for (std::size_t i = 0; i < values.size(); ++i)
        values[i] -= rate * std::exchange(gradient[i], T(0));
    };
    update(weights, gradient_weights);
    update(bias, gradient_bias);
  }
};

struct Diverged : std::runtime_error {
  using runtime_error::runtime_error;
};

template <typename T> class Network {
  Layer<T> first_, second_;
  std::vector<T> hidden_;

public:
  Network(std::size_t hidden, std::mt19937 &random)
      : first_(2, hidden, random), second_(hidden, 1, random) {}
  T predict(T a, T b) {
    hidden_ = first_.forward({a, b});
    for (T &value : hidden_)
      value = value > 0 ? value : value * T(0.1);
    return second_.forward(hidden_)[0];
  }
  T train(const std::array<T, 3> &sample, T rate) {
    T error = predict(sample[0], sample[1]) - sample[2];
    if (!(error < 1e3))
      throw Diverged("error is too large");
    std::vector<T> gradient = second_.backward({2 * error});
    for (std::size_t i = 0; i < gradient.size(); ++i)
      gradient[i] *= hidden_[i] > 0 ? T(1) : T(0.1);
    first_.backward(gradient);
    first_.step(rate);
    second_.step(rate);
    return error * error;
  }
};

template <typename T> void run(const char *type, T rate) {
  std::mt19937 random(42);
  std::vector<std::array<T, 3>> samples;
  for (int i = 0; i < 64; ++i) {
    T a = T(random() % 200) / 100 - 1, b = T(random() % 200) / 100 - 1;
    samples.push_back({a, b, a * b > 0 ? T(1) : T(-1)});
  }
  Network<T> network(8, random);
  T loss = 0;
  int epoch = 0;
  try {
    for (; epoch < 60; ++epoch) {
      loss = 0;
      for (const auto &sample : samples)
        loss += network.train(sample, rate);
      if (loss < 4)
        break;
    }
    std::printf("%s: %d epochs, loss %a\n", type, epoch, double(loss));
  } catch (const Diverged &diverged) {
    std::printf("%s: %s in epoch %d\n", type, diverged.what(), epoch);
  }
}

int main() {
  run<float>("float", 0.02f);
  run<double>("double", 0.02);
  run<float>("too fast", 5.f);
  std::mt19937 random(1);
  try {
    Layer<double>(3, 2, random).forward({1, 2});
  } catch (const std::length_error &error) {
    std::printf("%s\n", error.what());
  }
}
