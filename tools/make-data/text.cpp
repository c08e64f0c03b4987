// Sentences of made-up words in the format of WikiText: train.txt, valid.txt and test.txt, words
// and spaces, a sentence a line. What follows depends on the two words before, so there is
// something to be learnt.

#include "formats.h"
#include "random.h"

#include <array>
#include <cstdint>
#include <stdexcept>

namespace {

constexpr int Kinds = 12;        // of words, as nouns and verbs are kinds
constexpr int WordsPerKind = 42; // about 500 together
constexpr int Words = Kinds * WordsPerKind;
constexpr int ShortestSentence = 6;
constexpr int LongestSentence = 24;

/// What a language consists of, drawn once.
struct Language {
  std::array<std::string, Words> spelling;
  /// The kinds that may follow two kinds, the usual one first.
  std::array<std::array<std::array<int, 3>, Kinds>, Kinds> next_kinds;
  /// The words of a kind that like to follow a word, the usual one first.
  std::array<std::array<std::array<int, 3>, Kinds>, Words> next_words;
};

std::string spell(Random &random) {
  static const std::string Consonants = "bdfghklmnprstvz", Vowels = "aeiou";
  std::string word;
  for (int syllables = 1 + static_cast<int>(random.bits() % 3); syllables > 0; --syllables) {
    word += Consonants[random.bits() % Consonants.size()];
    word += Vowels[random.bits() % Vowels.size()];
  }
  if (random.bits() % 2 == 0)
    word += Consonants[random.bits() % Consonants.size()];
  return word;
}

Language drawLanguage(Random &random) {
  Language language;
  for (std::string &word : language.spelling)
    word = spell(random); // A word may have two meanings.
  for (auto &after : language.next_kinds)
    for (auto &kinds : after)
      for (int &kind : kinds)
        kind = static_cast<int>(random.bits() % Kinds);
  for (auto &after : language.next_words)
    for (int kind = 0; kind < Kinds; ++kind)
      for (int &word : after[kind])
        word = kind * WordsPerKind + static_cast<int>(random.bits() % WordsPerKind);
  return language;
}

/// One of three, the first most often.
int usually(const std::array<int, 3> &choices, Random &random) {
  const double draw = random.between(0, 1);
  return choices[draw < 0.7 ? 0 : draw < 0.9 ? 1 : 2];
}

/// A word of the kind, the first ones more often than the last.
int anyWord(int kind, Random &random) {
  const double draw = random.between(0, 1);
  return kind * WordsPerKind + static_cast<int>(draw * draw * WordsPerKind);
}

/// As many sentences as it takes for the number of words, which the last one may exceed.
void writeSentences(const std::filesystem::path &path, const Language &language, int words,
                    uint64_t seed) {
  std::ofstream file = createFile(path);
  Random random(seed);
  while (words > 0) {
    const int length =
        ShortestSentence + static_cast<int>(random.bits() % (LongestSentence - ShortestSentence));
    int before = anyWord(0, random), last = anyWord(1, random);
    file << language.spelling[before] << ' ' << language.spelling[last];
    for (int i = 2; i < length; ++i) {
      const int kind =
          usually(language.next_kinds[before / WordsPerKind][last / WordsPerKind], random);
      const int next = random.between(0, 1) < 0.8 ? usually(language.next_words[last][kind], random)
                                                  : anyWord(kind, random);
      file << ' ' << language.spelling[next];
      before = last;
      last = next;
    }
    file << '\n';
    words -= length;
  }
}

} // namespace

void writeText(const std::filesystem::path &folder, const Arguments &arguments) {
  if (!arguments.empty())
    throw std::invalid_argument("text takes no arguments");
  Random random(1);
  const Language language = drawLanguage(random);
  writeSentences(folder / "train.txt", language, 20000, 2);
  writeSentences(folder / "valid.txt", language, 2000, 3);
  writeSentences(folder / "test.txt", language, 2000, 4);
}
