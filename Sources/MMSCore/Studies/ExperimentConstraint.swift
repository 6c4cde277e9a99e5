// SPDX-License-Identifier: Apache-2.0

extension ExperimentDesign {
  /// A comparison that a point or its result has to meet: `strategy_params.exit_threshold < 0.5 *
  /// strategy_params.entry_threshold`, `max_drawdown >= -0.1`.
  public struct Constraint: Sendable, Hashable {
    /// One side: a number times what it names.
    public struct Side: Sendable, Hashable {
      /// The factor.
      public var factor: Double
      /// A key of the body or a metric; nil for the number alone.
      public var name: String?
    }

    /// How the sides are compared.
    public enum Relation: String, Sendable, Hashable, CaseIterable {
      // The longer ones first: the reader takes the first that fits.
      /// At most.
      case atMost = "<="
      /// At least.
      case atLeast = ">="
      /// Less.
      case less = "<"
      /// More.
      case more = ">"

      /// Whether two numbers stand in the relation.
      public func holds(_ a: Double, _ b: Double) -> Bool {
        switch self {
        case .atMost: a <= b
        case .atLeast: a >= b
        case .less: a < b
        case .more: a > b
        }
      }
    }

    /// The constraint as written.
    public let text: String
    /// The left side.
    public let left: Side
    /// The relation.
    public let relation: Relation
    /// The right side.
    public let right: Side

    /// Reads `LEFT < RIGHT`, each side a number, a name, or `number * name`.
    ///
    /// - Throws: ``MMSError/Code/invalidValue`` with the form when the text has another.
    public init(_ text: String) throws(MMSError) {
      self.text = text
      for relation in Relation.allCases {
        guard let (before, after) = Self.halves(text, of: relation.rawValue) else { continue }
        self.relation = relation
        left = try Self.side(before, text)
        right = try Self.side(after, text)
        if left.name == nil, right.name == nil { throw Self.malformed(text, "compares two numbers") }
        return
      }
      throw Self.malformed(text, "holds no <, <=, > or >=")
    }

    /// The names on both sides.
    public var names: [String] { [left.name, right.name].compactMap { $0 } }

    /// Whether it is about a result, so that the trial has to run first.
    public var isAboutResult: Bool { names.contains { ExperimentDesign.metricNames.contains($0) } }

    /// Whether it holds; nil when a name has no number.
    public func holds(_ value: (String) -> Double?) -> Bool? {
      func number(_ side: Side) -> Double? {
        guard let name = side.name else { return side.factor }
        return value(name).map { $0 * side.factor }
      }
      guard let a = number(left), let b = number(right) else { return nil }
      return relation.holds(a, b)
    }

    private static func halves(_ text: String, of mark: String) -> (Substring, Substring)? {
      let bytes = Array(text.utf8)
      let wanted = Array(mark.utf8)
      guard bytes.count >= wanted.count else { return nil }
      for place in 0...(bytes.count - wanted.count) where Array(bytes[place..<place + wanted.count]) == wanted
      {
        let middle = text.utf8.index(text.startIndex, offsetBy: place)
        return (text[..<middle], text[text.utf8.index(middle, offsetBy: wanted.count)...])
      }
      return nil
    }

    private static func side(_ part: Substring, _ text: String) throws(MMSError) -> Side {
      var factor: Double?
      var name: String?
      for piece in part.split(separator: "*", omittingEmptySubsequences: false) {
        let word = String(piece.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        if let number = Double(word), number.isFinite {
          if factor != nil { throw malformed(text, "has two numbers on one side") }
          factor = number
        } else if ExperimentDesign.isKey(word) || ExperimentDesign.metricNames.contains(word) {
          if name != nil { throw malformed(text, "has two names on one side") }
          name = word
        } else {
          var error = malformed(
            text, "names '\(word)', which is no number, no metric and no key of a request")
          error.hint =
            Suggestion.hint(for: word, among: ExperimentDesign.metricNames + ExperimentDesign.bodyKeys)
          throw error
        }
      }
      return Side(factor: factor ?? 1, name: name)
    }

    private static func malformed(_ text: String, _ fault: String) -> MMSError {
      MMSError(
        .invalidValue,
        "the constraint '\(text)' \(fault); write 'strategy_params.exit_threshold <= 0.5 *"
          + " strategy_params.entry_threshold' or 'max_drawdown >= -0.1'")
    }
  }
}
