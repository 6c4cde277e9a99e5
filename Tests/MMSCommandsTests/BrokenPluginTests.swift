// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import Testing

private let hasCompilers = ["cc", "c++"].allSatisfy {
  FileManager.default.isExecutableFile(atPath: "/usr/bin/\($0)")
}

/// A plugin with a defect, and the checks that must, or may, find it.
struct BrokenPlugin: Sendable, CustomTestStringConvertible {
  let name: String
  /// The file in Tests/BrokenPlugins; the sound one when what is broken is not in the source.
  var source: String
  let fails: Set<String>
  /// Checks that fail by chance or by the machine.
  var mayFail: Set<String> = []
  /// Part of a failure's text.
  var says: String
  /// Done to the folder after the build, as lines of bash in it.
  var then = ""
  /// More words for the compiler.
  var flags = ""

  init(
    _ name: String, source: String? = nil, _ fails: Set<String>, mayFail: Set<String> = [], says: String = "",
    then: String = "", flags: String = ""
  ) {
    self.name = name
    self.source = source ?? "\(name).c"
    self.fails = fails
    self.mayFail = mayFail
    self.says = says
    self.then = then
    self.flags = flags
  }

  var testDescription: String { name }

  /// What hidden state that grows with the process disturbs.
  private static let shared: Set = [
    "determinism.paths", "determinism.reset", "determinism.instances", "determinism.threads",
  ]

