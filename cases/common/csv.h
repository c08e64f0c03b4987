// Text files of values with commas between them.
#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// The lines of a file that are not empty, each as its values. Quotes are not understood.
/// Throws std::runtime_error when the file cannot be opened.
inline std::vector<std::vector<std::string>> read_csv(const std::string &path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot open " + path);
  }
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) {
      continue;
    }
    std::istringstream values(line);
    std::vector<std::string> row;
    for (std::string value; std::getline(values, value, ',');) {
      row.push_back(value);
    }
    rows.push_back(row);
  }
  return rows;
}
