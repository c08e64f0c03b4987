// Type erasure: a small-buffer any_function, shapes as values, observers, a signal with tokens.
// levels: 0 2 3
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

template <typename Signature> class Callable;
template <typename Result, typename... Arguments> class Callable<Result(Arguments...)> {
  struct Operations {
    Result (*call)(void *, Arguments...);
    void (*move)(void *, void *);
    void (*destroy)(void *);
  };
  alignas(std::max_align_t) std::byte buffer_[32];
  const Operations *operations_ = nullptr;

  template <typename F> static F &in(void *place) {
    if constexpr (sizeof(F) <= sizeof buffer_ && std::is_nothrow_move_constructible_v<F>)
      return *static_cast<F *>(place);
    else
      return **static_cast<F **>(place);
  }
  template <typename F>
  static constexpr bool kSmall = sizeof(F) <= 32 && std::is_nothrow_move_constructible_v<F>;
  template <typename F>
  static constexpr Operations kOperations{[](void *place, Arguments... arguments) -> Result {
                                            return in<F>(place)(
                                                std::forward<Arguments>(arguments)...);
                                          },
                                          [](void *from, void *to) {
                                            if constexpr (kSmall<F>) {
                                              new (to) F(std::move(in<F>(from)));
                                              in<F>(from).~F();
                                            } else
                                              *static_cast<F **>(to) = *static_cast<F **>(from);
                                          },
                                          [](void *place) {
                                            if constexpr (kSmall<F>)
                                              in<F>(place).~F();
                                            else
                                              delete *static_cast<F **>(place);
                                          }};

public:
  Callable() = default;
  template <typename F> Callable(F function) : operations_(&kOperations<F>) {
    if constexpr (kSmall<F>)
      new (buffer_) F(std::move(function));
    else
      *reinterpret_cast<F **>(buffer_) = new F(std::move(function));
  }
  Callable(Callable &&other) noexcept : operations_(std::exchange(other.operations_, nullptr)) {
    if (operations_)
      operations_->move(other.buffer_, buffer_);
  }
  Callable &operator=(Callable &&other) noexcept {
    if (this != &other) {
      this->~Callable();
      new (this) Callable(std::move(other));
    }
    return *this;
  }
  ~Callable() {
    if (operations_)
      operations_->destroy(buffer_);
  }
  Result operator()(Arguments... arguments) {
    if (!operations_)
      throw std::bad_function_call();
    return operations_->call(buffer_, std::forward<Arguments>(arguments)...);
  }
};

class Shape {
  struct Concept {
    virtual ~Concept() = default;
    virtual double area() const = 0;
    virtual std::unique_ptr<Concept> clone() const = 0;
  };
  template <typename T> struct Model final : Concept {
    T value;
    explicit Model(T v) : value(std::move(v)) {}
    double area() const override { return value.area(); }
    std::unique_ptr<Concept> clone() const override { return std::make_unique<Model>(*this); }
  };
  std::unique_ptr<Concept> self_;

public:
  template <typename T>
    requires(!std::is_same_v<T, Shape>)
  Shape(T value) : self_(std::make_unique<Model<T>>(std::move(value))) {}
  Shape(const Shape &other) : self_(other.self_->clone()) {}
  Shape(Shape &&) noexcept = default;
  Shape &operator=(Shape other) noexcept { return self_.swap(other.self_), *this; }
  double area() const { return self_->area(); }
};
struct Circle {
  double radius;
  double area() const {
    return radius < 0 ? throw std::domain_error("radius") : 3.0 * radius * radius;
  }
};
struct Square {
  double side;
  double area() const { return side * side; }
};

template <typename... Arguments> class Signal {
  std::map<int, Callable<void(Arguments...)>> slots_;
  int next_ = 0;

public:
  class Connection {
    Signal *signal_;
    int number_;

  public:
    Connection(Signal *signal, int number) : signal_(signal), number_(number) {}
    Connection(Connection &&other) noexcept
        : signal_(std::exchange(other.signal_, nullptr)), number_(other.number_) {}
    ~Connection() {
      if (signal_)
        signal_->slots_.erase(number_);
    }
  };
  template <typename F> [[nodiscard]] Connection connect(F function) {
    slots_.emplace(next_, std::move(function));
    return {this, next_++};
  }
  int emit(Arguments... arguments) {
    int failed = 0;
    for (auto &[number, slot] : slots_)
      try {
        slot(arguments...);
      } catch (const std::exception &error) {
        std::printf("slot %d: %s\n", number, error.what());
        ++failed;
      }
    return failed;
  }
};

int main() {
  auto shared = std::make_shared<int>(5);
  Callable<int(int)> small = [shared](int x) { return x + *shared; };
  std::string a = "long captured text", b = "another long captured text";
  Callable<int(int)> large = [a, b](int x) { return x + static_cast<int>(a.size() + b.size()); };
  std::printf("%d %d uses %ld\n", small(1), large(1), shared.use_count());
  std::swap(small, large);
  std::printf("%d %d\n", small(1), large(1));
  large = Callable<int(int)>();
  std::printf("uses %ld\n", shared.use_count());
  try {
    large(0);
  } catch (const std::bad_function_call &error) {
    std::printf("%s\n", error.what());
  }
  std::vector<Shape> shapes{Circle{2}, Square{3}};
  shapes.push_back(shapes[0]);
  shapes[0] = Square{1};
  shapes.push_back(Circle{-1});
  double total = 0;
  for (const Shape &shape : shapes)
    try {
      total += shape.area();
    } catch (const std::domain_error &error) {
      std::printf("%s\n", error.what());
    }
  std::printf("%g\n", total);
  Signal<int, const std::string &> changed;
  int sum = 0;
  auto first = changed.connect([&](int x, const std::string &) { sum += x; });
  {
    auto second = changed.connect([&](int x, const std::string &why) {
      if (x > 5)
        throw std::runtime_error(why);
      sum += 100;
    });
    std::printf("failed %d %d\n", changed.emit(3, "three"), changed.emit(6, "six is too much"));
  }
  std::printf("failed %d, sum %d\n", changed.emit(7, "seven"), sum);
}
