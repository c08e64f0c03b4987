// The network that did not fit has drawn its weights: they are drawn again.
// jit-host: frame main
device = Device{2};
auto generator = at::detail::getDefaultCPUGenerator();
generator.set_current_seed(kSeed);
