#include "train.h"

void train(int64_t epoch, Ggnn &model, torch::optim::Optimizer &optimizer,
           const GraphQuestions &questions, int64_t batch_size, StateHash &loss_hash) {
  model->train();
  const torch::Tensor order = torch::randperm(questions.answers.size(0));
  for (const torch::Tensor &batch : order.split(batch_size)) {
    const torch::Tensor annotation = questions.annotations.index_select(0, batch);
    const torch::Tensor adjacency = questions.adjacency.index_select(0, batch);
    const torch::Tensor answer = questions.answers.index_select(0, batch);

    optimizer.zero_grad();
    const torch::Tensor scores = model->forward(annotation, adjacency); // [B, N]
    const torch::Tensor loss = torch::cross_entropy_loss(scores, answer);
    loss.backward();
    optimizer.step();
    loss_hash.add(loss);
  }
}
