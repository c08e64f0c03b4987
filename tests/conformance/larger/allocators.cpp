// Allocators: std::pmr resources, an own arena and pool, containers that run out of memory.
// levels: 0 2 3
#include <array>
#include <cstddef>
#include <cstdio>
#include <list>
#include <map>
#include <memory>
#include <memory_resource>
#include <new>
#include <string>
#include <utility>
#include <vector>

class Counting : public std::pmr::memory_resource {
  std::pmr::memory_resource *upstream_ = std::pmr::new_delete_resource();

public:
  long blocks = 0, bytes = 0, limit = 1 << 30;

private:
  void *do_allocate(std::size_t size, std::size_t alignment) override {
    if (bytes + static_cast<long>(size) > limit)
      throw std::bad_alloc();
    void *block = upstream_->allocate(size, alignment);
    ++blocks;
    bytes += size;
    return block;
  }
  void do_deallocate(void *block, std::size_t size, std::size_t alignment) override {
    --blocks;
    bytes -= size;
    upstream_->deallocate(block, size, alignment);
  }
  bool do_is_equal(const memory_resource &other) const noexcept override { return this == &other; }
};

template <std::size_t N> class Arena {
  alignas(std::max_align_t) std::array<std::byte, N> bytes_;
  std::size_t used_ = 0;

public:
  void *take(std::size_t size, std::size_t alignment) {
    std::size_t begin = (used_ + alignment - 1) / alignment * alignment;
    if (begin + size > N)
      throw std::bad_alloc();
    used_ = begin + size;
    return bytes_.data() + begin;
  }
  std::size_t used() const { return used_; }
};

template <typename T, std::size_t N> struct ArenaAllocator {
  using value_type = T;
  template <typename U> struct rebind {
    using other = ArenaAllocator<U, N>;
  };
  Arena<N> *arena;
  explicit ArenaAllocator(Arena<N> &a) : arena(&a) {}
  template <typename U> ArenaAllocator(const ArenaAllocator<U, N> &other) : arena(other.arena) {}
  T *allocate(std::size_t n) { return static_cast<T *>(arena->take(n * sizeof(T), alignof(T))); }
  void deallocate(T *, std::size_t) noexcept {}
  template <typename U> bool operator==(const ArenaAllocator<U, N> &other) const {
    return arena == other.arena;
  }
};

template <typename T> class Pool {
  union Slot {
    Slot *next;
    alignas(T) std::byte bytes[sizeof(T)];
  };
  std::vector<std::unique_ptr<Slot[]>> chunks_;
  Slot *free_ = nullptr;

public:
  template <typename... Arguments> T *make(Arguments &&...arguments) {
    if (!free_) {
      chunks_.push_back(std::make_unique<Slot[]>(8));
      for (int i = 0; i < 8; ++i)
        chunks_.back()[i].next = std::exchange(free_, &chunks_.back()[i]);
    }
    Slot *slot = std::exchange(free_, free_->next);
    try {
      return new (slot->bytes) T(std::forward<Arguments>(arguments)...);
    } catch (...) {
      slot->next = std::exchange(free_, slot);
      throw;
    }
  }
  void destroy(T *object) {
    object->~T();
    Slot *slot = reinterpret_cast<Slot *>(object);
    slot->next = std::exchange(free_, slot);
  }
  std::size_t chunks() const { return chunks_.size(); }
};

struct Particle {
  static inline int alive = 0;
  double x, v;
  explicit Particle(int n) : x(n), v(n * 0.5) {
    if (n % 10 == 7)
      throw n;
    ++alive;
  }
  ~Particle() { --alive; }
};

int main() {
  Counting counting;
  {
    std::pmr::monotonic_buffer_resource buffer(256, &counting);
    std::pmr::map<std::pmr::string, std::pmr::vector<int>> map(&buffer);
    for (int i = 0; i < 20; ++i)
      map["a key too long for the small buffer " + std::pmr::string(1, 'a' + i % 5)].push_back(i);
    for (auto &[key, values] : map)
      std::printf("%c:%zu ", key.back(), values.size());
    std::printf("\nheld %d\n", counting.blocks > 0);
  }
  std::printf("blocks %ld bytes %ld\n", counting.blocks, counting.bytes);
  counting.limit = 1000;
  std::pmr::unsynchronized_pool_resource pools(&counting);
  std::pmr::vector<int> growing(&counting);
  try {
    for (;;)
      growing.push_back(growing.size());
  } catch (const std::bad_alloc &) {
    std::printf("full at %zu, last %d\n", growing.size(), growing.back());
  }
  Arena<512> arena;
  std::list<int, ArenaAllocator<int, 512>> list{ArenaAllocator<int, 512>(arena)};
  try {
    for (int i = 0;; ++i)
      list.push_back(i);
  } catch (const std::bad_alloc &) {
    std::printf("list of %zu, arena %zu\n", list.size(), arena.used());
  }
  Pool<Particle> pool;
  std::vector<Particle *> particles;
  int failed = 0;
  for (int i = 0; i < 50; ++i)
    try {
      particles.push_back(pool.make(i));
      if (i % 3 == 0) {
        pool.destroy(particles.back());
        particles.pop_back();
      }
    } catch (int) {
      ++failed;
    }
  double sum = 0;
  for (Particle *particle : particles)
    sum += particle->x + particle->v, pool.destroy(particle);
  std::printf("failed %d sum %g chunks %zu alive %d\n", failed, sum, pool.chunks(),
              Particle::alive);
}
