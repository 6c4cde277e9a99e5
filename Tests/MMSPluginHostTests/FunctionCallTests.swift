// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost
import Testing

@Suite(.enabled(if: CompiledFunctions.hasCompiler, "there is no C compiler here"))
struct FunctionCallTests {
  static let source = """
    double f1(double a) { return a / 3; }
    double f3(double a, double b, double c) { return a / 3 + b * c; }
    double f6(double a, double b, double c, double d, double e, double f) { return a - b / c + d * e - f; }
    void n3(int64_t n, const double *a, const double *b, const double *c, double *out) {
      for (int64_t i = 0; i < n; i++) out[i] = f3(a[i], b[i], c[i]); }
    void wrong3(int64_t n, const double *a, const double *b, const double *c, double *out) {
      for (int64_t i = 0; i < n; i++) out[i] = a[i] + b[i]; }
    double mixed(int32_t a, uint32_t b, int64_t c, uint64_t d, float e, double f) {
      return a + 2.0 * b + 3.0 * c + 4.0 * d + 5.0 * e + f; }
    int32_t negative(int32_t a) { return -a; }
    float half(float a) { return a / 2; }
    int64_t wide(int64_t a) { return a * 2; }
    double many(double a, double b, double c, double d, double e, double f, double g, double h, double i, double j) {
      return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + 10*j; }
    """

  private func value(
    _ library: CompiledFunctions, _ text: String, _ values: [Double], _ route: FunctionCaller.Route = .thunk
  ) throws -> (Double, FunctionCaller.Route) {
    let prototype = try FunctionPrototype(parsing: text)
    let caller = unsafe try FunctionCaller(prototype, symbol: library.symbol(prototype.name), route: route)
    for (index, value) in values.enumerated() { try #require(caller.set(index, to: value)) }
    return (caller.call(), caller.route)
  }

  @Test func `a thunk, libffi and the batch form give the same bits`() throws {
    let library = try CompiledFunctions(Self.source)
    for (text, count) in [
      ("double f1(double a)", 1), ("double f3(double a, double b, double c)", 3),
      ("double f6(double a, double b, double c, double d, double e, double f)", 6),
    ] {
      let values = (0..<count).map { 1.1 + 0.37 * Double($0) }
      let (direct, route) = try value(library, text, values)
      let (foreign, other) = try value(library, text, values, .libffi)
      #expect(route == .thunk)
      #expect(other == .libffi)
      #expect(direct.bitPattern == foreign.bitPattern)
    }
    // Verification compares the batch form with the function, here to the bit.
    let yaml = """
      function: "double f3(double a, double b, double c)"
      batch: "void n3(int64_t n, const double *a, const double *b, const double *c, double *out)"
      bind: {a: order.quantity, b: 1, c: 2}
      result: {unit: fraction}
      tests: [{bind: {a: 1, b: 2, c: 3}, expect: 6.3333333333333330, rtol: 0}, {bind: {a: 3, b: 2, c: 3}, expect: 7, rtol: 0}]
      """
    _ = try library.function(yaml, kind: .impact)
    let wrong = yaml.replacingWord("n3(", "wrong3(")
    let error = fault { _ = try library.function(wrong, kind: .impact) }
    #expect(
      error?.message.contains("the batch form 'wrong3' gives 3.0 for test row 1 as element 0 of 1") == true,
      "\(error?.message ?? "")")
  }

  @Test func `every type of the subset arrives and returns`() throws {
    let library = try CompiledFunctions(Self.source)
    let mixed = "double mixed(int32_t a, uint32_t b, int64_t c, uint64_t d, float e, double f)"
    #expect(try value(library, mixed, [-1, 2, -3, 4, 0.5, 0.25]).0 == -1 + 4 - 9 + 16 + 2.5 + 0.25)
    #expect(try value(library, "int32_t negative(int32_t a)", [7]).0 == -7)
    #expect(try value(library, "float half(float a)", [0.5]).0 == 0.25)
    #expect(try value(library, "int64_t wide(int64_t a)", [-5e9]).0 == -1e10)
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map { "double \($0)" }.joined(
      separator: ", ")
    #expect(try value(library, "double many(\(names))", Array(repeating: 1, count: 10)).0 == 55)
    #expect(!FunctionCaller.fits(0.5, .int32))
    #expect(!FunctionCaller.fits(-1, .uint64))
    #expect(!FunctionCaller.fits(3e9, .int32))
  }

  @Test func `a wrong test row shows row, expected, got and difference`() throws {
    let library = try CompiledFunctions(Self.source)
    let error = fault {
      _ = try library.function(
        """
        function: "double f1(double a)"
        bind: {a: order.quantity}
        result: {unit: fraction}
        tests: [{bind: {a: 3}, expect: 1}, {bind: {a: 6}, expect: 2.5}]
        """, kind: .impact)
    }
    for words in [
      "plugin demo, model", "function 'f1'", "test row 2", "expected 2.5", "got 2.0", "difference -0.5",
    ] {
      #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }
    #expect(error?.location?.line == 4)
  }

  @Test func `the bench has a figure for every route`() throws {
    let library = try CompiledFunctions(Self.source)
    let function = try library.function(
      """
      function: "double f3(double a, double b, double c)"
      batch: "void n3(int64_t n, const double *a, const double *b, const double *c, double *out)"
      bind: {a: order.quantity, b: 1, c: 2}
      result: {unit: fraction}
      tests: [{bind: {a: 3, b: 2, c: 3}, expect: 7}]
      """, kind: .impact)
    let bench = try FunctionBench(function, calls: 2000)
    #expect(bench.libffi > 0)
    #expect((bench.thunk ?? 0) > 0)
    #expect((bench.batch ?? 0) > 0)
  }
}

extension String {
  func replacingWord(_ word: String, _ other: String) -> String {
    split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }
}
