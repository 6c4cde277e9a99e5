// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSPluginHost
import Testing

/// Debug information of real libraries against prototypes.
@Suite("Debug information", .enabled(if: CompiledFunctions.hasCompiler, "there is no C compiler here"))
final class DebugFunctionTests {
  private let folder: String

  private static let source = """
    #include <stdint.h>
    typedef double price;
    enum side { BUY, SELL };
    struct order { double quantity; };
    double impact(double quantity, price volatility, const double adv) { return quantity * volatility / adv; }
    double narrow(float a, int32_t b, uint64_t c, _Bool d, enum side e) { return a + b + c + d + e; }
    void widen(int64_t rows, const double *restrict stress, double *const half_spread) {
      for (int64_t i = 0; i < rows; i++) half_spread[i] *= 1 + stress[i]; }
    double many(int a, ...) { return a; }
    double taken(struct order o, const char *s, float *f, double **d) { return o.quantity; }
    static double hidden(double a) { return a; }
    """

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "mms-debug-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func build(_ command: String, source: String, file: String) throws -> Bool {
    try source.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sh", "-c", command]
    process.currentDirectoryURL = URL(filePath: folder)
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Builds a library, and makes a model of one function of it.
  private func load(
    _ function: String, bind: String, test: String, kind: String = "impact", flags: String = "-g"
  ) throws -> MMSError? {
    try #require(
      try build("cc \(flags) -O1 -shared -fPIC a.c -o liba.so", source: Self.source, file: "a.c"))
    try """
    apiVersion: mms/v1
    kind: Plugin
    metadata: {name: debug, version: 1.0.0, summary: S}
    spec:
      library: liba.so
      models:
        - id: debug/F-v1
          kind: \(kind)
          summary: S
          function: "\(function)"
          bind: \(bind)
          \(kind == "scenario" ? "" : "result: {unit: fraction}")
          tests: [\(test)]

    """.write(toFile: "\(folder)/plugin.yaml", atomically: true, encoding: .utf8)
    let catalogue = PluginCatalogue(directories: [folder])
    #expect(catalogue.problems.map(\.description) == [])
    let entry = try #require(catalogue.entries().first)
    let values = try ParameterResolver.resolve(
      [], schema: entry.descriptor.parameters, owner: "debug", path: "params")
    do throws(MMSError) {
      switch entry.factory {
      case .impact(let make): _ = try make(values)
      case .scenario(let make): _ = try make(values)
      default: Issue.record("another kind")
      }
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "A prototype of another type, count, result or order is refused with both prototypes",
    arguments: [
      (
        "double impact(double quantity, double volatility, float adv)",
        "{quantity: 1, volatility: 2, adv: 4}",
        "argument 3 is 'const double' in the library, 'float' here"
      ),
      (
        "double impact(double quantity, double volatility)", "{quantity: 1, volatility: 2}",
        "takes 3 arguments, this one 2"
      ),
      (
        "float impact(double quantity, double volatility, double adv)",
        "{quantity: 1, volatility: 2, adv: 4}",
        "returns double, this one float"
      ),
      (
        "double impact(double volatility, double quantity, double adv)",
        "{quantity: 1, volatility: 2, adv: 4}",
        "takes them as quantity, volatility, adv"
      ),
      (
        "double narrow(float a, int32_t b, int64_t c, int32_t d, int32_t e)",
        "{a: 1, b: 2, c: 3, d: 1, e: 1}",
        "argument 3 is 'uint64_t' in the library, 'int64_t' here"
      ),
      ("double many(int32_t a)", "{a: 1}", "variable arguments"),
    ])
  func mismatch(prototype: String, values: String, words: String) throws {
    let error = try #require(
      try load(prototype, bind: values, test: "{bind: \(values), expect: 0.5}"))
    #expect(error.message.contains(prototype), "\(error)")
    #expect(error.message.contains("double \(prototype.split(separator: " ")[1].prefix(4))"), "\(error)")
    #expect(error.message.contains(words), "\(error)")
    #expect(error.message.contains("plugin debug"))
  }

  @Test("Columns that are only read, or written, are told apart")
  func columns() throws {
    let values = "{rows: 1, stress: [1], half_spread: [0.1]}"
    let bind = "{rows: block.rows, stress: market.stress, half_spread: market.half_spread}"
    func load(_ prototype: String) throws -> MMSError? {
      try self.load(
        prototype, bind: bind, test: "{bind: \(values), expect: {half_spread: [0.2]}}", kind: "scenario")
    }
    #expect(
      try load("void widen(int64_t rows, double *stress, double *half_spread)")?.message.contains(
        "argument 2 is 'const double *' in the library, 'double *' here") == true)
  }

  @Test(
    "The right prototype is taken whatever typedefs, const and names say, with debug information and without",
    arguments: ["-g", "-g -gdwarf-4", "-g -gz", "-g -flto", ""])
  func match(flags: String) throws {
    #expect(
      try load(
        "double impact(double q, double v, double a)", bind: "{q: order.quantity, v: 2, a: 4}",
        test: "{bind: {q: 1, v: 2, a: 4}, expect: 0.5}", flags: flags) == nil)
  }

  @Test("Every type is spelt as the library does; static functions are not among them")
  func prototypes() throws {
    try #require(try build("cc -g -shared -fPIC a.c -o liba.so", source: Self.source, file: "a.c"))
    #expect(
      try DebugFunctions(library: "\(folder)/liba.so").prototypes == [
        "double impact(double quantity, price volatility, const double adv)", "double many(int a, ...)",
        "double narrow(float a, int32_t b, uint64_t c, _Bool d, enum side e)",
        "double taken(struct order o, const char *s, float *f, double **d)",
        "void widen(int64_t rows, const double *stress, double *half_spread)",
      ])
    try #require(try build("cc -shared -fPIC a.c -o liba.so", source: Self.source, file: "a.c"))
    #expect(try DebugFunctions(library: "\(folder)/liba.so").prototypes == [])
  }

  @Test("Functions of C++ and Fortran are found by their symbols")
  func otherLanguages() throws {
    if try build(
      "c++ -g -shared -fPIC b.cpp -o libb.so",
      source: """
        #include <cstdint>
        namespace inner { extern "C" double h(const double *__restrict a, int64_t n, bool k) { return a[n] + k; } }
        double mangled(double a) { return a; }
        """, file: "b.cpp")
    {
      let found = try DebugFunctions(library: "\(folder)/libb.so").prototypes
      #expect(found.contains("double h(const double *a, int64_t n, bool k)"), "\(found)")
      #expect(!found.contains { $0.hasPrefix("double mangled") }, "\(found)")
    }
    guard
      try build(
        "command -v gfortran >/dev/null && gfortran -g -shared -fPIC f.f90 -o libf.so",
        source: """
          subroutine spread(rows, factor, half_spread) bind(c, name="spread")
            use, intrinsic :: iso_c_binding, only: c_double, c_int64_t
            integer(c_int64_t), value, intent(in) :: rows
            real(c_double), value, intent(in) :: factor
            real(c_double), intent(inout) :: half_spread(rows)
            half_spread = half_spread * factor
          end subroutine
          """, file: "f.f90")
    else {
      print("skipped: there is no gfortran here")
      return
    }
    #expect(
      try DebugFunctions(library: "\(folder)/libf.so").prototypes == [
        "void spread(integer(kind=8) rows, real(kind=8) factor, real(kind=8) *half_spread)"
      ])
  }
}
