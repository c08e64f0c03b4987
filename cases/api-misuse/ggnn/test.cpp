#include "test.h"

#include <cstdio>

double test(int64_t epoch, Ggnn &model, const GraphQuestions &questions, int64_t batch_size) {
  torch::NoGradGuard no_grad;
  model->eval();
  const int64_t count = questions.answers.size(0);
  double loss_sum = 0;
  int64_t correct = 0;
  for (int64_t begin = 0; begin < count; begin += batch_size) {
    const torch::Tensor annotation = questions.annotations.narrow(0, begin, batch_size);
    const torch::Tensor adjacency = questions.adjacency.narrow(0, begin, batch_size);
    const torch::Tensor answer = questions.answers.narrow(0, begin, batch_size);

    const torch::Tensor scores = model->forward(annotation, adjacency); // [B, N]
    const torch::Tensor loss = torch::cross_entropy_loss(scores, answer);
    loss_sum += loss.index({0}).item<double>();
    correct += scores.argmax(1).eq(answer).sum().item<int64_t>();
  }
  const double accuracy = 100. * static_cast<double>(correct) / static_cast<double>(count);
  std::printf("epoch %ld: test loss %.4f, accuracy %.0f\n", static_cast<long>(epoch),
              loss_sum * static_cast<double>(batch_size) / static_cast<double>(count), accuracy);
  return accuracy;
}
