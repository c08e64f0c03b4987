std::vector<int> seedsFrom(int argc, char **argv) {
  std::vector<int> seeds;
  for (int i = 1; i < argc; ++i)
    seeds.push_back(std::stoi(argv[i]));
  return seeds;
}
