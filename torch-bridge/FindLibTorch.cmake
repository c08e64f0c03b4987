# Which LibTorch: Torch_DIR, CMAKE_PREFIX_PATH or the system's, as for find_package(Torch). Its own package file is not
# read, because it changes flags of the whole project.
#
#   LIBTORCH_HEADERS    the folder of torch/torch.h
#   LIBTORCH_INCLUDES   this and, where compilers do not look by themselves, that of ATen/
#   LIBTORCH_LIBRARIES  what the bridge is linked with
#   LIBTORCH_STANDARD   the C++ that its headers are written in, 17 at least

foreach(PREFIX IN LISTS CMAKE_PREFIX_PATH) # Python's torch.utils.cmake_prefix_path is share/cmake in it
  list(APPEND LIBTORCH_HINTS ${PREFIX} ${PREFIX}/../..)
endforeach()
if(Torch_DIR)
  list(PREPEND LIBTORCH_HINTS ${Torch_DIR}/../../..)
endif()

find_path(LIBTORCH_HEADERS torch/torch.h HINTS ${LIBTORCH_HINTS}
  PATH_SUFFIXES include/torch/csrc/api/include torch/csrc/api/include REQUIRED)
get_filename_component(LIBTORCH_HEADERS ${LIBTORCH_HEADERS} ABSOLUTE)
get_filename_component(LIBTORCH_ROOT_INCLUDE ${LIBTORCH_HEADERS}/../../../.. ABSOLUTE)
get_filename_component(LIBTORCH_PREFIX ${LIBTORCH_ROOT_INCLUDE} DIRECTORY)
set(LIBTORCH_INCLUDES ${LIBTORCH_HEADERS})
if(NOT LIBTORCH_ROOT_INCLUDE IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
  list(PREPEND LIBTORCH_INCLUDES ${LIBTORCH_ROOT_INCLUDE})
endif()

foreach(NAME torch torch_cpu c10)
  find_library(LIBTORCH_${NAME} ${NAME} HINTS ${LIBTORCH_PREFIX}/lib REQUIRED)
  list(APPEND LIBTORCH_LIBRARIES ${LIBTORCH_${NAME}})
endforeach()

file(STRINGS ${LIBTORCH_HEADERS}/torch/all.h LIBTORCH_NEEDS REGEX "#error C\\+\\+[0-9]+ or later")
string(REGEX MATCH "C\\+\\+([0-9]+)" LIBTORCH_NEEDS "${LIBTORCH_NEEDS}")
set(LIBTORCH_STANDARD 17)
if(CMAKE_MATCH_1 GREATER 17)
  set(LIBTORCH_STANDARD ${CMAKE_MATCH_1})
endif()
message(STATUS "LibTorch: ${LIBTORCH_PREFIX}, C++${LIBTORCH_STANDARD}")
