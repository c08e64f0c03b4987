// Flags of every compilation, in front of the source's own.
#include "compile_job.h"

#include "include_scan.h"

namespace jithost {

std::vector<std::string> clangArguments(const CompileJob &job) {
  std::vector<std::string> arguments{
      JIT_HOST_CLANG, "-c", "-fPIC", "-gline-tables-only", "-femulated-tls",
      "-fno-discard-value-names", "-pthread",
      // else every use of the header instantiates its templates again: 2.4 s
      "-fpch-instantiate-templates"};
  arguments.push_back("-O" + std::to_string(job.optimisation));
  if (job.optimisation == 0)
    arguments.insert(arguments.end(), {"-Xclang", "-disable-O0-optnone"});
  else
    arguments.insert(arguments.end(), {"-Xclang", "-disable-llvm-passes"});
  arguments.insert(arguments.end(), job.flags.begin(), job.flags.end());
  for (const char *folder : {JIT_HOST_TORCH_INCLUDES})
    arguments.insert(arguments.end(), {"-isystem", folder});
  return arguments;
}

bool usesTorch(const std::string &source, const std::vector<std::string> &flags) {
  return includesReach(source, flags, {"torch/", "ATen/", "c10/"});
}

} // namespace jithost