  static let all: [BrokenPlugin] = [
    BrokenPlugin("sound", []),
    // The manifest.
    BrokenPlugin(
      "unknown-key", source: "sound.c", ["manifest.file"], says: "plugin.yaml:",
      then: "sed -i 's/^spec:/spec:\\n  librari: x/' plugin.yaml"),
    BrokenPlugin(
      "world-writable", source: "sound.c", ["manifest.trust"], says: "can be written by others",
      then: "chmod o+w libbroken.so"),
    BrokenPlugin(
      "writable-folder", source: "sound.c", ["manifest.trust"], says: "can be written by others",
      then: "chmod o+w ."),
    BrokenPlugin(
      "link-out", source: "sound.c", ["manifest.trust"], says: "leads out of its folder",
      then: "mv libbroken.so ../$RANDOM.so && ln -s ../*.so libbroken.so"),
    // The library's bytes.
    BrokenPlugin(
      "not-built", source: "sound.c", ["elf.image"], says: "build it first", then: "rm libbroken.so"),
    BrokenPlugin(
      "text-file", source: "sound.c", ["elf.image"], says: "is a text file", then: "echo hello > libbroken.so"
    ),
    BrokenPlugin(
      "cut-off", source: "sound.c", ["elf.image"], says: "breaks off", then: "truncate -s 900 libbroken.so"),
    BrokenPlugin(
      "other-machine", source: "sound.c", ["elf.image"], says: "another processor",
      then: "printf '\\x03\\x00' | dd of=libbroken.so bs=1 seek=18 conv=notrunc status=none"),
    BrokenPlugin(
      "wrong-digest", source: "sound.c", ["elf.digest"], says: "its digest is",
      then: "sed -i \"s/^  library:/  sha256: $(printf '0%.0s' {1..64})\\n  library:/\" plugin.yaml"),
    BrokenPlugin("missing-entry", ["elf.exports"], says: "mms_plugin_entry"),
    BrokenPlugin(
      "two-files", source: "sound.c", ["elf.needs"], says: "libother.so",
      then: "echo 'int other;' > o.c && cc -shared -fPIC -o libother.so o.c"
        + " && cc -shared -fPIC -I$HEADER -o libbroken.so $SOURCES/sound.c -Wl,--no-as-needed -L. -lother"),
    // Loading.
    BrokenPlugin("newer-abi", ["load.library"], says: "version 1.99"),
    BrokenPlugin("swapped-parameters", ["load.library"], says: "takes the parameters [length, factor]"),
    BrokenPlugin("fast-math", ["load.library"], says: "-ffast-math"),
    BrokenPlugin("slow-to-load", ["load.library"], says: "loading takes"),
    BrokenPlugin("starts-thread", ["load.effects"], says: "started 1 thread"),
    BrokenPlugin("handles-signal", ["load.effects"], says: "signal 15"),
    BrokenPlugin("sets-locale", ["load.effects"], says: "BROKEN=1"),
    BrokenPlugin("prints", ["load.effects"], says: "prints 'hello'"),
    // Parameters.
    BrokenPlugin("refuses-edge", ["parameters.bounds"], says: "factor = 100.0"),
    BrokenPlugin("trusts-parameters", ["parameters.invalid"], says: "SIGSEGV"),
    BrokenPlugin("silent-error", ["parameters.invalid"], says: "without a text"),
    // Numbers.
    BrokenPlugin("nan-output", ["numbers.finite"], says: "step 40: column 'half_spread' is nan"),
    BrokenPlugin("negative-depth", ["numbers.finite"], says: "step 90: column 'bid_depth' is -1"),
    BrokenPlugin("crashes", ["numbers.finite"], says: "SIGSEGV"),
    BrokenPlugin("divides-by-zero", ["numbers.finite"], says: "SIGFPE"),
    BrokenPlugin("loops-forever", ["numbers.finite"], says: "a loop that does not end"),
    BrokenPlugin("exits", ["numbers.finite"], says: "exit status 3"),
    BrokenPlugin("eats-memory", ["numbers.finite"], says: "ended its process"),
    BrokenPlugin("throws", ["numbers.finite"], says: "SIGABRT", flags: "$SOURCES/throws.cpp -lstdc++"),
    BrokenPlugin("changes-rounding", ["numbers.finite"], says: "floating-point environment", flags: "-lm"),
    BrokenPlugin("unknown-status", ["numbers.finite"], says: "unknown status 7"),
    BrokenPlugin(
      "wrong-row", source: "sound.c", ["numbers.rows"],
      says: "test row 1 expects market.bid_depth = 10.0, the model answers 11.0",
      then: "sed -i 's/bid_depth: 10/bid_depth: 11/' plugin.yaml"),
    BrokenPlugin(
      "unknown-output", source: "sound.c", ["numbers.rows"], says: "did you mean 'market.bid_depth'",
      then: "sed -i 's/bid_depth: 10/bid_deth: 10/' plugin.yaml"),
    BrokenPlugin("bare", ["numbers.batches"], says: "in calls for one at a time"),
    BrokenPlugin("writes-past-end", ["numbers.inputs"], says: "beyond what it was given"),
    BrokenPlugin("writes-history", ["numbers.inputs"], says: "writes into an input"),
    BrokenPlugin("writes-other-rows", ["numbers.inputs"], says: "it changed row"),
    BrokenPlugin("keeps-parameters", ["numbers.inputs"], says: "SIGSEGV"),
    BrokenPlugin("batch-dependent", ["numbers.batches"], says: "column 'bid_depth' is"),
    BrokenPlugin("lying-apply", ["numbers.laws"], says: "where 'quote' gave"),
    // Determinism.
    BrokenPlugin("clock", ["determinism.processes"], says: "in another"),
    BrokenPlugin("addresses-in-numbers", ["determinism.processes"], says: "in another"),
    BrokenPlugin(
      "forgets-to-begin", ["determinism.paths"], mayFail: ["state.load"], says: "after another path"),
    BrokenPlugin("resets-too-much", ["determinism.reset", "state.load"], says: "after a reset"),
    BrokenPlugin("global-counter", shared.union(["state.load"])),
    BrokenPlugin("own-rand", shared.union(["determinism.clone"])),
    BrokenPlugin(
      "global-scratch", ["determinism.instances", "determinism.clone"], mayFail: ["determinism.threads"],
      says: "beside another instance"),
    BrokenPlugin("clone-incomplete", ["determinism.clone"], says: "around a clone"),
    // States.
    BrokenPlugin("address-in-state", ["state.bytes"], says: "an address"),
    BrokenPlugin("state-incomplete", ["state.load"], says: "from a saved state"),
    BrokenPlugin("state-without-version", ["state.damaged"], says: "begin the state with a version"),
    BrokenPlugin("state-of-any-size", ["state.damaged"]),
    // Many questions.
    BrokenPlugin("crashes-rarely", ["fuzz.values"], says: "SIGSEGV"),
    BrokenPlugin("leaks", ["fuzz.memory"], says: "bytes behind"),
  ]
}

@Suite(.enabled(if: hasCompilers, "needs compilers for C and C++ as /usr/bin/cc and /usr/bin/c++"))
struct BrokenPluginTests {
  private let tool: Tool

  init() throws { tool = try Tool() }

