// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A C function's name, result and arguments, of the subset that can be called without a header.
public struct FunctionPrototype: Sendable, Hashable, CustomStringConvertible {
  /// A type of the subset; its raw value is how C spells it.
  public enum CType: String, Sendable, Hashable, CaseIterable {
    /// 64-bit floating point.
    case double
    /// 32-bit floating point.
    case float
    /// Signed, 32 bits.
    case int32 = "int32_t"
    /// Signed, 64 bits.
    case int64 = "int64_t"
    /// Unsigned, 32 bits.
    case uint32 = "uint32_t"
    /// Unsigned, 64 bits.
    case uint64 = "uint64_t"
    /// Numbers that are read.
    case input = "const double *"
    /// Numbers that are written.
    case output = "double *"
    /// No result.
    case void

    /// Whether it is an address of numbers.
    public var isPointer: Bool { self == .input || self == .output }
    /// Whether it is a whole number.
    public var isInteger: Bool {
      switch self {
      case .int32, .int64, .uint32, .uint64: true
      default: false
      }
    }
  }

  /// One argument.
  public struct Argument: Sendable, Hashable {
    /// Its name, unique in the prototype.
    public var name: String
    /// Its type.
    public var type: CType
  }

  /// The most arguments a function may have.
  public static let maximumArguments = 16

  /// The function's name: the symbol that the library exports.
  public let name: String
  /// What it returns.
  public let result: CType
  /// What it takes, in order.
  public let arguments: [Argument]

  /// Reads a prototype such as `double impact(double quantity, double volatility)`.
  ///
  /// - Throws: ``MMSError/Code/invalidValue`` with the column of what is outside the subset, and what to write.
  public init(parsing text: String) throws(MMSError) {
    var parser = FunctionPrototypeParser(text)
    (result, name, arguments) = try parser.parse()
  }

  /// The prototype in C.
  public var description: String {
    let list = arguments.map {
      $0.type.isPointer ? $0.type.rawValue + $0.name : "\($0.type.rawValue) \($0.name)"
    }
    return "\(result.rawValue) \(name)(\(list.isEmpty ? "void" : list.joined(separator: ", ")))"
  }
}
