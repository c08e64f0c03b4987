// The network that did not fit has drawn its weights: they are drawn again.
// jit-host: frame main
torch::manual_seed(kSeed);