  @Test(arguments: BrokenPlugin.all)
  func `the check meant for a defect finds it, and no other does`(plugin: BrokenPlugin) throws {
    try build(plugin)
    let outcome = try tool.run("plugin", "check", "broken", "--json", "--timeout", "6", "--cases", "40")
    #expect(outcome.status == (plugin.fails.isEmpty ? 0 : 65), "\(outcome.err)")
    let checks = try #require(outcome.json["checks"]?.arrayValue)
    let failed = checks.filter { $0["outcome"]?.stringValue == "failed" }
    let names = Set(failed.compactMap { $0["check"]?.stringValue })
    #expect(plugin.fails.isSubset(of: names), "\(failed)")
    #expect(names.isSubset(of: plugin.fails.union(plugin.mayFail)), "\(failed)")
    #expect(
      plugin.says.isEmpty || failed.contains { $0["detail"]?.stringValue?.contains(plugin.says) == true },
      "\(failed)")
  }

  @Test func `a failure of a random question is shown again by its seed`() throws {
    let plugin = try #require(BrokenPlugin.all.first { $0.name == "crashes-rarely" })
    try build(plugin)
    let first = try tool.run("plugin", "check", "broken", "--json", "--only", "fuzz")
    let failure = try #require(
      first.json["checks"]?.arrayValue?.first { $0["check"]?.stringValue == "fuzz.values" })
    let seed = try #require(failure["reproduce"]?.stringValue)
    let again = try tool.run("plugin", "check", "broken", "--json", "--reproduce", seed)
    #expect(again.status == 65)
    #expect(try again.json["failed"]?.integerValue == 1)
    #expect(try again.json["checks"]?.arrayValue?.last?["detail"]?.stringValue?.contains("SIGSEGV") == true)
  }

  @Test func `only what was asked for is checked, and people get a table`() throws {
    try build(try #require(BrokenPlugin.all.first { $0.name == "sound" }))
    let outcome = try tool.run("plugin", "check", "broken", "--only", "state", "--only", "elf")
    #expect(outcome.status == 0, "\(outcome.err)")
    #expect(outcome.out.contains("elf.exports") && outcome.out.contains("state.damaged"))
    #expect(!outcome.out.contains("fuzz.values") && !outcome.out.contains("manifest.file"))
    #expect(outcome.out.contains("broken 1.0.0: green"))
    try tool.run("plugin", "check", "broken", "--only", "stat").expectError(
      64, "'stat'", "Did you mean 'state'?")
    try tool.run("plugin", "check", "nowhere").expectError(66, "'nowhere'", "mms plugin new")
    try tool.run("plugin", "check", "broken", "--alone", "{}").expectError(64, "no order of a check")
  }

  /// A folder `broken` in the home folder, built.
  private func build(_ plugin: BrokenPlugin) throws {
    let folder = tool.path("broken")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try tool.write(Self.manifest(plugin.source), to: "broken/plugin.yaml")
    let sources = "\(Tool.checkout)/Tests/BrokenPlugins"
    let header = "\(Tool.checkout)/Sources/CMMSPlugin/include"
    let built = try tool.shell(
      """
      set -e; umask 022; chmod 755 broken; cd broken; SOURCES='\(sources)'; HEADER='\(header)'
      cc -std=gnu11 -O1 -w -shared -fPIC -fvisibility=default -I$HEADER -o libbroken.so $SOURCES/\(plugin.source) \
      \(plugin.flags)
      \(plugin.then)
      """)
    #expect(built.status == 0, "\(built.err)")
  }

  private static func manifest(_ source: String) -> String {
    let head = """
      apiVersion: mms/v1
      kind: Plugin
      metadata: {name: broken, version: 1.0.0, summary: A plugin with a defect.}
      spec:
        library: libbroken.so
        models:

      """
    switch source {
    case "bare.c":
      return head + """
            - id: broken/Share-v1
              kind: fill
              summary: A share of the volume.
              function: "double share(double volume, double remaining)"
              batch: "void share_n(int64_t n, const double *volume, const double *remaining, double *out)"
              bind: {volume: market.volume, remaining: order.remaining}
              result: {unit: fraction, range: [0, 1]}
              tests:
                - {bind: {volume: 7, remaining: 3}, expect: 0.23333333333333334}
        """
    case "lying-apply.c":
      return head + """
            - id: broken/Impact-v1
              kind: impact
              summary: Linear in the share of a day's volume.
              tests:
                - {inputs: {order.quantity: 100, market.adv: 1000}, expect: {impact.temporary: 0.101}}
        """
    default:
      return head
        + """
            - id: broken/Spread-v1
              kind: scenario
              summary: A wider spread.
              parameters:
                - {name: factor, type: number, default: 2, minimum: 1, maximum: 100, summary: of the spread}
                - {name: length, type: duration, default: 10 min, minimum: 1 s, maximum: 1 h, summary: not used}
              tests:
                - {inputs: {market.bid_depth: 10}, expect: {market.bid_depth: 10}, rtol: 1}
        """.replacing("rtol: 1}", with: source == "sound.c" ? "rtol: 1e-9}" : "rtol: 1}")
    }
  }
}
