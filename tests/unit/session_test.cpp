// The JIT: names that are rebound, and errors that change nothing.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "compile/frontend.h"
#include "instrument/rebind_pass.h"
#include "jit/session.h"
#include "resume/patch_emitter.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>

using namespace jithost;

namespace {

/// `text` as version `version`: everything in it, bodies under versioned names.
NewObject objectOf(const std::string &text, uint32_t version, const SymbolNames &known = {}) {
  CompileJob job;
  job.source = "/session-test/program.cpp";
  job.sources = {{job.source, text}};
  CompiledUnit unit = compileUnit(job, false);
  REQUIRE_MESSAGE(unit.ok, unit.diagnostics);
  externaliseInternals(*unit.module, unit.table, 0);
  EmitRequest request;
  request.label = std::to_string(version);
  request.everything = version == 1;
  request.known = known;
  for (const FunctionTable &function : unit.table.functions)
    request.changed.insert(function.symbol);
  auto emitted = emitVersion(*unit.module, unit.table, request);
  REQUIRE(static_cast<bool>(emitted));
  NewObject object;
  object.object = llvm::MemoryBuffer::getMemBufferCopy(emitted->object);
  for (const std::string &symbol : emitted->bodies)
    object.bodies.push_back({symbol, bodyName(symbol, std::to_string(version))});
  return object;
}

int call(Session &session, const char *name, int argument) {
  auto address = session.lookup(name);
  REQUIRE(static_cast<bool>(address));
  return reinterpret_cast<int (*)(int)>(*address)(argument);
}

} // namespace

TEST_CASE("a name leads to its newest body, for callers and for pointers taken earlier") {
  auto created = Session::create();
  REQUIRE(static_cast<bool>(created));
  Session &session = **created;
  const std::string callers = "int g(int x) { return f(x) * 10; }\n"
                              "int (*kept)(int) = f;\nint h(int x) { return kept(x); }\n";
  auto linked = session.link(
      {objectOf("static int hits = 0;\nint f(int x) { return ++hits, x + 1; }\n" + callers, 1)});
  REQUIRE(static_cast<bool>(linked));
  session.rebind(*linked);
  CHECK(call(session, "_Z1fi", 1) == 2);
  CHECK(call(session, "_Z1gi", 1) == 20);

  std::string second =
      "static int hits = 0;\nint f(int x) { return x + 100 * ++hits; }\n" + callers;
  auto broken = session.link(
      {objectOf("int nowhere(int);\nint f(int x) { return nowhere(x); }\n", 2, session.known())});
  REQUIRE(!broken);
  CHECK(llvm::StringRef(llvm::toString(broken.takeError()))
            .starts_with("unresolved symbol: nowhere(int)"));
  CHECK(call(session, "_Z1fi", 1) == 2);

  auto patched = session.link({objectOf(second, 2, session.known())});
  REQUIRE(static_cast<bool>(patched));
  CHECK(call(session, "_Z1fi", 1) == 2); // linked, not yet switched to; the fourth hit
  session.rebind(*patched);
  CHECK(call(session, "_Z1fi", 1) == 501); // the same `hits` as before
  CHECK(call(session, "_Z1gi", 1) == 6010);
  CHECK(call(session, "_Z1hi", 1) == 701);
}

