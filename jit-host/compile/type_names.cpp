// Spelled by clang's printer; closures, which have no names, by the mangler as well.
#include "type_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/Mangle.h>
#include <clang/AST/RecordLayout.h>
#include <llvm/Support/raw_ostream.h>

using namespace clang;

namespace jithost {
namespace {

/// Base classes that begin where the object begins: it can be looked at as one of them.
void addBases(const ASTContext &context, const CXXRecordDecl *record, const char *suffix,
              std::vector<std::string> &bases) {
  record = record->getDefinition();
  if (!record || record->isInvalidDecl() || record->isDependentContext())
    return;
  const ASTRecordLayout &layout = context.getASTRecordLayout(record);
  for (const CXXBaseSpecifier &base : record->bases()) {
    const CXXRecordDecl *inner = base.getType()->getAsCXXRecordDecl();
    if (!inner || base.isVirtual() || !layout.getBaseClassOffset(inner).isZero())
      continue;
    bases.push_back(typeName(context, base.getType()) + suffix);
    addBases(context, inner, suffix, bases);
  }
}

} // namespace

std::string typeName(const ASTContext &context, QualType type) {
  PrintingPolicy policy(context.getPrintingPolicy());
  policy.SuppressTagKeyword = true;
  policy.AnonymousTagLocations = false;
  return type.getCanonicalType().getAsString(policy);
}

std::string typeIdentity(ASTContext &context, QualType type) {
  std::string name = typeName(context, type);
  if (name.find("(lambda") == std::string::npos)
    return name;
  std::unique_ptr<MangleContext> mangler(context.createMangleContext());
  llvm::raw_string_ostream stream(name);
  stream << ' ';
  mangler->mangleCanonicalTypeName(type.getCanonicalType(), stream);
  return name;
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

void describeType(ASTContext &context, QualType type, Variable &variable) {
  PrintingPolicy policy(context.getPrintingPolicy());
  policy.SuppressTagKeyword = true;
  policy.AnonymousTagLocations = false;
  variable.spelling = type.getAsString(policy);
  variable.type = typeIdentity(context, type);
  variable.reference = type->isReferenceType();
  if (!variable.reference && !type->isIncompleteType())
    variable.size = context.getTypeSizeInChars(type).getQuantity();
  variable.trivial_destruction = type.isDestructedType() == QualType::DK_none;
  QualType object = type.getNonReferenceType();
  bool pointer = object->isPointerType();
  if (const CXXRecordDecl *record =
          (pointer ? object->getPointeeType() : object)->getAsCXXRecordDecl())
    addBases(context, record, pointer ? " *" : "", variable.bases);
}

} // namespace jithost
