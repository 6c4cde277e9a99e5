// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What calls of a bare function cost: by thunk, by libffi, in batches.
///
/// Measuring runs the function: only a process that may be lost does so.
public struct FunctionBench: Sendable, Hashable {
  /// Nanoseconds of a call through the compiled-in thunk; nil where the prototype has none.
  public let thunk: Double?
  /// Nanoseconds of a call through libffi.
  public let libffi: Double
  /// Nanoseconds of an element of the batch form, or of a row of columns, 1024 at once; nil without either.
  public let batch: Double?

  /// Loads a plugin's library into this process, runs the test rows of one of its functions, and measures it.
  ///
  /// - Throws: ``MMSError`` when the model is no bare function, or its library cannot be loaded or is wrong.
  public init(
    _ model: PluginModel, of manifest: PluginManifest, trust: PluginTrust = PluginTrust(),
    calls: Int = 100_000
  ) throws(MMSError) {
    guard let specification = model.function else {
      throw MMSError(
        .invalidValue, "\(model.descriptor.id) is no bare function; only those are called through thunks")
    }
    let library = try PluginLibrary.load(manifest, trust: trust)
    try self.init(
      specification.function(descriptor: model.descriptor, plugin: manifest.name, in: library), calls: calls)
  }

  /// Measures with the values of the first test row, the least of several rounds: whatever else runs can only add.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - calls: Calls of a round.
  public init(_ function: BareFunction, calls: Int = 100_000) throws(MMSError) {
    guard let row = function.specification.tests.first else {
      throw MMSError(.invalidValue, "\(function.plugin): a test row is needed to measure with")
    }
    let prototype = function.specification.prototype
    let direct = unsafe try FunctionCaller(prototype, symbol: function.symbol)
    let foreign = unsafe try FunctionCaller(prototype, symbol: function.symbol, route: .libffi)
    thunk = direct.route == .thunk ? try Self.measure(direct, row, calls) : nil
    libffi = try Self.measure(foreign, row, calls)
    let size = 1024
    if function.specification.kind == .scenario {
      batch =
        try Self.measure(direct, Self.columns(row, function.specification, size), max(1, calls / size))
        / Double(size)
      return
    }
    guard let form = function.specification.batch, let symbol = unsafe function.batchSymbol else {
      batch = nil
      return
    }
    let caller = unsafe try FunctionCaller(form, symbol: symbol)
    let columns: [FunctionSpecification.TestValue?] = row.arguments.map { value in
      if case .number(let number)? = value { .list(Array(repeating: number, count: size)) } else { value }
    }
    let many = FunctionSpecification.TestRow(
      arguments: [.number(Double(size))] + columns + [.list(Array(repeating: 0, count: size))], expected: [:],
      relativeTolerance: 0, absoluteTolerance: 0, location: nil)
    batch = try Self.measure(caller, many, max(1, calls / size)) / Double(size)
  }

  /// A test row of columns, repeated until they have a length.
  private static func columns(
    _ row: FunctionSpecification.TestRow, _ specification: FunctionSpecification, _ size: Int
  ) -> FunctionSpecification.TestRow {
    var many = row
    many.expected = [:]
    for (index, argument) in specification.prototype.arguments.enumerated() {
      if argument.type.isPointer {
        var values = [0.0]
        if case .list(let list)? = row.arguments[index], !list.isEmpty { values = list }
        many.arguments[index] = .list((0..<size).map { values[$0 % values.count] })
      } else if case .quantity(let quantity, _) = specification.binding.sources[index],
        specification.binding.quantities[quantity].name == "block.rows"
      {
        many.arguments[index] = .number(Double(size))
      }
    }
    return many
  }

  private static func run(_ caller: FunctionCaller, _ calls: Int) -> Double {
    var sum = 0.0
    for _ in 0..<calls { sum += caller.call() }
    return sum
  }

  /// Hands every argument over at each call.
  private static func run(_ caller: FunctionCaller, _ calls: Int, _ values: Span<Double>) -> Double {
    var sum = 0.0
    for _ in 0..<calls {
      sum += caller.call(with: values) ?? 0
    }
    return sum
  }

  private static func measure(
    _ caller: FunctionCaller, _ row: FunctionSpecification.TestRow, _ calls: Int
  ) throws(MMSError) -> Double {
    let hasColumns = caller.prototype.arguments.contains { $0.type.isPointer }
    // Columns stay set from call to call; what a model sets before each call is set here too.
    let values = row.arguments.map { (value) -> Double in
      if case .number(let number)? = value { number } else { 0 }
    }
    return try BareFunction.prepared(caller, row) { () -> Double in
      var rounds: [Double] = []
      for _ in 0..<9 {
        let clock = ContinuousClock()
        let began = clock.now
        let sum = hasColumns ? Self.run(caller, calls) : Self.run(caller, calls, values.span)
        let took = clock.now - began
        // A sum that nobody reads could be left out with its calls.
        if sum == .pi { rounds.append(0) }
        rounds.append(Double(took.components.attoseconds) / 1e9 + Double(took.components.seconds) * 1e9)
      }
      return (rounds.min() ?? .nan) / Double(calls)
    }.result
  }
}
