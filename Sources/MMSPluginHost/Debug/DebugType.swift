// SPDX-License-Identifier: Apache-2.0

/// A type as debug information describes it.
struct DebugType: Sendable, Hashable {
  /// What a value of it is to a call.
  enum Shape: Sendable, Hashable {
    /// A floating-point number of some bytes.
    case float(Int)
    /// A signed whole number of some bytes.
    case signed(Int)
    /// An unsigned whole number of some bytes.
    case unsigned(Int)
    /// True or false, or an enumeration, of some bytes.
    case choice(Int)
    /// The address of doubles.
    case doubles(isConstant: Bool)
    /// Nothing.
    case void
    /// Anything that a bare function cannot take.
    case other
  }

  /// How the library's language spells it.
  let text: String
  /// What a value of it is to a call.
  let shape: Shape

  /// Whether a call with a type of the subset passes the same bits.
  ///
  /// - Parameter knowsConstants: Whether the language says what is only read; Rust and Fortran do not.
  func takes(_ type: FunctionPrototype.CType, knowsConstants: Bool) -> Bool {
    switch (type, shape) {
    case (.double, .float(8)), (.float, .float(4)), (.int64, .signed(8)), (.uint64, .unsigned(8)): true
    // Callers widen what is narrower than 32 bits.
    case (.int32, .signed(let size)), (.uint32, .unsigned(let size)): size <= 4
    case (.int32, .unsigned(let size)): size < 4
    case (.int32, .choice(let size)), (.uint32, .choice(let size)): size <= 4
    case (.input, .doubles(let isConstant)): isConstant || !knowsConstants
    case (.output, .doubles(let isConstant)): !isConstant || !knowsConstants
    default: false
    }
  }

  /// Whether a result of it is read as a type of the subset.
  func returns(_ type: FunctionPrototype.CType) -> Bool {
    switch (type, shape) {
    case (.double, .float(8)), (.float, .float(4)), (.int64, .signed(8)), (.int32, .signed(4)),
      (.void, .void):
      true
    default: false
    }
  }
}

/// A function as debug information describes it.
struct DebugFunction: Sendable, Hashable {
  /// Its symbol.
  let name: String
  /// What it returns.
  let result: DebugType
  /// What it takes; a name is empty where there is none.
  let arguments: [(name: String, type: DebugType)]
  /// Whether it takes more than it says.
  let isVariadic: Bool
  /// Whether its language says which columns are only read.
  let knowsConstants: Bool

  static func == (a: DebugFunction, b: DebugFunction) -> Bool { a.text == b.text }
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// The function as a prototype of C.
  var text: String {
    var list = arguments.map { argument in
      argument.type.text + (argument.type.text.hasSuffix("*") || argument.name.isEmpty ? "" : " ")
        + argument.name
    }
    if isVariadic { list.append("...") }
    let gap = result.text.hasSuffix("*") ? "" : " "
    return "\(result.text)\(gap)\(name)(\(list.isEmpty ? "void" : list.joined(separator: ", ")))"
  }

  /// How a prototype differs from this function, in words; nil when a call by it is right.
  func difference(from prototype: FunctionPrototype) -> String? {
    if isVariadic { return "the library's takes variable arguments" }
    if arguments.count != prototype.arguments.count {
      return "the library's takes \(arguments.count) arguments, this one \(prototype.arguments.count)"
    }
    if !result.returns(prototype.result) {
      return "the library's returns \(result.text), this one \(prototype.result.rawValue)"
    }
    for (index, (own, written)) in zip(arguments, prototype.arguments).enumerated()
    where !own.type.takes(written.type, knowsConstants: knowsConstants) {
      return "argument \(index + 1) is '\(own.type.text)' in the library, '\(written.type.rawValue)' here"
    }
    // Other names are harmless, the same names in another order are not.
    let (names, written) = (arguments.map(\.name), prototype.arguments.map(\.name))
    if names != written, names.sorted() == written.sorted() {
      return "the library's takes them as \(names.joined(separator: ", "))"
    }
    return nil
  }
}
