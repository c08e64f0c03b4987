// One line about a tensor. Values on the CPU are read by plain loops and not by operators of
// LibTorch: those would pass through whatever modes, hooks and observers the paused program has
// set.
#include "tensor_summary.h"

#include "checked_memory.h"
#include "torch_version.h"

#include <c10/core/StorageImpl.h>
#include <c10/core/TensorImpl.h>
#include <c10/util/complex.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <optional>
#include <sstream>
#include <type_traits>

namespace jithost {
namespace {

constexpr int64_t LargestNumel = 100'000'000;       // a fraction of a second to read
constexpr int64_t LargestExtent = int64_t{4} << 30; // bytes, first to last element

static_assert(sizeof(at::Tensor) == sizeof(void *), "a tensor is one pointer to its TensorImpl");

std::string valuesNotRead(const std::string &reason) { return "(values not read: " + reason + ")"; }

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string number(int64_t value) { return std::to_string(value); }

/// Calls `visit(address)` for every element, in the order of the sizes.
template <typename Visit>
void forEachElement(const char *data, at::IntArrayRef sizes, at::IntArrayRef byte_strides,
                    Visit &&visit) {
  if (sizes.empty())
    return visit(data);
  for (int64_t i = 0; i < sizes[0]; ++i, data += byte_strides[0]) {
    if (sizes.size() == 1)
      visit(data);
    else
      forEachElement(data, sizes.slice(1), byte_strides.slice(1), visit);
  }
}

/// Where a tensor's elements lie.
struct Elements {
  const char *data;
  std::vector<int64_t> sizes, byte_strides;
};

/// Minimum, maximum and mean of the finite values, and how many there are of the others.
template <typename Value, typename Wide>
std::string summarise(const Elements &elements, Wide sign) {
  Wide smallest = std::numeric_limits<Wide>::max(), largest = std::numeric_limits<Wide>::lowest();
  double sum = 0;
  int64_t finite = 0, nan = 0, infinite = 0;
  forEachElement(elements.data, elements.sizes, elements.byte_strides, [&](const char *address) {
    Value stored;
    std::memcpy(&stored, address, sizeof stored); // need not be aligned
    const Wide value = sign * static_cast<Wide>(stored);
    if constexpr (std::is_floating_point_v<Wide>) {
      if (std::isnan(value)) {
        ++nan;
        return;
      }
      if (std::isinf(value)) {
        ++infinite;
        return;
      }
    }
    smallest = value < smallest ? value : smallest;
    largest = value > largest ? value : largest;
    sum += static_cast<double>(value);
    ++finite;
  });

  std::string text;
  if (finite > 0)
    text = "min=" + number(smallest) + " max=" + number(largest) +
           " mean=" + number(sum / static_cast<double>(finite));
  if (std::is_floating_point_v<Wide>)
    text += (finite > 0 ? " nan=" : "nan=") + number(nan) + " inf=" + number(infinite);
  return text;
}

/// Complex numbers have no order, so only their mean and the counts.
template <typename Real>
std::string summariseComplex(const Elements &elements, double real_sign, double imaginary_sign) {
  double real_sum = 0, imaginary_sum = 0;
  int64_t finite = 0, nan = 0, infinite = 0;
  forEachElement(elements.data, elements.sizes, elements.byte_strides, [&](const char *address) {
    Real parts[2];
    std::memcpy(parts, address, sizeof parts);
    const double real = static_cast<double>(parts[0]), imaginary = static_cast<double>(parts[1]);
    if (std::isnan(real) || std::isnan(imaginary)) {
      ++nan;
    } else if (std::isinf(real) || std::isinf(imaginary)) {
      ++infinite;
    } else {
      real_sum += real_sign * real;
      imaginary_sum += imaginary_sign * imaginary;
      ++finite;
    }
  });
  std::string text;
  if (finite > 0) {
    const double imaginary_mean = imaginary_sum / static_cast<double>(finite);
    text = "mean=" + number(real_sum / static_cast<double>(finite)) +
           (imaginary_mean < 0 ? "-" : "+") + number(std::abs(imaginary_mean)) + "i ";
  }
  return text + "nan=" + number(nan) + " inf=" + number(infinite);
}

/// \param tensor whose elements `elements` are; only its type and its lazy bits are asked.
std::string summariseValues(const at::Tensor &tensor, const Elements &elements) {
  const int sign = tensor.is_neg() ? -1 : 1;
  const int imaginary_sign = tensor.is_conj() ? -sign : sign;
  switch (tensor.scalar_type()) {
  case at::kBool:
  case at::kByte:
    return summarise<uint8_t, int64_t>(elements, sign);
  case at::kChar:
    return summarise<int8_t, int64_t>(elements, sign);
  case at::kShort:
    return summarise<int16_t, int64_t>(elements, sign);
  case at::kInt:
    return summarise<int32_t, int64_t>(elements, sign);
  case at::kLong:
    return summarise<int64_t, int64_t>(elements, sign);
  case at::kHalf:
    return summarise<at::Half, double>(elements, sign);
  case at::kBFloat16:
    return summarise<at::BFloat16, double>(elements, sign);
  case at::kFloat:
    return summarise<float, double>(elements, sign);
  case at::kDouble:
    return summarise<double, double>(elements, sign);
  case at::kComplexHalf:
    return summariseComplex<at::Half>(elements, sign, imaginary_sign);
  case at::kComplexFloat:
    return summariseComplex<float>(elements, sign, imaginary_sign);
  case at::kComplexDouble:
    return summariseComplex<double>(elements, sign, imaginary_sign);
  default:
    return valuesNotRead(std::string("dtype ") + c10::toString(tensor.scalar_type()));
  }
}

/// Bytes from the first element's first to the last element's last; nothing when they are too many.
std::optional<int64_t> extentOf(const at::Tensor &tensor) {
  int64_t last = 0;
  for (int64_t i = 0; i < tensor.dim(); ++i) {
    int64_t step;
    if (tensor.stride(i) < 0 ||
        __builtin_mul_overflow(tensor.size(i) - 1, tensor.stride(i), &step) ||
        __builtin_add_overflow(last, step, &last) || last > LargestExtent)
      return std::nullopt;
  }
  const int64_t bytes = (last + 1) * static_cast<int64_t>(tensor.element_size());
  return bytes > LargestExtent ? std::nullopt : std::optional(bytes);
}

/// Values of a strided tensor on the CPU, once its storage has been found to be whole.
std::string describeStridedValues(const at::Tensor &tensor) {
  const auto extent = extentOf(tensor);
  if (!extent)
    return valuesNotRead("elements lie too far apart");
  if (!tensor.has_storage())
    return valuesNotRead("no storage");
  const c10::StorageImpl *storage = tensor.storage().unsafeGetStorageImpl();
  if (findBase<c10::StorageImpl>(storage) != storage)
    return valuesNotRead("storage is not valid");
  const int64_t offset = tensor.storage_offset() * static_cast<int64_t>(tensor.element_size());
  if (offset < 0 || offset + *extent > static_cast<int64_t>(storage->nbytes()))
    return valuesNotRead("storage of " + std::to_string(storage->nbytes()) + " bytes is too small");
  const void *data = constData(tensor);
  if (!isReadable(data, *extent))
    return valuesNotRead(data ? "memory cannot be read" : "no memory");

  Elements elements{static_cast<const char *>(data), {}, {}};
  if (tensor.is_contiguous()) {
    elements.sizes = {tensor.numel()};
    elements.byte_strides = {static_cast<int64_t>(tensor.element_size())};
  } else {
    elements.sizes = tensor.sizes().vec();
    elements.byte_strides = tensor.strides().vec();
    for (int64_t &stride : elements.byte_strides)
      stride *= static_cast<int64_t>(tensor.element_size());
  }
  return summariseValues(tensor, elements);
}

std::string describeValues(const at::Tensor &tensor) {
  if (tensor.layout() != at::kStrided) {
    std::ostringstream layout;
    layout << tensor.layout();
    return valuesNotRead("layout " + layout.str());
  }
  if (tensor.is_meta())
    return valuesNotRead("meta");
  if (tensor.is_quantized())
    return valuesNotRead("quantized");
  if (tensor.numel() == 0)
    return "(no elements)";
  if (tensor.numel() > LargestNumel)
    return valuesNotRead(std::to_string(tensor.numel()) + " elements");
  if (tensor.is_cpu())
    return describeStridedValues(tensor);
  return describeStridedValues(tensor.detach().to(at::kCPU));
}

std::string shapeOf(const at::Tensor &tensor) {
  std::ostringstream text;
  text << c10::toString(tensor.scalar_type()) << ' ' << tensor.sizes();
  return text.str();
}

} // namespace

const at::Tensor *tensorAt(const void *address, std::string &reason) {
  c10::TensorImpl *impl;
  if (!readMemory(address, &impl, sizeof impl)) {
    reason = "memory cannot be read";
    return nullptr;
  }
  const auto *tensor = static_cast<const at::Tensor *>(address);
  if (!impl)
    reason = "null";
  else if (!tensor->defined())
    return tensor;
  else if (reinterpret_cast<uintptr_t>(impl) % alignof(c10::TensorImpl) != 0)
    reason = "not aligned";
  else if (!isReadable(impl, sizeof *impl))
    reason = "memory cannot be read";
  else if (findBase<c10::TensorImpl>(impl) != impl)
    reason = "no TensorImpl";
  else if (const size_t count = c10::raw::intrusive_ptr::use_count(impl);
           count == 0 || count > std::numeric_limits<int32_t>::max())
    reason = "reference count " + std::to_string(count);
  else
    return tensor;
  return nullptr;
}

std::string describeShape(const void *address) {
  std::string reason;
  const at::Tensor *tensor = tensorAt(address, reason);
  if (!tensor)
    return "not a valid tensor (" + reason + ")";
  return tensor->defined() ? shapeOf(*tensor) : "undefined tensor";
}

std::string describeTensor(const void *address) {
  std::string reason;
  const at::Tensor *tensor = tensorAt(address, reason);
  if (!tensor || !tensor->defined())
    return describeShape(address);
  std::string text = shapeOf(*tensor) + ' ' + tensor->device().str() +
                     (tensor->requires_grad() ? " requires_grad=true " : " requires_grad=false ");
  try {
    return text + describeValues(*tensor);
  } catch (const std::exception &error) {
    const std::string message = error.what(); // further lines are a backtrace
    return text + valuesNotRead(message.substr(0, message.find('\n')));
  }
}

} // namespace jithost
