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
  /// Where each name is, once there are more than a look along the members finds quickly.
  private var positions: [String: Int] = [:]

  private static let shortest = 32

  /// Makes an empty object.
  public init() {}

  /// The names in order.
  public var keys: [String] { members.map(\.key) }

  /// The value of a name; setting a new name appends it, setting nil removes it.
  public subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (nil, let value?):
        members.append(Member(key: key, value: value))
        if !positions.isEmpty {
          positions[key] = members.count - 1
        } else if members.count > Self.shortest {
          index(from: 0)
        }
      case (let position?, nil):
        members.remove(at: position)
        positions[key] = nil
        if !positions.isEmpty { index(from: position) }
      case (nil, nil): break
      }
    }
  }

  /// The members that a condition holds for, in the same order.
  public func filter(_ keeps: (Member) -> Bool) -> JSONObject {
    var rest = JSONObject()
    rest.members = members.filter(keeps)
    if rest.members.count > Self.shortest { rest.index(from: 0) }
    return rest
  }

  private func position(of key: String) -> Int? {
    positions.isEmpty ? members.firstIndex { $0.key == key } : positions[key]
  }

  private mutating func index(from start: Int) {
    for position in start..<members.count { positions[members[position].key] = position }
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
