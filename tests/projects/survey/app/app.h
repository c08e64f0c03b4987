// What all sources of the program get by -include.
#pragma once
#include <string>
#include <vector>
std::vector<int> seedsFrom(int argc, char **argv);
std::string report(const std::string &name, int seed);
