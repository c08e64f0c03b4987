// The network that did not fit has drawn its weights: they are drawn again.
// jit-host: frame main
device = Device{2};
torch::manual_seed(kSeed);
