// dlopen, dlsym and dladdr of libraries; symbols of the C library by name.
#include <cmath>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

int main() {
  void *handle = dlopen("libm.so.6", RTLD_NOW);
  auto *cosine = reinterpret_cast<double (*)(double)>(dlsym(handle, "cos"));
  std::printf("%.3f\n", cosine(0.5));
  std::printf("%d\n", dlsym(RTLD_DEFAULT, "printf") != nullptr);
  std::printf("%d %s\n", dlopen("libno_such.so", RTLD_NOW) == nullptr,
              std::strstr(dlerror(), "libno_such.so") ? "named" : "");
  Dl_info info;
  std::printf("%d\n", dladdr(reinterpret_cast<void *>(cosine), &info) != 0);
  dlclose(handle);
}
