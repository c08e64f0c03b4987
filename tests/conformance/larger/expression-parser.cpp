// A recursive-descent parser and evaluator: variables, functions, precedence, errors with
// positions. levels: 0 2 3
#include <cctype>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct SyntaxError : std::runtime_error {
  std::size_t position;
  SyntaxError(const std::string &text, std::size_t p) : std::runtime_error(text), position(p) {}
};

using Scope = std::map<std::string, double>;

struct Node {
  virtual ~Node() = default;
  virtual double evaluate(Scope &scope) const = 0;
};
using NodePointer = std::unique_ptr<Node>;

struct Number : Node {
  double value;
  explicit Number(double v) : value(v) {}
  double evaluate(Scope &) const override { return value; }
};
struct Name : Node {
  std::string name;
  explicit Name(std::string n) : name(std::move(n)) {}
  double evaluate(Scope &scope) const override {
    auto found = scope.find(name);
    if (found == scope.end())
      throw std::out_of_range("unknown name " + name);
    return found->second;
  }
};
struct Binary : Node {
  char operation;
  NodePointer left, right;
  Binary(char o, NodePointer l, NodePointer r)
      : operation(o), left(std::move(l)), right(std::move(r)) {}
  double evaluate(Scope &scope) const override {
    double a = left->evaluate(scope), b = right->evaluate(scope);
    switch (operation) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '^':
      return std::pow(a, b);
    default:
      if (b == 0)
        throw std::domain_error("division by zero");
      return a / b;
    }
  }
};
struct Call : Node {
  std::function<double(double)> function;
  NodePointer argument;
  Call(std::function<double(double)> f, NodePointer a)
      : function(std::move(f)), argument(std::move(a)) {}
  double evaluate(Scope &scope) const override { return function(argument->evaluate(scope)); }
};
struct Assignment : Node {
  std::string name;
  NodePointer value;
  Assignment(std::string n, NodePointer v) : name(std::move(n)), value(std::move(v)) {}
  double evaluate(Scope &scope) const override { return scope[name] = value->evaluate(scope); }
};

class Parser {
  const std::string &text_;
  std::size_t at_ = 0;
  static inline const std::map<std::string, std::function<double(double)>> kFunctions{
      {"sqrt",
       [](double x) {
         if (x < 0)
           throw std::domain_error("root of a negative number");
         return std::sqrt(x);
       }},
      {"abs", [](double x) { return std::fabs(x); }},
      {"half", [](double x) { return x / 2; }}};

  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])))
      ++at_;
  }
  bool take(char wanted) {
    skip();
    return at_ < text_.size() && text_[at_] == wanted ? ++at_, true : false;
  }
  void expect(char wanted) {
    if (!take(wanted))
      throw SyntaxError(std::string("expected ") + wanted, at_);
  }
  NodePointer primary() {
    skip();
    if (take('(')) {
      NodePointer inner = sum();
      expect(')');
      return inner;
    }
    if (take('-'))
      return std::make_unique<Binary>('-', std::make_unique<Number>(0), power());
    std::size_t begin = at_;
    if (at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_]))) {
      std::size_t used;
      double value = std::stod(text_.substr(at_), &used);
      at_ += used;
      return std::make_unique<Number>(value);
    }
    while (at_ < text_.size() && std::isalpha(static_cast<unsigned char>(text_[at_])))
      ++at_;
    if (begin == at_)
      throw SyntaxError("expected a value", at_);
    std::string name = text_.substr(begin, at_ - begin);
    if (!take('('))
      return std::make_unique<Name>(name);
    auto function = kFunctions.find(name);
    if (function == kFunctions.end())
      throw SyntaxError("no function " + name, begin);
    NodePointer argument = sum();
    expect(')');
    return std::make_unique<Call>(function->second, std::move(argument));
  }
  NodePointer power() {
    NodePointer left = primary();
    if (take('^'))
      return std::make_unique<Binary>('^', std::move(left), power());
    return left;
  }
  NodePointer product() {
    NodePointer left = power();
    for (;;)
      if (take('*'))
        left = std::make_unique<Binary>('*', std::move(left), power());
      else if (take('/'))
        left = std::make_unique<Binary>('/', std::move(left), power());
      else
        return left;
  }
  NodePointer sum() {
    NodePointer left = product();
    for (;;)
      if (take('+'))
        left = std::make_unique<Binary>('+', std::move(left), product());
      else if (take('-'))
        left = std::make_unique<Binary>('-', std::move(left), product());
      else
        return left;
  }

public:
  explicit Parser(const std::string &text) : text_(text) {}
  NodePointer statement() {
    NodePointer left = sum();
    if (auto *name = dynamic_cast<Name *>(left.get()); name && take('='))
      left = std::make_unique<Assignment>(name->name, sum());
    skip();
    if (at_ != text_.size())
      throw SyntaxError("unexpected " + text_.substr(at_, 1), at_);
    return left;
  }
};

int main() {
  Scope scope{{"pi", 3.14159}};
  for (const std::string line :
       {"1 + 2 * 3", "x = 2 ^ 3 ^ 2 / 4", "half(x) - -1", "(1 + 2", "sqrt(0 - 4)", "y + 1",
        "7 / (x - x)", "2 $ 3", "log(3)", "abs(-pi) * 2", "r = sqrt(x * 2)", "", "x * r"})
    try {
      std::cout << line << " -> " << Parser(line).statement()->evaluate(scope) << "\n";
    } catch (const SyntaxError &error) {
      std::cout << line << " -> " << error.what() << " at " << error.position << "\n";
    } catch (const std::exception &error) {
      std::cout << line << " -> " << error.what() << "\n";
    }
  for (auto &[name, value] : scope)
    std::cout << name << "=" << value << " ";
  std::cout << "\n";
}
