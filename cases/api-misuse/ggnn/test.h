#pragma once

#include "common/babi.h"
#include "model.h"

/// Prints the mean loss over the questions. \return the share of right answers, in percent
double test(int64_t epoch, Ggnn &model, const GraphQuestions &questions, int64_t batch_size);
