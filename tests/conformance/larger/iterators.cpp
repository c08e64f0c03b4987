// Own containers and iterators: a skip list, a zip and a tree iterator, used with the algorithms.
// levels: 0 2 3
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <numeric>
#include <stack>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

template <typename T, typename Less = std::less<T>> class Tree {
  struct Node {
    T value;
    std::unique_ptr<Node> left, right;
    explicit Node(T v) : value(std::move(v)) {}
  };
  std::unique_ptr<Node> root_;
  std::size_t size_ = 0;
  Less less_;

public:
  class iterator {
    std::stack<const Node *, std::vector<const Node *>> path_;
    void descend(const Node *node) {
      for (; node; node = node->left.get())
        path_.push(node);
    }

  public:
    using value_type = T;
    using reference = const T &;
    using pointer = const T *;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    iterator() = default;
    explicit iterator(const Node *root) { descend(root); }
    reference operator*() const {
      if (path_.empty())
        throw std::out_of_range("the end of the tree");
      return path_.top()->value;
    }
    pointer operator->() const { return &**this; }
    iterator &operator++() {
      const Node *node = path_.top();
      path_.pop();
      descend(node->right.get());
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const iterator &other) const {
      return path_.empty() ? other.path_.empty()
                           : !other.path_.empty() && path_.top() == other.path_.top();
    }
  };
  Tree() = default;
  template <typename Iterator> Tree(Iterator begin, Iterator end) {
    std::for_each(begin, end, [this](const T &value) { insert(value); });
  }
  bool insert(T value) {
    std::unique_ptr<Node> *place = &root_;
    while (Node *node = place->get())
      if (less_(value, node->value))
        place = &node->left;
      else if (less_(node->value, value))
        place = &node->right;
      else
        return false;
    *place = std::make_unique<Node>(std::move(value));
    return ++size_ > 0;
  }
  std::size_t size() const { return size_; }
  iterator begin() const { return iterator(root_.get()); }
  iterator end() const { return iterator(); }
};

template <typename... Ranges> class Zip {
  std::tuple<Ranges &...> ranges_;

public:
  explicit Zip(Ranges &...ranges) : ranges_(ranges...) {}
  struct Place {
    std::tuple<typename Ranges::iterator...> at;
    auto operator*() const {
      return std::apply([](auto... its) { return std::tuple<decltype(*its)...>(*its...); }, at);
    }
    Place &operator++() {
      std::apply([](auto &...its) { (++its, ...); }, at);
      return *this;
    }
    bool operator!=(const Place &other) const {
      return apart(other, std::index_sequence_for<Ranges...>());
    }
    template <std::size_t... I> bool apart(const Place &other, std::index_sequence<I...>) const {
      return ((std::get<I>(at) != std::get<I>(other.at)) && ...);
    }
  };
  Place begin() const {
    return {std::apply([](auto &...ranges) { return std::tuple(ranges.begin()...); }, ranges_)};
  }
  Place end() const {
    return {std::apply([](auto &...ranges) { return std::tuple(ranges.end()...); }, ranges_)};
  }
};

struct Picky {
  bool operator()(const std::string &a, const std::string &b) const {
    if (a == "bad" || b == "bad")
      throw std::invalid_argument("bad is not compared");
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

int main() {
  std::vector<int> numbers(200);
  unsigned seed = 3;
  std::generate(numbers.begin(), numbers.end(),
                [&] { return (seed = seed * 1103515245 + 12345) / 65536 % 500; });
  Tree<int> tree(numbers.begin(), numbers.end());
  std::printf("%zu sorted %d sum %d\n", tree.size(), std::is_sorted(tree.begin(), tree.end()),
              std::accumulate(tree.begin(), tree.end(), 0));
  auto found = std::find_if(tree.begin(), tree.end(), [](int x) { return x > 250; });
  std::printf("%d %d\n", *found, *std::next(found, 3));
  std::printf("%td\n", std::count_if(tree.begin(), tree.end(), [](int x) { return x % 2; }));
  try {
    *tree.end();
  } catch (const std::out_of_range &error) {
    std::printf("%s\n", error.what());
  }
  Tree<std::string, Picky> words;
  for (const char *word : {"pear", "fig", "bad", "apple", "kiwi", "bad", "fig"})
    try {
      std::printf("%d ", words.insert(word));
    } catch (const std::invalid_argument &error) {
      std::printf("(%s) ", error.what());
    }
  std::puts("");
  std::vector<std::string> names(words.begin(), words.end());
  for (auto [name, number] : Zip(names, numbers)) {
    number += name.size() * 1000;
    std::printf("%s=%d ", name.c_str(), numbers[0] > 0);
  }
  std::printf("\n%d %d\n", numbers[0], numbers[4]);
  std::vector<int> copy;
  std::set_intersection(tree.begin(), tree.end(), tree.begin(), found, std::back_inserter(copy));
  std::partial_sum(copy.begin(), copy.end(), copy.begin());
  std::rotate(copy.begin(), copy.begin() + 5, copy.end());
  std::printf("%zu %d %d\n", copy.size(), copy.front(), copy.back());
}
