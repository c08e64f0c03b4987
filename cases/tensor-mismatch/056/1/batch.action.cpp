// jit-host: frame generate_filter_image
image = image.detach().unsqueeze(0).requires_grad_();
