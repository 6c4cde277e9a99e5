// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Reads the subset of C's grammar that ``FunctionPrototype`` states, and says what to write instead of the rest.
struct FunctionPrototypeParser {
  private struct Token {
    let text: String
    /// From 1.
    let column: Int
    var isWord: Bool { text.first.map { $0.isLetter || $0 == "_" } ?? false }
  }

  private let source: String
  private let tokens: [Token]
  private let end: Int
  private var position = 0

  private static let types: [String: FunctionPrototype.CType] = [
    "double": .double, "float": .float, "int32_t": .int32, "int64_t": .int64, "uint32_t": .uint32,
    "uint64_t": .uint64, "void": .void,
  ]
  /// What is not accepted, and what to write.
  private static let remedies: [String: String] = [
    "int": "its width is not fixed; write int32_t", "long": "its width is not fixed; write int64_t",
    "short": "write int32_t", "unsigned": "its width is not fixed; write uint32_t or uint64_t",
    "signed": "its width is not fixed; write int32_t or int64_t", "size_t": "write uint64_t",
    "char": "text cannot be passed; pass numbers", "bool": "write int32_t, 0 or 1",
    "_Bool": "write int32_t, 0 or 1",
    "struct": "structures cannot be passed; write one argument for each number",
    "union": "unions cannot be passed; write one argument for each number", "enum": "write int32_t",
    "int8_t": "write int32_t", "int16_t": "write int32_t", "uint8_t": "write uint32_t",
    "uint16_t": "write uint32_t", "extern": "leave it out",
    "static": "a static function is not exported; remove static",
    "inline": "leave it out", "volatile": "leave it out", "restrict": "leave it out",
    "register": "leave it out",
  ]
  private static let resultTypes = "double, float, int32_t, int64_t or void"
  private static let argumentTypes =
    "double, float, int32_t, int64_t, uint32_t, uint64_t, const double * or double *"

  init(_ text: String) {
    source = text
    var tokens: [Token] = []
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      let start = index
      let character = characters[index]
      index += 1
      if character.isWhitespace { continue }
      if character.isASCII, character.isLetter || character == "_" {
        while index < characters.count, characters[index].isASCII,
          characters[index].isLetter || characters[index].isNumber || characters[index] == "_"
        { index += 1 }
      } else if character == "." {
        while index < characters.count, characters[index] == "." { index += 1 }
      }
      tokens.append(Token(text: String(characters[start..<index]), column: start + 1))
    }
    // A semicolon at the end is how headers write it.
    if tokens.last?.text == ";" { tokens.removeLast() }
    self.tokens = tokens
    end = characters.count + 1
  }

  mutating func parse() throws(MMSError) -> (
    FunctionPrototype.CType, String, [FunctionPrototype.Argument]
  ) {
    guard !tokens.isEmpty else {
      throw MMSError(
        .invalidValue, "the prototype is empty; write one such as 'double impact(double quantity)'")
    }
    let start = next
    let result = try type(allowed: Self.resultTypes)
    guard !result.isPointer, result != .uint32, result != .uint64 else {
      throw fault(start, "a function cannot return \(result.rawValue); it returns \(Self.resultTypes)")
    }
    guard let name = take(where: \.isWord) else {
      throw fault(
        next, "the function's name is missing after '\(result.rawValue)'; write the exported symbol")
    }
    guard take("(") else { throw fault(next, "'(' is missing after the function's name '\(name.text)'") }
    let arguments = try arguments(of: name.text)
    if let rest = next {
      throw fault(rest, "'\(rest.text)' after the closing parenthesis; end the prototype there")
    }
    return (result, name.text, arguments)
  }

  private mutating func arguments(of function: String) throws(MMSError) -> [FunctionPrototype.Argument] {
    var arguments: [FunctionPrototype.Argument] = []
    if take(")") { return [] }
    if next?.text == "void", position + 1 < tokens.count, tokens[position + 1].text == ")" {
      position += 2
      return []
    }
    while true {
      let start = next
      let type = try type(allowed: Self.argumentTypes)
      guard type != .void else {
        throw fault(start, "an argument cannot be void; write \(Self.argumentTypes)")
      }
      guard let name = take(where: \.isWord) else {
        throw fault(
          next,
          "argument \(arguments.count + 1) has no name; write one after '\(type.rawValue)', 'bind' refers to it"
        )
      }
      guard Self.types[name.text] == nil, name.text != "const" else {
        throw fault(name, "'\(name.text)' is a type, not a name; write 'TYPE name'")
      }
      guard !arguments.contains(where: { $0.name == name.text }) else {
        throw fault(name, "the argument '\(name.text)' occurs twice; give each argument a name of its own")
      }
      if next?.text == "[" {
        throw fault(
          next, "arrays are outside the subset; write 'const double *\(name.text)' or 'double *\(name.text)'")
      }
      arguments.append(FunctionPrototype.Argument(name: name.text, type: type))
      guard arguments.count <= FunctionPrototype.maximumArguments else {
        throw fault(
          name,
          "'\(function)' has more than \(FunctionPrototype.maximumArguments) arguments; pass arrays instead")
      }
      if take(")") { return arguments }
      guard take(",") else {
        throw fault(next, "')' is missing after the argument '\(name.text)', or ',' before the next one")
      }
    }
  }

  private mutating func type(allowed: String) throws(MMSError) -> FunctionPrototype.CType {
    let start = next
    let isConstant = take("const")
    guard let word = take(where: \.isWord) else {
      if next?.text == "..." {
        throw fault(next, "variable arguments are outside the subset; name every argument")
      }
      throw fault(next, "a type is missing; write \(allowed)")
    }
    guard let type = Self.types[word.text] else {
      if let remedy = Self.remedies[word.text] {
        throw fault(word, "'\(word.text)' is outside the subset: \(remedy)")
      }
      var error = fault(word, "'\(word.text)' is not a type of the subset; write \(allowed)")
      let near = Suggestion.nearest(to: word.text, among: Array(Self.types.keys.sorted()))
      if !near.isEmpty { error.hint = Suggestion.hint(for: word.text, among: near) }
      throw error
    }
    // `double const *` is the same type.
    let isConstantAfter = take("const")
    let star = next
    guard take("*") else {
      if isConstant || isConstantAfter {
        throw fault(start, "'const \(word.text)' without '*'; write '\(word.text)' or 'const double *'")
      }
      return type
    }
    if next?.text == "*" {
      throw fault(next, "addresses of addresses are outside the subset; write 'double *'")
    }
    guard type == .double else {
      throw fault(star, "'\(word.text) *' is outside the subset; write 'const double *' or 'double *'")
    }
    if next?.text == "const" || next?.text == "restrict" {
      throw fault(next, "'\(next?.text ?? "")' after '*' is outside the subset; leave it out")
    }
    return isConstant || isConstantAfter ? .input : .output
  }

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func take(_ text: String) -> Bool { take { $0.text == text } != nil }

  private mutating func take(where fits: (Token) -> Bool) -> Token? {
    guard let token = next, fits(token) else { return nil }
    position += 1
    return token
  }

  private func fault(_ token: Token?, _ message: String) -> MMSError {
    MMSError(.invalidValue, "prototype '\(source)', column \(token?.column ?? end): \(message)")
  }
}
