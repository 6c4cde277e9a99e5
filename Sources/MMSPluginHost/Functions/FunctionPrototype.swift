// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A C prototype of the subset that bare functions may have.
///
/// Returns `double`, `float`, `int32_t`, `int64_t` or `void`; takes those, their unsigned twins, `const double *`
/// and `double *`.
public struct FunctionPrototype: Sendable, Hashable, CustomStringConvertible {
  /// A type of the subset.
  public enum CType: String, Sendable, Hashable, CaseIterable {
    /// 64 bits of IEEE 754.
    case double
    /// 32 bits of IEEE 754.
    case float
    /// Signed, 32 bits.
    case int32 = "int32_t"
    /// Signed, 64 bits.
    case int64 = "int64_t"
    /// Unsigned, 32 bits.
    case uint32 = "uint32_t"
    /// Unsigned, 64 bits.
    case uint64 = "uint64_t"
    /// A column to be read.
    case input = "const double *"
    /// A column to be written.
    case output = "double *"
    /// Nothing; as a result only.
    case void

    /// Whether it is a column.
    public var isColumn: Bool { self == .input || self == .output }
  }

  /// One argument.
  public struct Argument: Sendable, Hashable {
    /// Its name, which a binding refers to.
    public let name: String
    /// Its type.
    public let type: CType
  }

  /// The most arguments a function may take.
  public static let mostArguments = 16

  /// The function's name: the symbol the library exports.
  public let name: String
  /// What it returns.
  public let result: CType
  /// What it takes, in order.
  public let arguments: [Argument]

  /// Reads a prototype.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` naming what is outside the subset and what to write instead.
  public init(_ text: String) throws(MMSError) {
    var tokens = Tokens(text)
    result = try tokens.type(allowsVoid: true)
    if result.isColumn { throw tokens.fault("a function returns a number or void, not a pointer") }
    if result == .uint32 || result == .uint64 {
      throw tokens.fault("'\(result.rawValue)' is no result", hint: "return int32_t, int64_t or double")
    }
    name = try tokens.word("the function's name")
    try tokens.expect("(")
    var list: [Argument] = []
    if tokens.peek == "void", tokens.second == ")" { tokens.drop() }
    while tokens.peek != ")" {
      if !list.isEmpty { try tokens.expect(",") }
      if tokens.peek == "..." {
        throw tokens.fault("variable arguments cannot be bound", hint: "name each argument")
      }
      let type = try tokens.type(allowsVoid: false)
      let argument = Argument(
        name: try tokens.word("a name for the argument of type \(type.rawValue)"), type: type)
      if tokens.peek == "[" {
        throw tokens.fault("an array is written as a pointer", hint: "write 'double *\(argument.name)'")
      }
      if list.contains(where: { $0.name == argument.name }) {
        throw tokens.fault("two arguments are called '\(argument.name)'")
      }
      list.append(argument)
    }
    try tokens.expect(")")
    if tokens.peek == ";" { tokens.drop() }
    if let rest = tokens.peek { throw tokens.fault("'\(rest)' stands after the prototype") }
    if list.count > Self.mostArguments {
      throw tokens.fault("it takes \(list.count) arguments; at most \(Self.mostArguments) can be bound")
    }
    arguments = list
  }

  /// The prototype as C.
  public var description: String {
    let list = arguments.map { $0.type.rawValue + ($0.type.isColumn ? "" : " ") + $0.name }
    return "\(result.rawValue) \(name)(\(list.isEmpty ? "void" : list.joined(separator: ", ")))"
  }
}

/// The words and signs of a prototype.
private struct Tokens {
  private let text: String
  private var rest: ArraySlice<String>
  private var seen = 0

  init(_ text: String) {
    self.text = text
    var found: [String] = []
    var word = ""
    func isWord(_ c: Character) -> Bool { c.isASCII && (c.isLetter || c.isNumber || c == "_") }
    for character in text {
      if isWord(character) {
        word.append(character)
        continue
      }
      if !word.isEmpty { found.append(word) }
      word = ""
      if character == ".", found.last?.allSatisfy({ $0 == "." }) == true, found.last != "..." {
        found[found.count - 1].append(".")
      } else if !character.isWhitespace {
        found.append(String(character))
      }
    }
    if !word.isEmpty { found.append(word) }
    rest = found[...]
  }

  var peek: String? { rest.first }
  var second: String? { rest.dropFirst().first }
  mutating func drop() { rest = rest.dropFirst() }

  func fault(_ what: String, hint: String? = nil) -> MMSError {
    MMSError(
      .invalidData, "the prototype '\(text)': \(what)",
      hint: hint
        ?? "results are double, float, int32_t, int64_t or void; arguments those, uint32_t, uint64_t,"
        + " 'const double *' and 'double *'")
  }

  mutating func expect(_ sign: String) throws(MMSError) {
    guard peek == sign else {
      throw fault("'\(sign)' is expected where \(peek.map { "'\($0)'" } ?? "it ends") stands")
    }
    drop()
  }

  mutating func word(_ what: String) throws(MMSError) -> String {
    guard let next = peek, let first = next.first, first.isLetter || first == "_" else {
      throw fault("\(what) is missing", hint: "every argument needs a name, so that it can be bound")
    }
    drop()
    return next
  }

  mutating func type(allowsVoid: Bool) throws(MMSError) -> FunctionPrototype.CType {
    guard let first = peek else { throw fault("a type is missing") }
    let isConstant = first == "const"
    if isConstant { drop() }
    guard let name = peek else { throw fault("a type is missing after const") }
    drop()
    let isPointer = peek == "*"
    if isPointer { drop() }
    if isPointer {
      guard name == "double", peek != "*" else {
        throw fault(
          "a pointer to '\(name)' cannot be bound", hint: "columns are 'const double *' and 'double *'")
      }
      return isConstant ? .input : .output
    }
    let instead = [
      "int": "int32_t", "long": "int64_t", "unsigned": "uint32_t", "size_t": "uint64_t", "bool": "int32_t",
    ]
    if let other = instead[name] {
      throw fault("'\(name)' has another size on other machines", hint: "write \(other)")
    }
    guard !isConstant, let type = FunctionPrototype.CType(rawValue: name), allowsVoid || type != .void else {
      throw fault("the type '\(isConstant ? "const " : "")\(name)' cannot be bound")
    }
    return type
  }
}
