// Spelled by clang's printer; closures, which have no names, by the mangler as well.
#include "type_names.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/Mangle.h>
#include <llvm/Support/raw_ostream.h>

using namespace clang;

namespace jithost {

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

} // namespace jithost
