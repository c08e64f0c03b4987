// The optimizer that was forgotten.
optimizers["SGD"] = make_sgd;
