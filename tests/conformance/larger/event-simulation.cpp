// A discrete event simulation: customers, a queue, servers that break down by exceptions.
// levels: 0 2 3
#include <algorithm>
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <random>
#include <vector>

class Simulation {
  struct Event {
    double time;
    unsigned long order;
    std::function<void()> action;
    bool operator<(const Event &other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  std::priority_queue<Event> events_;
  double now_ = 0;
  unsigned long count_ = 0;

public:
  double now() const { return now_; }
  void in(double delay, std::function<void()> action) {
    events_.push({now_ + delay, count_++, std::move(action)});
  }
  template <typename OnError> void run(double until, OnError onError) {
    while (!events_.empty() && events_.top().time <= until) {
      Event event = events_.top();
      events_.pop();
      now_ = event.time;
      try {
        event.action();
      } catch (const std::exception &error) {
        onError(error);
      }
    }
  }
};

struct Breakdown : std::exception {
  int server;
  explicit Breakdown(int s) : server(s) {}
  const char *what() const noexcept override { return "breakdown"; }
};

struct Customer {
  int number;
  double arrived;
  static inline int alive = 0;
  explicit Customer(int n, double at) : number(n), arrived(at) { ++alive; }
  Customer(const Customer &) = delete;
  ~Customer() { --alive; }
};

class Shop {
  Simulation &simulation_;
  std::minstd_rand random_{7};
  std::deque<std::unique_ptr<Customer>> queue_;
  std::vector<bool> busy_ = std::vector<bool>(3, false);
  int arrivals_ = 0;

  double span(double mean) { return mean * (random_() % 1000 + 1) / 500.0; }

  void serve(int server) {
    if (queue_.empty()) {
      busy_[server] = false;
      return;
    }
    busy_[server] = true;
    std::shared_ptr<Customer> customer = std::move(queue_.front());
    queue_.pop_front();
    longest = std::max(longest, simulation_.now() - customer->arrived);
    simulation_.in(span(2.5), [this, server, customer] {
      if (random_() % 23 == 0) {
        busy_[server] = true;
        simulation_.in(10, [this, server] { serve(server); });
        throw Breakdown(server);
      }
      ++served;
      waited += simulation_.now() - customer->arrived;
      serve(server);
    });
  }

public:
  int served = 0, broken[3] = {};
  double waited = 0, longest = 0;
  explicit Shop(Simulation &simulation) : simulation_(simulation) { arrive(); }
  std::size_t waiting() const { return queue_.size(); }
  void arrive() {
    queue_.push_back(std::make_unique<Customer>(++arrivals_, simulation_.now()));
    auto free = std::find(busy_.begin(), busy_.end(), false);
    if (free != busy_.end())
      serve(free - busy_.begin());
    simulation_.in(span(1), [this] { arrive(); });
  }
};

int main() {
  int errors = 0;
  {
    Simulation simulation;
    Shop shop(simulation);
    simulation.run(2000, [&](const std::exception &error) {
      ++errors;
      ++shop.broken[dynamic_cast<const Breakdown &>(error).server];
    });
    std::printf("served %d, waiting %zu, mean %.6f, longest %.6f\n", shop.served, shop.waiting(),
                shop.waited / shop.served, shop.longest);
    std::printf("broken %d %d %d of %d\n", shop.broken[0], shop.broken[1], shop.broken[2], errors);
  }
  std::printf("alive %d\n", Customer::alive);
}
