// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport

/// The OpenAPI document for people.
struct DocsPage {
  private let document: JSONValue

  init(_ document: JSONValue) { self.document = document }

  /// The page.
  var html: String {
    var body = "<h1>The HTTP interface</h1>\n"
    body += "<p>\(text(document["info"]?["description"]?.stringValue))</p>\n"
    body += "<p class=\"soft\">Version \(text(document["info"]?["version"]?.stringValue)). For programs: "
    body += "<a href=\"/openapi.json\">openapi.json</a>, OpenAPI 3.1.</p>\n" + example
    let operations = all
    for tag in (document["tags"]?.arrayValue ?? []).compactMap({ $0["name"]?.stringValue }) {
      body += "<h2>\(text(tag))</h2>\n"
      for operation in operations where operation.value["tags"]?.arrayValue?.first?.stringValue == tag {
        body += html(operation)
      }
    }
    let problem = document["components"]?["schemas"]?["Problem"]
    body +=
      "<h2>Problems</h2>\n<p>Whatever goes wrong is answered as <code>application/problem+json</code>:</p>\n"
    body += members(problem)
    return PageFrame.page("MMS · HTTP interface", body: body)
  }

  private struct Operation {
    let method: String
    let path: String
    let value: JSONValue
  }

  private var all: [Operation] {
    (document["paths"]?.objectValue ?? [:]).flatMap { path in
      (path.value.objectValue ?? [:]).map {
        Operation(method: $0.key.uppercased(), path: path.key, value: $0.value)
      }
    }
  }

  private var example: String {
    let body = document["components"]?["schemas"]?["SimulationRequest"]?["examples"]?.arrayValue?.first
    guard let body else { return "" }
    return "<pre>curl -H 'Content-Type: application/json' \(text("localhost:50051"))/simulate -d '"
      + Markup.escape(body.write(pretty: true)) + "'</pre>\n"
  }

  private func html(_ operation: Operation) -> String {
    let value = operation.value
    var html = "<details id=\"\(text(value["operationId"]?.stringValue))\"><summary><span class=\"verb\">"
    html += "\(text(operation.method))</span> <code>\(text(operation.path))</code> "
    html += "<span class=\"soft\">\(text(value["summary"]?.stringValue))</span></summary>\n"
    if let details = value["description"]?.stringValue { html += "<p>\(Self.code(details))</p>\n" }
    let parameters = (value["parameters"]?.arrayValue ?? []).map { parameter in
      [
        "<code>\(text(parameter["name"]?.stringValue))</code>", text(parameter["in"]?.stringValue),
        text(Self.type(parameter["schema"] ?? .null)),
        Self.code(parameter["description"]?.stringValue ?? ""),
      ]
    }
    if !parameters.isEmpty {
      html += "<h3>Parameters</h3>\n" + Markup.table(["Name", "In", "Type", ""], parameters)
    }
    if let body = value["requestBody"]?["content"]?["application/json"]?["schema"] {
      html += "<h3>Body</h3>\n" + members(resolved(body))
    }
    html += "<h3>Answers</h3>\n"
    let answers = (value["responses"]?.objectValue ?? [:]).map { answer in
      [
        "<code>\(text(answer.key))</code>", Self.code(answer.value["description"]?.stringValue ?? ""),
        (answer.value["content"]?.objectValue ?? [:]).map { text($0.key) }.joined(separator: "<br>"),
      ]
    }
    html += Markup.table(["Status", "", "Type"], answers)
    if let answer = value["responses"]?["200"]?["content"]?["application/json"]?["schema"],
      resolved(answer)["properties"]?.objectValue?.isEmpty == false
    {
      html += "<h3>Answer 200</h3>\n" + members(resolved(answer))
    }
    return html + "</details>\n"
  }

  private func members(_ schema: JSONValue?) -> String {
    let required = Set((schema?["required"]?.arrayValue ?? []).compactMap(\.stringValue))
    let rows = (schema?["properties"]?.objectValue ?? [:]).map { member in
      [
        "<code>\(text(member.key))</code>", text(Self.type(member.value)),
        required.contains(member.key) ? "always" : "",
        Self.code(member.value["description"]?.stringValue ?? "")
          + (member.value["default"].map { " Default <code>\(text($0.write()))</code>." } ?? ""),
      ]
    }
    return Markup.table(["Field", "Type", "", "Meaning"], rows)
  }

  private func resolved(_ schema: JSONValue) -> JSONValue {
    guard let name = schema["$ref"]?.stringValue?.split(separator: "/").last else { return schema }
    return document["components"]?["schemas"]?[String(name)] ?? schema
  }

  /// The type in words.
  private static func type(_ schema: JSONValue) -> String {
    if let words = schema["enum"]?.arrayValue, words.count <= 6 {
      return words.map { $0.stringValue ?? $0.write() }.joined(separator: " | ")
    }
    if let types = schema["type"]?.arrayValue {
      return types.compactMap(\.stringValue).filter { $0 != "null" }.joined(separator: " or ")
    }
    if let choices = schema["anyOf"]?.arrayValue {
      var seen: [String] = []
      for choice in choices.map(type) where !seen.contains(choice) && choice != "null" {
        seen.append(choice)
      }
      return seen.joined(separator: " or ")
    }
    if schema["type"]?.stringValue == "array", let items = schema["items"] {
      return "list of \(type(items))"
    }
    return schema["type"]?.stringValue ?? ""
  }

  /// Text in which backticks mark code.
  private static func code(_ text: String) -> String {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    return parts.enumerated().map { index, part in
      let html = Markup.escape(String(part))
      return index % 2 == 1 ? "<code>\(html)</code>" : html
    }.joined()
  }

  private func text(_ value: String?) -> String { Markup.escape(value ?? "") }
}

#endif
