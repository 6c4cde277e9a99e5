// SPDX-License-Identifier: Apache-2.0

internal import CFloatingPoint
public import MMSCore

extension BareFunction {
  /// What came of a row.
  struct Prepared {
    var result: Double
    var outputs: [String: [Double]]
    var all: (result: Double, outputs: [String: [Double]]) { (result, outputs) }
  }

  /// Runs the test rows through every form of the function.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` with the row, what was expected, what came and the difference.
  public func verify() throws(MMSError) {
    let prototype = specification.prototype
    let caller = unsafe try FunctionCaller(prototype, symbol: symbol)
    for (index, row) in specification.tests.enumerated() {
      let control = mms_floating_point_control()
      let (result, outputs) = try Self.run(caller, row)
      if mms_floating_point_control() != control {
        mms_set_floating_point_control(control)
        throw environment("it")
      }
      let context = "\(name), test row \(index + 1)"
      for (output, expected) in row.expected.sorted(by: { $0.key < $1.key }) {
        let got = output.isEmpty ? [result] : outputs[output] ?? []
        let wanted: [Double] = if case .list(let list) = expected { list } else { Self.list(expected) }
        try Self.compare(
          got, wanted, row, output.isEmpty ? context : "\(context), output '\(output)'", prototype)
      }
      if specification.kind == .scenario { try verify(split: row, index + 1) }
    }
    if let batch = specification.batch { try verify(batch: batch) }
  }

  /// One question alone, and many at once, have the bits of the function itself.
  ///
  /// Many are more than a vector of the machine holds, and no multiple of it: its body and its rest both run.
  private func verify(batch form: FunctionPrototype) throws(MMSError) {
    guard let batchSymbol = unsafe batchSymbol else {
      throw MMSError(.invalidValue, "\(name): the batch form '\(form.name)' was not found in the library")
    }
    let batch = try unsafe FunctionBatch(form, symbol: batchSymbol, constants: [])
    let single = unsafe try FunctionCaller(specification.prototype, symbol: symbol)
    let rows = specification.tests
    var wanted: [Double] = []
    for row in rows { wanted.append(try Self.run(single, row).result) }
    let all = (0..<max(19, rows.count)).map { $0 % rows.count }
    for questions in rows.indices.map({ [$0] }) + [all] {
      batch.reserve(questions.count)
      for (place, question) in questions.enumerated() {
        for (argument, value) in rows[question].arguments.enumerated() {
          batch.set(argument, row: place, to: Self.list(value).first ?? 0)
        }
      }
      guard batch.call(questions.count) else { throw environment("its batch form '\(form.name)'") }
      for (place, question) in questions.enumerated() {
        let (got, alone) = (batch.result(place), wanted[question])
        if got.bitPattern == alone.bitPattern { continue }
        var error = MMSError(
          .modelFailed,
          "\(name): the batch form '\(form.name)' gives \(got) for test row \(question + 1) as element \(place)"
            + " of \(questions.count), '\(specification.prototype.name)' gives \(alone); both must have the same bits",
          hint:
            "let the batch form call the function, and build without -ffast-math and with -ffp-contract=off")
        error.location = rows[question].location
        throw error
      }
    }
  }

  /// Columns have the same bits row by row.
  private func verify(split row: FunctionSpecification.TestRow, _ number: Int) throws(MMSError) {
    let length = row.arguments.map { Self.list($0).count }.max() ?? 1
    guard length > 1 else { return }
    let caller = unsafe try FunctionCaller(specification.prototype, symbol: symbol)
    let whole = try Self.run(caller, row).outputs
    for index in 0..<length {
      var part = row
      for (place, source) in specification.binding.sources.enumerated() {
        switch row.arguments[place] {
        case .list(let list): part.arguments[place] = .list([list[index]])
        case .number(let value):
          guard case .quantity(let quantity, _) = source else { continue }
          switch specification.binding.quantities[quantity].name {
          case "block.rows": part.arguments[place] = .number(1)
          case "block.first_step": part.arguments[place] = .number(value + Double(index))
          default: continue
          }
        case nil: continue
        }
      }
      for (output, values) in try Self.run(caller, part).outputs.sorted(by: { $0.key < $1.key })
      where values[0].bitPattern != whole[output]?[index].bitPattern {
        throw MMSError(
          .modelFailed,
          "\(name), test row \(number): '\(output)' in row \(index) is \(whole[output]?[index] ?? .nan) in one call for"
            + " \(length) rows, and \(values[0]) in a call for it alone",
          hint: "a row may depend on itself only: nothing is kept between rows or calls",
          location: row.location)
      }
    }
  }

