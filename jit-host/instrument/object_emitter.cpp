// The same pipeline and target settings clang++ would use, so that a program computes what it
// computes natively.
#include "object_emitter.h"

#include "../compile/marker_names.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

using namespace llvm;

namespace jithost {
namespace {

OptimizationLevel optimisation(int level) {
  switch (level) {
  case 0:
    return OptimizationLevel::O0;
  case 1:
    return OptimizationLevel::O1;
  case 3:
    return OptimizationLevel::O3;
  default:
    return OptimizationLevel::O2;
  }
}

Expected<std::unique_ptr<TargetMachine>> machineFor(const Module &module, int level) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  InitializeNativeTargetAsmParser();
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(module.getTargetTriple(), error);
  if (!target)
    return createStringError(error);
  TargetOptions options;
  options.EmulatedTLS = true;
  if (module.getModuleFlag(kContractFlag))
    options.AllowFPOpFusion = FPOpFusion::Fast;
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      module.getTargetTriple(), "x86-64", "", options, Reloc::PIC_, CodeModel::Small,
      level == 0   ? CodeGenOptLevel::None
      : level == 3 ? CodeGenOptLevel::Aggressive
                   : CodeGenOptLevel::Default));
  if (!machine)
    return createStringError("no code generator for " + module.getTargetTriple());
  return machine;
}

void optimise(Module &module, TargetMachine &machine, int level) {
  PipelineTuningOptions tuning;
  tuning.LoopUnrolling = tuning.LoopInterleaving = level > 1;
  tuning.LoopVectorization = tuning.SLPVectorization = level > 1;
  PassBuilder builder(&machine, tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  OptimizationLevel wanted = optimisation(level);
  ModulePassManager passes = level == 0 ? builder.buildO0DefaultPipeline(wanted)
                                        : builder.buildPerModuleDefaultPipeline(wanted);
  passes.run(module, modules);
}

} // namespace

Expected<std::string> emitObject(Module &module, int level) {
  auto machine = machineFor(module, level);
  if (!machine)
    return machine.takeError();
  optimise(module, **machine, level);
  SmallVector<char, 0> object;
  raw_svector_ostream stream(object);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::ObjectFile))
    return createStringError("the code generator cannot write object files");
  passes.run(module);
  return std::string(object.begin(), object.end());
}

} // namespace jithost
