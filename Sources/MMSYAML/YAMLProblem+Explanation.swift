// SPDX-License-Identifier: Apache-2.0

import MMSCore

extension YAMLProblem {
  /// The error to show: libyaml's terse remark turned into what is wrong and what to do.
  func explained(in source: YAMLSource) -> MMSError {
    let atEnd = mark.index >= source.scalars.count
    var place = mark
    let message: String
    switch problem {
    case "could not find expected ':'":
      place = contextMark
      message = "this looks like a key, but no ':' follows it; write 'key: value', or quote the text"
    case "mapping values are not allowed in this context":
      message =
        "a ':' is not allowed here; quote the text before it if it is no key, "
        + "or put the nested key on a line of its own, indented further"
    case "block sequence entries are not allowed in this context":
      message = "a list entry '- ' cannot start here; put it on a line of its own below its key"
    case "mapping keys are not allowed in this context":
      message = "a key cannot start here; put it on a line of its own"
    case "found character that cannot start any token":
      let character = source.scalars.indices.contains(mark.index) ? "\(source.scalars[mark.index])" : "?"
      message = "a value cannot start with '\(character)'; put the value in quotes"
    case "found unexpected end of stream", "found unexpected document indicator":
      place = contextMark
      message = "the quote opened here is never closed; add the closing quote"
    case "found unknown escape character":
      message = "an unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"
    case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
      message = "a malformed escape in double quotes; write it as \\xNN, \\uNNNN or \\UNNNNNNNN"
    case "did not find expected comment or line break" where context.contains("block scalar"):
      message = "text after '|' or '>' must start on the next line; or put the value in quotes"
    case "found an indentation indicator equal to 0":
      message = "the indentation after '|' or '>' must be 1 to 9; leave the number out"
    case "did not find expected alphabetic or numeric character":
      message = "a name must follow '&' or '*'; put the value in quotes if it is text"
    case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
      let close = problem.hasSuffix("'}'") ? "}" : "]"
      let open = close == "}" ? "{" : "["
      if atEnd {
        place = contextMark
        message = "the '\(open)' opened here is never closed; add the missing '\(close)'"
      } else {
        let start = source.location(contextMark)
        message =
          "expected ',' or '\(close)' here, within the '\(open)' opened at line \(start.line), "
          + "column \(start.column ?? 1); close it or separate its values with commas"
      }
    case "did not find expected key":
      let start = source.location(contextMark)
      message =
        "expected a key here: this line does not line up with the mapping that starts at line "
        + "\(start.line), column \(start.column ?? 1); check the indentation and the quotes"
    case "did not find expected '-' indicator":
      let start = source.location(contextMark)
      message =
        "expected '- ' here: this line does not line up with the list that starts at line "
        + "\(start.line), column \(start.column ?? 1); check the indentation"
    case "did not find expected node content":
      message =
        atEnd
        ? "the text ends where a value should stand; write one, and close every '[' and '{'"
        : "a value is missing here; write one, or null"
    case "did not find expected <document start>":
      message = "unexpected text after the end of the document; check the indentation of this line"
    case _ where context.contains("tag") || problem.contains("tag handle") || problem.contains("%TAG"):
      message = YAMLBuilder.noTags
    case _
    where context.contains("directive") || problem.contains("YAML document")
      || problem.contains("%YAML"):
      message = "a malformed directive (a line that starts with '%'); delete it, or quote the text"
    default:
      message = "YAML syntax: \(problem); check quotes, brackets and indentation around here"
    }
    return MMSError(.invalidData, message, location: source.location(place))
  }
}
