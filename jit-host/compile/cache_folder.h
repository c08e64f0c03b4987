// The user's cache folder: precompiled headers and compiled units, each kind with a bound of its
// own. Several runs use it at once: files come by renaming, and may go at any time.
#pragma once

#include <cstdint>
#include <string>

namespace jithost {

/// `$XDG_CACHE_HOME/jit-host`, or where the system keeps such things.
std::string cacheFolder();

/// From here on `path` is the one used last. What the time of change says stays.
void markUsed(const std::string &path);

/// Deletes files below `folder` that end in `ending`, those unused for longest first, until all
/// together are at most `limit` bytes; of a file in `keep` the name is spared. Folders that become
/// empty go too, and temporary files that nobody can be writing any more.
void dropUnused(const std::string &folder, const std::string &ending, uint64_t limit,
                const std::string &keep = "");

/// Writes a file beside `path` and renames it. \return what went wrong, empty: nothing.
std::string writeWhole(const std::string &path, const std::string &content);

} // namespace jithost
