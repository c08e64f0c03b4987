// Names and types of variables as the statement table holds them.
#include "variable_facts.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/RecordLayout.h>

using namespace clang;

namespace jithost {
namespace {

/// Base classes that begin where the object begins: it can be looked at as one of them.
void addBases(ASTContext &context, const CXXRecordDecl *record, const char *suffix,
              std::vector<std::string> &bases) {
  record = record->getDefinition();
  if (!record || record->isInvalidDecl() || record->isDependentContext())
    return;
  const ASTRecordLayout &layout = context.getASTRecordLayout(record);
  PrintingPolicy policy(context.getPrintingPolicy());
  policy.SuppressTagKeyword = true;
  for (const CXXBaseSpecifier &base : record->bases()) {
    const CXXRecordDecl *inner = base.getType()->getAsCXXRecordDecl();
    if (!inner || base.isVirtual() || !layout.getBaseClassOffset(inner).isZero())
      continue;
    bases.push_back(base.getType().getCanonicalType().getAsString(policy) + suffix);
    addBases(context, inner, suffix, bases);
  }
}

} // namespace

void describeType(ASTContext &context, QualType type, Variable &entry) {
  PrintingPolicy policy(context.getPrintingPolicy());
  policy.SuppressTagKeyword = true;
  entry.spelling = type.getAsString(policy);
  entry.type = type.getCanonicalType().getAsString(policy);
  entry.reference = type->isReferenceType();
  if (!entry.reference && !type->isIncompleteType())
    entry.size = context.getTypeSizeInChars(type).getQuantity();
  entry.trivial_destruction = type.isDestructedType() == QualType::DK_none;
  QualType object = type.getNonReferenceType();
  bool pointer = object->isPointerType();
  if (const CXXRecordDecl *record =
          (pointer ? object->getPointeeType() : object)->getAsCXXRecordDecl())
    addBases(context, record, pointer ? " *" : "", entry.bases);
}

std::string variableName(const VarDecl *variable) {
  auto *group = dyn_cast<DecompositionDecl>(variable);
  if (!group)
    return variable->getNameAsString();
  std::string name = "[";
  for (const BindingDecl *binding : group->bindings())
    name += (name.size() > 1 ? ", " : "") + binding->getNameAsString();
  return name + "]";
}

} // namespace jithost
