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
  options.LoopAlignment = 32; // what a processor fetches at once; a short loop in two takes longer
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

/// Behind the first simplification after inlining, and before loops are vectorised.
void addTestPasses(PassBuilder &builder, const OutdatedTests &tests) {
  if (!tests.calls.interim())
    builder.registerPeepholeEPCallback([&tests](FunctionPassManager &passes, OptimizationLevel) {
      passes.addPass(PruneOutdatedTests(tests));
    });
  builder.registerOptimizerEarlyEPCallback([&tests](ModulePassManager &passes, OptimizationLevel) {
    passes.addPass(createModuleToFunctionPassAdaptor(LowerOutdatedTests(tests)));
  });
}

ModulePassManager pipeline(PassBuilder &builder, int level, const OutdatedTests &tests) {
  if (level != 0)
    return builder.buildPerModuleDefaultPipeline(optimisation(level));
  ModulePassManager passes = builder.buildO0DefaultPipeline(OptimizationLevel::O0);
  passes.addPass(createModuleToFunctionPassAdaptor(LowerOutdatedTests(tests)));
  return passes;
}

} // namespace

Error optimise(Module &module, int level, const OutdatedTests &tests) {
  auto machine = machineFor(module, level);
  if (!machine)
    return machine.takeError();
  PipelineTuningOptions tuning;
  tuning.LoopUnrolling = tuning.LoopInterleaving = level > 1;
  tuning.LoopVectorization = tuning.SLPVectorization = level > 1;
  PassBuilder builder(machine->get(), tuning);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  if (level != 0)
    addTestPasses(builder, tests);
  pipeline(builder, level, tests).run(module, modules);
  return Error::success();
}

Expected<std::string> generateCode(Module &module, int level) {
  auto machine = machineFor(module, level);
  if (!machine)
    return machine.takeError();
  SmallVector<char, 0> object;
  raw_svector_ostream stream(object);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::ObjectFile))
    return createStringError("the code generator cannot write object files");
  passes.run(module);
  return std::string(object.begin(), object.end());
}

} // namespace jithost