  private func environment(_ what: String) -> MMSError {
    MMSError(
      .modelFailed,
      "\(name): \(what) changed the floating-point environment (rounding mode or flush-to-zero); restore it before"
        + " returning")
  }

  private static func list(_ value: FunctionSpecification.TestValue?) -> [Double] {
    switch value {
    case .number(let number): [number]
    case .list(let list): list
    case nil: []
    }
  }

  /// One call with values of its own; every column is copied.
  static func run(
    _ caller: FunctionCaller, _ row: FunctionSpecification.TestRow
  ) throws(MMSError) -> (result: Double, outputs: [String: [Double]]) {
    try prepared(caller, row) { caller.call() }.all
  }

  /// Sets a row's values, does something with the caller, and says what outputs hold afterwards.
  static func prepared(
    _ caller: FunctionCaller, _ row: FunctionSpecification.TestRow, _ body: () -> Double
  ) throws(MMSError) -> Prepared {
    let arguments = caller.prototype.arguments
    let longest = row.arguments.map { list($0).count }.max() ?? 1
    var columns: [(name: String, start: UnsafeMutablePointer<Double>, count: Int)] = unsafe []
    defer { unsafe columns.forEach { unsafe $0.start.deallocate() } }
    for (index, argument) in arguments.enumerated() {
      let values = list(row.arguments[index])
      if argument.type.isPointer {
        let count = max(1, row.arguments[index] == nil ? longest : values.count)
        let start = UnsafeMutablePointer<Double>.allocate(capacity: count)
        unsafe start.initialize(repeating: 0, count: count)
        for (offset, value) in values.enumerated() { unsafe start[offset] = value }
        unsafe caller.set(index, to: start)
        if argument.type == .output {
          unsafe columns.append((argument.name, start, count))
        } else {
          unsafe columns.append(("", start, count))
        }
      } else if !caller.set(index, to: values.first ?? 0) {
        throw MMSError(
          .invalidValue, "\(values.first ?? 0) is no value of '\(argument.type.rawValue) \(argument.name)'")
      }
    }
    let result = body()
    var outputs: [String: [Double]] = [:]
    unsafe columns.forEach { (name, start, count) in
      if !name.isEmpty { outputs[name] = unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
    }
    return Prepared(result: result, outputs: outputs)
  }

  private static func compare(
    _ got: [Double], _ wanted: [Double], _ row: FunctionSpecification.TestRow, _ context: String,
    _ prototype: FunctionPrototype
  ) throws(MMSError) {
    guard got.count == wanted.count else {
      throw MMSError(
        .modelFailed,
        "\(context): \(wanted.count) values expected, but \(got.count) came; bind as many as you expect",
        location: row.location)
    }
    for (index, (value, expected)) in zip(got, wanted).enumerated() {
      let difference = value - expected
      let allowed = max(row.absoluteTolerance, row.relativeTolerance * expected.magnitude)
      if value == expected || difference.magnitude <= allowed { continue }
      let place = got.count > 1 ? ", element \(index)" : ""
      throw MMSError(
        .modelFailed,
        "\(context)\(place): expected \(expected), got \(value), difference \(difference) where \(allowed) is allowed; "
          + "either the row is wrong or the library's function is not '\(prototype)'", location: row.location)
    }
  }
}
