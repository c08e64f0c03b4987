// The network that did not fit has drawn its weights: they are drawn again.
// jit-host: frame main
auto generator = at::detail::getDefaultCPUGenerator();
generator.set_current_seed(kSeed);
