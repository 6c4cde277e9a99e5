// SPDX-License-Identifier: Apache-2.0

/// The members of a JSON object, in the order in which they were added.
///
/// Two objects are equal when they have equal members in the same order.
public struct JSONObject: Sendable {
  /// One name and its value.
  public struct Member: Sendable, Hashable {
    /// The name, unique in its object.
    public let key: String
    /// The value.
    public var value: JSONValue
  }

  /// The members in order.
  public private(set) var members: [Member] = []
  private var positions: [String: Int] = [:]

  /// Makes an empty object.
  public init() {}

  /// The names in order.
  public var keys: [String] { members.map(\.key) }

  /// The value of a name; setting a new name appends it, setting nil removes it.
  public subscript(key: String) -> JSONValue? {
    get { positions[key].map { members[$0].value } }
    set {
      switch (positions[key], newValue) {
      case (let position?, let value?): members[position].value = value
      case (nil, let value?):
        positions[key] = members.count
        members.append(Member(key: key, value: value))
      case (let position?, nil):
        members.remove(at: position)
        positions[key] = nil
        for later in position..<members.count { positions[members[later].key] = later }
      case (nil, nil): break
      }
    }
  }
}

extension JSONObject: Hashable {
  /// Whether both have equal members in the same order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool { a.members == b.members }
  /// Hashes the members in order.
  public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: RandomAccessCollection {
  /// The position of the first member.
  public var startIndex: Int { 0 }
  /// The position after the last member.
  public var endIndex: Int { members.count }
  /// The member at a position.
  public subscript(position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Makes an object of pairs; of a repeated name the last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }
}
