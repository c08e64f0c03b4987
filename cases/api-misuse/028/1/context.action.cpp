// Between 10 and 99 pixels are given; what was built with the empty range is built again.
// jit-host: frame main
train_tasks = CompletionTasks(train, kMinContext, 100);
test_tasks = CompletionTasks(test, kMinContext, 100);
callbacks = {PlotCompletion{model, test_tasks, pictures_folder}};
