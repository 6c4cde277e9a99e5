// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost
import Testing

struct FunctionPrototypeTests {
  @Test(arguments: [
    ("double f(double quantity, float b)", "double f(double quantity, float b)"),
    (
      "  void\nf ( const double*a , double *out, int64_t n ) ;",
      "void f(const double *a, double *out, int64_t n)"
    ),
    ("int32_t f(void)", "int32_t f(void)"), ("int64_t f()", "int64_t f(void)"),
    ("float f(uint32_t a, uint64_t b, int32_t c)", "float f(uint32_t a, uint64_t b, int32_t c)"),
    ("void f(double const *a, double *b)", "void f(const double *a, double *b)"),
  ])
  func `prototypes of the subset are read`(text: String, canonical: String) throws {
    #expect(try FunctionPrototype(parsing: text).description == canonical)
  }

  @Test(arguments: [
    ("", "empty", 0), ("int f(double a)", "write int32_t", 1), ("double f(long a)", "write int64_t", 10),
    ("double f(unsigned int a)", "uint32_t or uint64_t", 10),
    ("double f(char *a)", "text cannot be passed", 10),
    ("double f(struct order a)", "one argument for each number", 10),
    ("double f(double a, ...)", "variable arguments", 20), ("double f(double)", "has no name", 16),
    ("double f(double a", "')' is missing", 18), ("double f double a)", "'(' is missing", 10),
    ("double (double a)", "name is missing", 8), ("double f(double a, double a)", "occurs twice", 27),
    ("double f(double a[])", "arrays are outside", 18), ("double f(float *a)", "'float *' is outside", 16),
    ("double f(double **a)", "addresses of addresses", 18), ("double f(const double a)", "without '*'", 10),
    ("double *f(double a)", "cannot return", 1), ("uint32_t f(double a)", "cannot return", 1),
    ("double f(doubel a)", "not a type of the subset", 10),
    ("double f(double a) + 1", "after the closing", 20),
    ("double f(double a,)", "a type is missing", 19), ("double f(void a)", "cannot be void", 10),
    ("size_t f(double a)", "write uint64_t", 1), ("double f(double double)", "is a type, not a name", 17),
  ])
  func `what is outside the subset says where, and what to write`(text: String, words: String, column: Int) {
    let error = fault { _ = try FunctionPrototype(parsing: text) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    if column > 0 { #expect(error?.message.contains("column \(column):") == true, "\(error?.message ?? "")") }
  }

  @Test func `seventeen arguments are too many`() throws {
    func text(_ count: Int) -> String {
      "double f(\((0..<count).map { "double a\($0)" }.joined(separator: ", ")))"
    }
    #expect(try FunctionPrototype(parsing: text(16)).arguments.count == 16)
    #expect(fault { _ = try FunctionPrototype(parsing: text(17)) }?.message.contains("more than 16") == true)
  }
}
