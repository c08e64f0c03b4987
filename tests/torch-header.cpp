// The smallest torch program: running it makes the precompiled header that the sessions share.
#include <torch/torch.h>

int main() { return torch::ones({2}).sum().item<int>() == 2 ? 0 : 1; }
