// jit-host: frame main
training.images = training.images.reshape({-1, 1, 28, 28});
test.images = test.images.reshape({-1, 1, 28, 28});
