options.hidden_size = 64;
torch::manual_seed(options.seed); // The initial weights were drawn already.
