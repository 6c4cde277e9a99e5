// SPDX-License-Identifier: Apache-2.0

/// The one error type of MMS: what went wrong, where, and what to do about it.
///
/// A message names the thing, its value and the remedy. Errors that come from a file carry a
/// ``SourceLocation``; errors about one value of a request carry its dotted ``path``.
public struct MMSError: Error, Sendable {
  /// What kind of failure this is; decides the exit status and the HTTP and gRPC statuses.
  public var code: Code

  /// One or two sentences: the thing, the value, the remedy.
  public var message: String

  /// The dotted path of the offending value (`strategy_params.entry_threshold`), when there is one.
  public var path: String?

  /// What to try instead, when something near exists: "did you mean 'normal'?".
  public var hint: String?

  /// Where in a file the fault stands, when it stands in one.
  public var location: SourceLocation?

  /// Further faults found in the same pass; a validator reports all it can see at once.
  public var others: [MMSError]

  /// The error underneath, when this one explains another.
  public var cause: (any Error)?

  /// Makes an error.
  public init(
    _ code: Code,
    _ message: String,
    path: String? = nil,
    hint: String? = nil,
    location: SourceLocation? = nil,
    others: [MMSError] = [],
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.path = path
    self.hint = hint
    self.location = location
    self.others = others
    self.cause = cause
  }
}

extension MMSError: CustomStringConvertible {
  /// `location: message (hint)`, then one line for each further fault.
  public var description: String {
    var text = ""
    if let location { text += "\(location): " }
    text += message
    if let hint { text += " (\(hint))" }
    for other in others { text += "\n\(other)" }
    return text
  }
}

/// A place in a text file, counted from 1.
public struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  /// The file's name as the user gave it.
  public var file: String
  /// The line, the first being 1.
  public var line: Int
  /// The column in characters, the first being 1; nil when only the line is known.
  public var column: Int?

  /// Names a place in a file.
  public init(file: String, line: Int, column: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`, as editors understand it.
  public var description: String {
    if let column { "\(file):\(line):\(column)" } else { "\(file):\(line)" }
  }
}