TEST_CASE("tables of virtual functions name the newest body, other pointers the first") {
  auto created = Session::create();
  REQUIRE(static_cast<bool>(created));
  Session &session = **created;
  auto text = [](const char *result) {
    return "struct Base { virtual int f(int x); virtual ~Base(); };\n"
           "struct Other { virtual int g(int x) { return x; } };\n"
           "struct Both : Base, Other { int f(int x) override; };\nBase::~Base() {}\n"
           "int plain(int x) { return x; }\nextern int (*const kept[])(int);\n"
           "int (*const kept[])(int) = {plain};\nint Base::f(int x) { return x + 1; }\n"
           "int Both::f(int x) { return " +
           std::string(result) +
           "; }\n"
           "int use(int x) { Both both; Base *base = &both; asm(\"\" : \"+r\"(base));\n"
           "  Base other; Base *second = &other; asm(\"\" : \"+r\"(second));\n"
           "  return base->f(x) * 100 + second->f(x); }\n";
  };
  auto linked = session.link({objectOf(text("x + 2"), 1)});
  REQUIRE_MESSAGE(static_cast<bool>(linked), llvm::toString(linked.takeError()));
  session.rebind(*linked);
  auto word = [&](const char *name, size_t index) {
    auto address = session.lookup(name);
    REQUIRE(static_cast<bool>(address));
    return reinterpret_cast<const uint64_t *>(*address)[index];
  };
  auto at = [&](const char *name) { return llvm::cantFail(session.lookup(name)); };
  auto body = [](const std::vector<LinkedObject> &objects, const char *name) {
    for (const LinkedObject &object : objects)
      for (auto &[symbol, address] : object.bodies)
        if (symbol == name)
          return address;
    return uint64_t(0);
  };
  CHECK(call(session, "_Z3usei", 1) == 302);
  CHECK(word("_ZTV4Base", 2) == at("_ZN4Base1fEi"));
  CHECK(word("_ZTV4Both", 2) == at("_ZN4Both1fEi"));

  auto patched = session.link({objectOf(text("x + 3"), 2, session.known())});
  REQUIRE_MESSAGE(static_cast<bool>(patched), llvm::toString(patched.takeError()));
  CHECK(word("_ZTV4Base", 2) == at("_ZN4Base1fEi")); // linked, not yet switched to
  session.rebind(*patched);
  CHECK(call(session, "_Z3usei", 1) == 402);
  CHECK(word("_ZTV4Both", 2) == body(*patched, "_ZN4Both1fEi"));
  CHECK(word("_ZTV4Both", 2) != at("_ZN4Both1fEi"));
  CHECK(word("_ZTV4Base", 2) == body(*patched, "_ZN4Base1fEi"));
  CHECK(body(*patched, "_Z5plaini") != at("_Z5plaini"));
  CHECK(word("kept", 0) == at("_Z5plaini")); // equal to `&plain` still

  // The table of a class that comes later inherits what has been patched already.
  auto derived = session.link(
      {objectOf(text("x + 3") + "struct Third : Both { ~Third(); };\nThird::~Third() {}\n", 3,
                session.known())});
  REQUIRE_MESSAGE(static_cast<bool>(derived), llvm::toString(derived.takeError()));
  CHECK(word("_ZTV5Third", 2) == body(*patched, "_ZN4Both1fEi"));

  session.rebind(*linked);
  CHECK(word("_ZTV5Third", 2) == at("_ZN4Both1fEi"));
  CHECK(word("_ZTV4Both", 2) == at("_ZN4Both1fEi"));
  CHECK(call(session, "_Z3usei", 1) == 302);
}

TEST_CASE("addresses lead back to bodies and lines") {
  auto created = Session::create();
  REQUIRE(static_cast<bool>(created));
  Session &session = **created;
  auto linked = session.link(
      {objectOf("int first(int x) { return x; }\n\nint second(int x) {\n  return x;\n}\n", 1)});
  REQUIRE(static_cast<bool>(linked));
  for (auto &[name, address] : linked->at(0).bodies) {
    CodePlace place;
    REQUIRE(session.symbolizer().find(address, place));
    CHECK(place.body == bodyName(name, "1"));
    CHECK(place.source.file == "/session-test/program.cpp");
    CHECK(place.source.line == (name == "_Z5firsti" ? 1 : 3));
  }
  CodePlace place;
  CHECK(!session.symbolizer().find(reinterpret_cast<uint64_t>(&place), place));
}

TEST_CASE("thread_local variables of the program and of native libraries") {
  auto created = Session::create();
  REQUIRE(static_cast<bool>(created));
  Session &session = **created;
  auto linked = session.link({objectOf(
      "#include <cerrno>\n#include <thread>\n"
      "thread_local int mine = 5;\n"
      "int other(int x) { int seen = 0; std::thread t([&] { seen = mine + x; mine = 50; });\n"
      "  t.join(); return seen * 100 + mine; }\n",
      1)});
  REQUIRE_MESSAGE(static_cast<bool>(linked), llvm::toString(linked.takeError()));
  session.rebind(*linked);
  CHECK(call(session, "_Z5otheri", 2) == 705);
}
