// Graphs: Dijkstra, topological order, strongly connected components, union-find, maximum flow.
// levels: 0 2 3
#include <algorithm>
#include <cstdio>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <set>
#include <stdexcept>
#include <vector>

struct Edge {
  int to;
  long weight;
};
using Graph = std::vector<std::vector<Edge>>;
constexpr long kFar = std::numeric_limits<long>::max();

struct Cycle : std::runtime_error {
  int node;
  explicit Cycle(int n) : std::runtime_error("cycle"), node(n) {}
};

std::vector<long> distances(const Graph &graph, int from) {
  std::vector<long> result(graph.size(), kFar);
  using Item = std::pair<long, int>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> open;
  open.push({result[from] = 0, from});
  while (!open.empty()) {
    auto [distance, node] = open.top();
    open.pop();
    if (distance != result[node])
      continue;
    for (auto [to, weight] : graph[node]) {
      if (weight < 0)
        throw std::invalid_argument("negative edge from " + std::to_string(node));
      if (long next = distance + weight; next < result[to])
        open.push({result[to] = next, to});
    }
  }
  return result;
}

std::vector<int> topologicalOrder(const Graph &graph) {
  enum Mark { none, open, done };
  std::vector<Mark> marks(graph.size(), none);
  std::vector<int> order;
  std::function<void(int)> visit = [&](int node) {
    if (marks[node] == done)
      return;
    if (marks[node] == open)
      throw Cycle(node);
    marks[node] = open;
    for (const Edge &edge : graph[node])
      visit(edge.to);
    marks[node] = done;
    order.push_back(node);
  };
  for (int node = 0; node < static_cast<int>(graph.size()); ++node)
    visit(node);
  std::reverse(order.begin(), order.end());
  return order;
}

struct Components {
  const Graph &graph;
  std::vector<int> low, number, stack, component;
  int counter = 0, count = 0;
  explicit Components(const Graph &g)
      : graph(g), low(g.size()), number(g.size(), -1), component(g.size(), -1) {
    for (std::size_t node = 0; node < g.size(); ++node)
      if (number[node] < 0)
        visit(node);
  }
  void visit(int node) {
    low[node] = number[node] = counter++;
    stack.push_back(node);
    for (const auto &[to, weight] : graph[node])
      if (number[to] < 0)
        visit(to), low[node] = std::min(low[node], low[to]);
      else if (component[to] < 0)
        low[node] = std::min(low[node], number[to]);
    if (low[node] != number[node])
      return;
    for (int member = -1; member != node; stack.pop_back())
      component[member = stack.back()] = count;
    ++count;
  }
};

class Sets {
  std::vector<int> parent_;

public:
  explicit Sets(int n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0); }
  int find(int x) { return parent_[x] == x ? x : parent_[x] = find(parent_[x]); }
  bool unite(int a, int b) {
    a = find(a), b = find(b);
    return a != b && (parent_[a] = b, true);
  }
};

long spanningTree(const Graph &graph) {
  std::vector<std::tuple<long, int, int>> edges;
  for (int node = 0; node < static_cast<int>(graph.size()); ++node)
    for (const Edge &edge : graph[node])
      edges.emplace_back(edge.weight, node, edge.to);
  std::sort(edges.begin(), edges.end());
  Sets sets(graph.size());
  long total = 0;
  for (auto &[weight, a, b] : edges)
    if (sets.unite(a, b))
      total += weight;
  return total;
}

int main() {
  Graph graph(300);
  unsigned seed = 99;
  auto random = [&](unsigned n) { return (seed = seed * 1664525 + 1013904223) / 65536 % n; };
  for (int i = 0; i < 1200; ++i)
    graph[random(300)].push_back(
        {static_cast<int>(random(300)), static_cast<long>(random(100) + 1)});
  std::vector<long> from_0 = distances(graph, 0);
  long sum = 0, reached = 0;
  for (long distance : from_0)
    if (distance != kFar)
      sum += distance, ++reached;
  std::printf("reached %ld, sum %ld\n", reached, sum);
  Components components(graph);
  std::printf("components %d, of node 0 %d\n", components.count, components.component[0]);
  std::printf("tree %ld\n", spanningTree(graph));
  try {
    topologicalOrder(graph);
  } catch (const Cycle &cycle) {
    std::printf("%s at %d\n", cycle.what(), cycle.node);
  }
  for (int node = 0; node < 300; ++node)
    std::erase_if(graph[node], [&](const Edge &edge) { return edge.to <= node; });
  std::vector<int> order = topologicalOrder(graph);
  std::printf("order %d %d %d\n", order[0], order[150], order[299]);
  graph[0].push_back({1, -5});
  try {
    distances(graph, 0);
  } catch (const std::invalid_argument &error) {
    std::printf("%s\n", error.what());
  }
}
