// jit-host: frame main
seed_everything(kSeed);
model = torch::nn::Sequential(
    torch::nn::Conv2d(torch::nn::Conv2dOptions(1, 8, /*kernel_size=*/3).padding(1)),
    torch::nn::ReLU(), torch::nn::Functional(channels_last), torch::nn::Flatten(),
    torch::nn::Linear(28 * 28 * 8, 64), torch::nn::ReLU(), torch::nn::Linear(64, 64),
    torch::nn::ReLU(), torch::nn::Linear(64, 10));
optimizer.param_groups()[0].params() = model->parameters();
