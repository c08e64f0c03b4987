// jit-host: frame main
device = Device{2};
