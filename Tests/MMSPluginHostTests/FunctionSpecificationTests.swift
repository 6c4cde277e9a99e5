// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost
import Testing

struct FunctionSpecificationTests {
  private func text(_ bind: String, test: String = "{bind: {quantity: 2, scale: 3}, expect: 6}") -> String {
    """
    function: "double impact(double quantity, double scale)"
    bind: \(bind)
    result: {unit: fraction, range: [0, 10]}
    tests: [\(test)]
    """
  }

  @Test func `a quantity, a constant, a parameter and a unit are bound`() throws {
    let read = try specification(
      text("{quantity: order.quantity, scale: {from: market.resolution, unit: minutes}}"), kind: .impact)
    #expect(read.binding.binds("order.quantity"))
    #expect(read.binding.sources[1] == .quantity(8, factor: 1440))
    #expect(read.tests[0].relativeTolerance == 1e-9)
    let other = try specification(
      text("{quantity: param.size, scale: 0.5}"), kind: .impact,
      parameters: [ParameterSchema("size", default: .number(1), "Size.")])
    #expect(other.binding.sources == [.parameter("size"), .constant(0.5)])
  }

  @Test(arguments: [
    ("{quantity: order.quantity}", "lacks the argument 'scale'", "2:7"),
    ("{quantity: order.quantity, scale: 1, sclae: 2}", "'sclae', which is no argument", "2:"),
    ("{quantity: order.quantty, scale: 1}", "no quantity 'order.quantty'", "2:18"),
    ("{quantity: market.volume, scale: 1}", "no quantity 'market.volume'", "2:18"),
    (
      "{quantity: {from: order.quantity, unit: days}, scale: 1}", "'days' does not measure; write base_units",
      "2:"
    ),
    ("{quantity: {from: order.quantity, unit: lots}, scale: 1}", "unknown unit 'lots'", "2:"),
    ("{quantity: {form: order.quantity}, scale: 1}", "unknown key 'form'", "2:"),
    ("{quantity: [1], scale: 1}", "must be a quantity", "2:"),
    ("{quantity: order.quantity, scale: param.size}", "declares no parameter 'size'", "2:"),
  ])
  func `a bind that does not fit says what and where`(bind: String, words: String, place: String) {
    let error = fault { _ = try specification(text(bind), kind: .impact) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    #expect(
      error?.location.map { "\($0)".hasPrefix("demo.yaml:\(place)") } == true, "\(error?.description ?? "")")
  }

  @Test func `a misspelt quantity is told the nearest`() {
    let error = fault { _ = try specification(text("{quantity: order.quantty, scale: 1}"), kind: .impact) }
    #expect(error?.hint?.contains("order.quantity") == true)
  }

  @Test func `columns and numbers are not confused`() {
    func scenario(_ function: String, _ bind: String) -> MMSError? {
      fault {
        _ = try specification(
          "function: \"\(function)\"\nbind: \(bind)\ntests: [{bind: {n: 1, a: [1]}, expect: [1]}]",
          kind: .scenario)
      }
    }
    let f = "void f(int64_t n, double *a)"
    #expect(
      scenario(f, "{n: market.mid, a: market.mid}")?.description.contains("market.mid is a column") == true)
    #expect(scenario(f, "{n: block.rows, a: block.rows}")?.description.contains("is one number") == true)
    #expect(
      scenario(f, "{n: block.rows, a: market.base_volume}")?.description.contains("cannot be written") == true
    )
    #expect(
      scenario("void f(const double *n, double *a)", "{n: market.mid, a: market.mid}")?.description
        .contains("bind a column to one argument") == true)
    #expect(scenario("double f(double n)", "{n: block.rows}")?.message.contains("return void") == true)
  }

  @Test func `a test row is required, complete and of the right shape`() {
    let bind = "{quantity: order.quantity, scale: 1}"
    func error(_ test: String) -> String {
      fault { _ = try specification(text(bind, test: test), kind: .impact) }?.description ?? ""
    }
    #expect(error("").contains("at least one test row is required"))
    #expect(error("{bind: {quantity: 1}, expect: 1}").contains("'scale' has no value"))
    #expect(error("{bind: {quantity: 1, scale: [1]}, expect: 1}").contains("not a list"))
    #expect(error("{bind: {quantity: 1, scale: 1}, expect: [1]}").contains("expect must be a number"))
    #expect(error("{bind: {quantity: 1, scale: 1, other: 1}, expect: 1}").contains("'other' is no argument"))
  }

  @Test func `columns of a test row are as long as it says`() {
    func error(_ row: String) -> String {
      fault {
        _ = try specification(
          """
          function: "void f(int64_t n, const double *a, double *b)"
          bind: {n: block.rows, a: market.stress, b: market.half_spread}
          tests: [\(row)]
          """, kind: .scenario)
      }?.description ?? ""
    }
    #expect(error("{bind: {n: 2, a: [1, 2], b: [1]}, expect: [1, 1]}").contains("'b' has 1 values"))
    #expect(error("{bind: {n: 3, a: [1, 2], b: [1, 2]}, expect: [1, 1]}").contains("'n' has the value 3.0"))
    #expect(error("{bind: {n: 1, a: [1], b: [1]}, expect: {}}").contains("proves nothing"))
  }

  @Test func `a batch form must fit its function`() {
    let bind = text("{quantity: order.quantity, scale: 1}")
    func error(_ batch: String) -> String {
      fault { _ = try specification(bind + "\nbatch: \"\(batch)\"", kind: .impact) }?.description ?? ""
    }
    #expect(
      error("void f(int64_t n, const double *quantity, double *out)").contains("the batch form must be"))
  }
}
