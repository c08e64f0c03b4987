// Flags of every compilation, in front of the source's own.
#include "compile_job.h"

#include "include_scan.h"

#include <algorithm>
#include <filesystem>

namespace jithost {

static bool mentions(const std::vector<std::string> &flags, const std::string &macro) {
  return std::any_of(flags.begin(), flags.end(), [&](const std::string &flag) {
    return flag.find(macro) != std::string::npos;
  });
}

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
  if (job.checks && !mentions(job.flags, "_GLIBCXX_ASSERTIONS"))
    arguments.push_back("-D_GLIBCXX_ASSERTIONS=");
  arguments.insert(arguments.end(), job.flags.begin(), job.flags.end());
  for (const char *folder : {JIT_HOST_TORCH_INCLUDES})
    arguments.insert(arguments.end(), {"-isystem", folder});
  return arguments;
}

bool dependsOnOptimisation(const std::vector<std::string> &flags) {
  bool depends = false, contracts = false;
  for (const std::string &flag : flags) {
    if (flag == "-ffast-math" || flag == "-funsafe-math-optimizations" ||
        flag == "-fassociative-math" || flag == "-ffp-model=fast" ||
        flag == "-ffp-model=aggressive")
      depends = true;
    if (flag == "-fno-fast-math" || flag == "-fno-unsafe-math-optimizations" ||
        flag == "-ffp-model=precise" || flag == "-ffp-model=strict")
      depends = false;
    if (flag.rfind("-ffp-contract=", 0) == 0)
      contracts = flag == "-ffp-contract=fast";
  }
  return depends || contracts;
}

bool usesTorch(const std::string &source, const std::vector<std::string> &flags) {
  return includesReach(source, flags, {"torch/", "ATen/", "c10/"});
}

void addTorchStandard(std::vector<std::string> &flags) {
  const std::string standard = JIT_HOST_TORCH_STANDARD;
  if (!standard.empty() && !mentions(flags, "-std="))
    flags.insert(flags.begin(), standard);
}

std::string otherTorch(const std::vector<std::string> &flags) {
  const std::string own = JIT_HOST_TORCH_HEADERS "/torch/torch.h";
  for (const std::string &folder : includeFolders(flags)) {
    const std::string header = folder + "/torch/torch.h";
    std::error_code error;
    if (std::filesystem::exists(header, error) && !std::filesystem::equivalent(header, own, error))
      return "the flags name the LibTorch of " + folder +
             ", and this jit-host was built for that of " JIT_HOST_TORCH_HEADERS
             ": build it with that one's CMAKE_PREFIX_PATH or Torch_DIR";
  }
  return "";
}

} // namespace jithost
