// libstdc++ 12 on x86-64, and the few templates of LibTorch's c10.
#include "type_layout.h"

#include <algorithm>
#include <map>

namespace jithost {
namespace {

using Layout = std::optional<TypeLayout>;

constexpr unsigned kDeepest = 24;         // types nested deeper than this are not looked into
constexpr uint64_t kLargest = 1ull << 40; // bytes of an object

Layout layoutAt(const std::string &type, const ObjectDescriber &describer, unsigned depth);

const std::map<std::string, uint64_t> &scalarSizes() {
  static const std::map<std::string, uint64_t> sizes{{"bool", 1},
                                                     {"char", 1},
                                                     {"signed char", 1},
                                                     {"unsigned char", 1},
                                                     {"char8_t", 1},
                                                     {"std::byte", 1},
                                                     {"short", 2},
                                                     {"unsigned short", 2},
                                                     {"char16_t", 2},
                                                     {"int", 4},
                                                     {"unsigned int", 4},
                                                     {"char32_t", 4},
                                                     {"wchar_t", 4},
                                                     {"float", 4},
                                                     {"long", 8},
                                                     {"unsigned long", 8},
                                                     {"long long", 8},
                                                     {"unsigned long long", 8},
                                                     {"double", 8},
                                                     {"std::nullptr_t", 8},
                                                     {"long double", 16},
                                                     {"__int128", 16},
                                                     {"unsigned __int128", 16}};
  return sizes;
}

struct FixedTemplate {
  size_t arguments; // that decide; those behind them are usually left out
  uint64_t size;
};

const std::map<std::string, FixedTemplate> &fixedTemplates() {
  static const std::map<std::string, FixedTemplate> templates{{"std::basic_string", {1, 32}},
                                                              {"std::basic_string_view", {1, 16}},
                                                              {"std::vector", {1, 24}},
                                                              {"std::deque", {1, 80}},
                                                              {"std::list", {1, 24}},
                                                              {"std::forward_list", {1, 8}},
                                                              {"std::queue", {1, 80}},
                                                              {"std::stack", {1, 80}},
                                                              {"std::map", {2, 48}},
                                                              {"std::multimap", {2, 48}},
                                                              {"std::set", {1, 48}},
                                                              {"std::multiset", {1, 48}},
                                                              {"std::unordered_map", {2, 56}},
                                                              {"std::unordered_multimap", {2, 56}},
                                                              {"std::unordered_set", {1, 56}},
                                                              {"std::unordered_multiset", {1, 56}},
                                                              {"std::unique_ptr", {1, 8}},
                                                              {"std::shared_ptr", {1, 16}},
                                                              {"std::weak_ptr", {1, 16}},
                                                              {"std::reference_wrapper", {1, 8}},
                                                              {"std::function", {1, 32}},
                                                              {"std::initializer_list", {1, 16}},
                                                              {"std::filesystem::path", {0, 40}},
                                                              {"c10::ArrayRef", {1, 16}},
                                                              {"c10::basic_string_view", {1, 16}},
                                                              {"c10::intrusive_ptr", {1, 8}}};
  return templates;
}

/// Only arguments that are types.
Layout argumentLayout(const TypeSpelling &type, size_t index, const ObjectDescriber &describer,
                      unsigned depth) {
  if (index >= type.arguments.size())
    return std::nullopt;
  return layoutAt(type.arguments[index], describer, depth + 1);
}

Layout arrayOf(const Layout &element, uint64_t count) {
  uint64_t size;
  if (!element || __builtin_mul_overflow(element->size, count, &size) || size > kLargest)
    return std::nullopt;
  return TypeLayout{size, element->alignment};
}

Layout stdArray(const TypeSpelling &type, const ObjectDescriber &describer, unsigned depth) {
  TypeSpelling array;
  if (!readStdArray(type, array))
    return std::nullopt;
  if (array.count == 0)
    return TypeLayout{1, 1, true};
  return arrayOf(layoutAt(array.target, describer, depth + 1), array.count);
}

/// Fields one behind the other; the whole ends where another object could begin.
Layout fieldsOf(const std::vector<Layout> &fields) {
  TypeLayout whole;
  for (const Layout &field : fields) {
    if (!field)
      return std::nullopt;
    whole.size = alignedOffset(whole.size, field->alignment) + field->size;
    whole.alignment = std::max(whole.alignment, field->alignment);
  }
  whole.size = alignedOffset(whole.size, whole.alignment);
  return whole;
}

struct TuplePlaces {
  std::vector<uint64_t> offsets;
  TypeLayout whole;
};

/// A tuple inherits from the tuple of its other elements: the last one comes first, each as closely
/// behind the one before as its alignment allows. Empty classes are base classes, which may lie
/// anywhere.
std::optional<TuplePlaces> placesInTuple(const std::vector<std::string> &elements,
                                         const ObjectDescriber &describer, unsigned depth) {
  TuplePlaces places;
  places.offsets.resize(elements.size());
  for (size_t i = elements.size(); i-- > 0;) {
    Layout element = layoutAt(elements[i], describer, depth + 1);
    if (!element || element->empty)
      return std::nullopt;
    places.offsets[i] = alignedOffset(places.whole.size, element->alignment);
    places.whole.size = places.offsets[i] + element->size;
    places.whole.alignment = std::max(places.whole.alignment, element->alignment);
  }
  places.whole.size = alignedOffset(places.whole.size, places.whole.alignment);
  if (elements.empty())
    places.whole = {1, 1, true};
  return places;
}

Layout variantLayout(const TypeSpelling &type, const ObjectDescriber &describer, unsigned depth) {
  TypeLayout alternatives;
  if (type.arguments.empty() || type.arguments.size() > 250) // the index is a byte
    return std::nullopt;
  for (size_t i = 0; i < type.arguments.size(); ++i) {
    Layout alternative = argumentLayout(type, i, describer, depth);
    if (!alternative)
      return std::nullopt;
    alternatives.size = std::max(alternatives.size, alternative->size);
    alternatives.alignment = std::max(alternatives.alignment, alternative->alignment);
  }
  alternatives.size = alignedOffset(alternatives.size, alternatives.alignment);
  return fieldsOf({alternatives, TypeLayout{1, 1}});
}

/// Of one, two, four, eight or sixteen bytes: aligned so that the processor can exchange it at
/// once.
Layout atomicLayout(const Layout &value) {
  if (!value || value->size > 16 || (value->size & (value->size - 1)) != 0)
    return value;
  return TypeLayout{value->size, std::max(value->size, value->alignment)};
}

bool isArrayRef(const Layout &, const TypeSpelling &type) {
  return !type.arguments.empty() && readType(type.arguments[0]).name == "c10::ArrayRef";
}

Layout computedTemplate(const TypeSpelling &type, const ObjectDescriber &describer,
                        unsigned depth) {
  if (type.name == "std::array")
    return stdArray(type, describer, depth);
  if (type.name == "std::variant")
    return variantLayout(type, describer, depth);
  if (type.name == "std::tuple") {
    auto places = placesInTuple(type.arguments, describer, depth);
    return places ? Layout(places->whole) : std::nullopt;
  }
  if (type.name == "std::chrono::time_point") // since when, in what
    return type.arguments.size() == 2 ? argumentLayout(type, 1, describer, depth) : std::nullopt;
  Layout first = argumentLayout(type, 0, describer, depth);
  if (!first)
    return std::nullopt;
  const TypeLayout flag{1, 1};
  if (type.name == "std::pair")
    return fieldsOf({first, argumentLayout(type, 1, describer, depth)});
  if (type.name == "std::optional")
    return fieldsOf({first, flag});
  if (type.name == "c10::optional") // the flag is one of the values an ArrayRef cannot have
    return isArrayRef(first, type) ? first : fieldsOf({flag, first});
  if (type.name == "std::atomic")
    return atomicLayout(first);
  if (type.name == "std::complex")
    return arrayOf(first, 2);
  if (type.name == "c10::complex")
    return TypeLayout{2 * first->size, 2 * first->size};
  if (type.name == "std::chrono::duration")
    return first;
  return std::nullopt;
}

Layout plainLayout(const TypeSpelling &type, const ObjectDescriber &describer, unsigned depth) {
  if (auto scalar = scalarSizes().find(type.text); scalar != scalarSizes().end())
    return TypeLayout{scalar->second, scalar->second};
  if (type.text == "std::monostate")
    return TypeLayout{1, 1, true};
  if (uint64_t size = templateSize(type))
    return usualArguments(type) ? Layout(TypeLayout{size, 8}) : std::nullopt;
  if (Layout computed = computedTemplate(type, describer, depth))
    return computed;
  TypeLayout known;
  if (describer.layout && describer.layout(type.text.c_str(), &known.size, &known.alignment))
    return known;
  return std::nullopt;
}

Layout layoutAt(const std::string &spelling, const ObjectDescriber &describer, unsigned depth) {
  if (depth > kDeepest)
    return std::nullopt;
  TypeSpelling type = readType(spelling);
  switch (type.kind) {
  case TypeSpelling::Kind::Pointer:
  case TypeSpelling::Kind::Reference:
  case TypeSpelling::Kind::FunctionPointer:
  case TypeSpelling::Kind::MemberPointer:
    return TypeLayout{8, 8};
  case TypeSpelling::Kind::MethodPointer:
    return TypeLayout{16, 8};
  case TypeSpelling::Kind::Array:
    return arrayOf(layoutAt(type.target, describer, depth + 1), type.count);
  case TypeSpelling::Kind::Plain:
    return plainLayout(type, describer, depth);
  case TypeSpelling::Kind::Other:
    break;
  }
  return std::nullopt;
}

} // namespace

std::optional<TypeLayout> layoutOf(const TypeSpelling &type, const ObjectDescriber &describer) {
  return layoutAt(type.text, describer, 0);
}

std::optional<std::vector<uint64_t>> tupleOffsets(const std::vector<std::string> &elements,
                                                  const ObjectDescriber &describer) {
  auto places = placesInTuple(elements, describer, 0);
  return places ? std::optional(std::move(places->offsets)) : std::nullopt;
}

uint64_t templateSize(const TypeSpelling &type) {
  auto found = fixedTemplates().find(type.name);
  if (found == fixedTemplates().end() || type.arguments.size() < found->second.arguments)
    return 0;
  bool packed = type.name == "std::vector" && type.arguments[0] == "bool";
  return packed ? 40 : found->second.size;
}

bool usualArguments(const TypeSpelling &type, size_t count) {
  static const char *const usual[] = {
      "std::allocator",      "std::char_traits",
      "std::default_delete", "std::less",
      "std::greater",        "std::equal_to",
      "std::hash",           "c10::detail::intrusive_target_default_null_type"};
  for (size_t i = count; i < type.arguments.size(); ++i) {
    std::string name = readType(type.arguments[i]).name;
    bool sequence =
        (type.name == "std::queue" || type.name == "std::stack") && name == "std::deque";
    if (std::find(std::begin(usual), std::end(usual), name) == std::end(usual) && !sequence)
      return false;
  }
  return true;
}

bool usualArguments(const TypeSpelling &type) {
  auto found = fixedTemplates().find(type.name);
  return found != fixedTemplates().end() && usualArguments(type, found->second.arguments);
}

} // namespace jithost
