// Numbers to learn from, without LibTorch.
#pragma once
#include <vector>
std::vector<float> examples(int count, int step);
