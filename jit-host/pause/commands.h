// The words that can be said to a paused run, at the terminal or in a commands file.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace jithost {

enum class Word { Describe, Retry, Rescue, Quit, Help, Wait };

/// A command by its name or the beginning of it, as long as that fits only one.
std::optional<Word> parseWord(const std::string &text);

/// yes, y, no, n; nothing for anything else.
std::optional<bool> parseYesNo(const std::string &text);

std::string helpText(const std::string &patches_folder);

/// The lines of a commands file, blank ones and comments left out. Nothing: it cannot be read.
std::optional<std::vector<std::string>> readCommandsFile(const std::string &path);

std::string trimmed(const std::string &text);

} // namespace jithost
