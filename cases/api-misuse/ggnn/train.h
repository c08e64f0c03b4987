#pragma once

#include "common/babi.h"
#include "common/state_hash.h"
#include "model.h"

/// Trains for one epoch, on batches of `batch_size` in a new random order.
void train(int64_t epoch, Ggnn &model, torch::optim::Optimizer &optimizer,
           const GraphQuestions &questions, int64_t batch_size, StateHash &loss_hash);
