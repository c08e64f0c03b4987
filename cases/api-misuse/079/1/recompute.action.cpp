// jit-host: frame main
gradients.loss = torch::mse_loss(model->forward(batch.input), batch.target);
gradients.of_parameters = torch::autograd::grad({gradients.loss}, model->parameters());
