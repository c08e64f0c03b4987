options.save = "checkpoint/model.pt";
