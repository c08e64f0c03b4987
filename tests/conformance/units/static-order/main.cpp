// Static objects of two files: in the order of the command line, destroyed backwards.
#include "shared.h"

Watcher first("first of main.cpp");
Watcher second("second of main.cpp");
int main() { std::printf("main, other has %d\n", otherValue()); }
