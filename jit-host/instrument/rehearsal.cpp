// A function with what interim code consists of: calls that may throw, their landing pads,
// integers, floating point numbers, branches, line numbers.
#include "rehearsal.h"

#include "object_emitter.h"
#include "program_calls.h"

#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/SourceMgr.h>

#include <malloc.h>

#include <string>

using namespace llvm;

namespace jithost {
namespace {

constexpr const char *kCode = R"(
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-pc-linux-gnu"
@text = private constant [4 x i8] c"abc\00"
%struct = type { i32, ptr, double }

define i32 @rehearsal(i32 %count, ptr %from, double %by) personality ptr @__gxx_personality_v0 !dbg !3 {
entry:
  %i = alloca i32, align 4
  %sum = alloca double, align 8
  %object = alloca %struct, align 8
  %caught = alloca ptr, align 8
  %slots = alloca [2 x ptr], align 8
  store i32 0, ptr %i, align 4, !dbg !6
  store double %by, ptr %sum, align 8, !dbg !6
  store ptr %i, ptr %slots, align 8
  br label %head, !dbg !6
head:
  %now = load i32, ptr %i, align 4, !dbg !6
  %on = icmp slt i32 %now, %count, !dbg !6
  br i1 %on, label %body, label %end, !dbg !7
body:
  %wide = sext i32 %now to i64, !dbg !7
  %element = getelementptr inbounds %struct, ptr %from, i64 %wide, i32 2, !dbg !7
  %value = load double, ptr %element, align 8, !dbg !7
  %old = load double, ptr %sum, align 8, !dbg !7
  %product = fmul double %value, %by, !dbg !7
  %new = fadd double %old, %product, !dbg !7
  store double %new, ptr %sum, align 8, !dbg !7
  invoke void @make(ptr sret(%struct) %object, ptr @text, i64 %wide) to label %made unwind label %pad, !dbg !7
made:
  %field = getelementptr inbounds %struct, ptr %object, i32 0, i32 1, !dbg !7
  %pointer = load ptr, ptr %field, align 8, !dbg !7
  %gone = invoke i1 %pointer(i32 3, double %new) to label %asked unwind label %pad, !dbg !7
asked:
  call void @destroy(ptr %object), !dbg !7
  %next = add nsw i32 %now, 1, !dbg !6
  store i32 %next, ptr %i, align 4, !dbg !6
  br i1 %gone, label %end, label %head, !dbg !6
pad:
  %exception = landingpad { ptr, i32 } cleanup, !dbg !7
  %thrown = extractvalue { ptr, i32 } %exception, 0, !dbg !7
  store ptr %thrown, ptr %caught, align 8, !dbg !7
  %taken = call i32 (ptr, ptr, ptr, i32, ...) @__jit_host_resume(ptr @text, ptr %i, ptr %thrown, i32 -1, ptr @text, ptr %slots), !dbg !7
  %is_taken = icmp ne i32 %taken, 0, !dbg !7
  br i1 %is_taken, label %end, label %on_pad, !dbg !7
on_pad:
  call void @destroy(ptr %object), !dbg !7
  resume { ptr, i32 } %exception, !dbg !7
end:
  %last = load i32, ptr %i, align 4, !dbg !7
  switch i32 %last, label %out [ i32 1, label %one i32 2, label %one ], !dbg !7
one:
  call void @llvm.memset.p0.i64(ptr %object, i8 0, i64 24, i1 false), !dbg !7
  br label %out, !dbg !7
out:
  ret i32 %last, !dbg !7
}

declare void @make(ptr sret(%struct), ptr, i64)
declare void @destroy(ptr)
declare i32 @__jit_host_resume(ptr, ptr, ptr, i32, ...)
declare i32 @__gxx_personality_v0(...)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !8}
!0 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !1, emissionKind: LineTablesOnly)
!1 = !DIFile(filename: "rehearsal.cpp", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = distinct !DISubprogram(name: "rehearsal", scope: !1, file: !1, line: 1, type: !4, scopeLine: 1, spFlags: DISPFlagDefinition, unit: !0)
!4 = !DISubroutineType(types: !5)
!5 = !{}
!6 = !DILocation(line: 2, column: 3, scope: !3)
!7 = !DILocation(line: 3, column: 3, scope: !3)
!8 = !{i32 7, !"Dwarf Version", i32 5}
)";

constexpr size_t kMemory = 16 << 20;

/// Given back to the allocator, not to the system: what is touched already costs no fault.
void haveMemoryAtHand() {
  mallopt(M_TRIM_THRESHOLD, 4 * kMemory);
  mallopt(M_MMAP_THRESHOLD, 2 * kMemory);
  std::string touched(kMemory, 'x');
}

} // namespace

void rehearseInterimCode() {
  haveMemoryAtHand();
  LLVMContext context;
  SMDiagnostic wrong;
  std::unique_ptr<Module> module = parseAssemblyString(kCode, wrong, context);
  ProgramCalls calls(*module, StatementTable(), true);
  consumeError(optimise(*module, 0, OutdatedTests{calls, {}}));
  consumeError(generateCode(*module, 0).takeError());
}

} // namespace jithost
