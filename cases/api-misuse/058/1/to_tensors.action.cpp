// jit-host: frame main
x = torch::stack(x.toTensorVector());
y = torch::stack(y.toTensorVector());
