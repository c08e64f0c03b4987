// An LRU cache template: list and hash map, loaders that fail, statistics, own hash, eviction
// callbacks. levels: 0 2 3
#include <cstdio>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

template <typename Key, typename Value, typename Hash = std::hash<Key>> class Cache {
  using Entry = std::pair<const Key, Value>;
  std::size_t capacity_;
  std::list<Entry> entries_; // newest first
  std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> index_;
  std::function<void(const Key &, Value &)> evicted_;

  void shrink() {
    while (entries_.size() > capacity_) {
      Entry &oldest = entries_.back();
      if (evicted_)
        evicted_(oldest.first, oldest.second);
      index_.erase(oldest.first);
      entries_.pop_back();
    }
  }

public:
  int hits = 0, misses = 0, failures = 0;

  explicit Cache(std::size_t capacity, std::function<void(const Key &, Value &)> evicted = {})
      : capacity_(capacity), evicted_(std::move(evicted)) {}

  template <typename Load> Value &get(const Key &key, Load load) {
    if (auto found = index_.find(key); found != index_.end()) {
      ++hits;
      entries_.splice(entries_.begin(), entries_, found->second);
      return found->second->second;
    }
    ++misses;
    try {
      entries_.emplace_front(key, load(key));
    } catch (...) {
      ++failures;
      throw;
    }
    index_[key] = entries_.begin();
    shrink();
    return entries_.front().second;
  }

  std::optional<Value> peek(const Key &key) const {
    auto found = index_.find(key);
    return found == index_.end() ? std::nullopt : std::optional<Value>(found->second->second);
  }

  bool erase(const Key &key) {
    auto found = index_.find(key);
    if (found == index_.end())
      return false;
    entries_.erase(found->second);
    index_.erase(found);
    return true;
  }

  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
};

struct Point {
  int x, y;
  bool operator==(const Point &) const = default;
};
struct PointHash {
  std::size_t operator()(const Point &point) const { return point.x * 31 + point.y; }
};

std::string describe(const Point &point) {
  if (point.x == point.y)
    throw std::invalid_argument("diagonal");
  return "(" + std::to_string(point.x) + "," + std::to_string(point.y) + ")";
}

int main() {
  int evictions = 0;
  Cache<Point, std::string, PointHash> cache(5, [&](const Point &point, std::string &text) {
    ++evictions;
    if (point.x == 9)
      std::printf("gone %s\n", text.c_str());
  });
  unsigned seed = 1, thrown = 0;
  for (int i = 0; i < 3000; ++i) {
    seed = seed * 1103515245 + 12345;
    Point point{static_cast<int>(seed >> 16) % 10, static_cast<int>(seed >> 20) % 3};
    try {
      cache.get(point, describe) += '.';
    } catch (const std::invalid_argument &) {
      ++thrown;
    }
    if (i % 500 == 499 && cache.size())
      cache.erase(cache.begin()->first);
    if (i > 300)
      continue;
    if (auto text = cache.peek({2, 1}); text && i % 50 == 0)
      std::printf("peek %s\n", text->c_str());
  }
  std::printf("%d hits, %d misses, %d failures, %u thrown, %d evictions, %zu left\n", cache.hits,
              cache.misses, cache.failures, thrown, evictions, cache.size());
  for (const auto &[point, text] : cache)
    std::printf("%s ", text.c_str());
  std::puts("");
}
