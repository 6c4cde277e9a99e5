// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSPluginHost
import MMSYAML
import Testing

/// A shared library compiled from C by the test.
@safe final class CompiledFunctions {
  static let hasCompiler = ["/usr/bin/cc", "/usr/local/bin/cc"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  private let handle: UnsafeMutableRawPointer

  init(_ source: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("functions.c")
    let library = folder.appendingPathComponent("libfunctions.so")
    try "#include <stdint.h>\n#include <math.h>\n\(source)".write(to: file, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = [
      "cc", "-std=c11", "-O1", "-ffp-contract=off", "-shared", "-fPIC", file.path, "-o", library.path, "-lm",
    ]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "cc failed")
    unsafe handle = unsafe try #require(unsafe dlopen(library.path, RTLD_NOW | RTLD_LOCAL))
  }

  func symbol(_ name: String) throws -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(try #require(unsafe dlsym(handle, name), "no symbol \(name)"))
  }

  /// A function with its specification, verified unless told otherwise.
  func function(
    _ yaml: String, kind: ModelKind, parameters: [ParameterSchema] = [], verify: Bool = true
  ) throws -> BareFunction {
    let specification = try specification(yaml, kind: kind, parameters: parameters)
    let function = unsafe try BareFunction(
      specification: specification, symbol: symbol(specification.prototype.name),
      batchSymbol: specification.batch.map { unsafe try symbol($0.name) },
      descriptor: BareFunction.descriptor(kind: kind, source: "test", parameters: parameters), plugin: "demo",
      library: self)
    if verify { try function.verify() }
    return function
  }
}

func specification(
  _ yaml: String, kind: ModelKind, parameters: [ParameterSchema] = []
) throws(MMSError) -> FunctionSpecification {
  try YAMLNode(text: yaml, file: "demo.yaml").decode { (map) throws(MMSError) in
    try FunctionSpecification(reading: map, kind: kind, parameters: parameters)
  }
}

/// The error of something that should fail.
func fault(_ body: () throws -> Void) -> MMSError? {
  do {
    try body()
    Issue.record("accepted")
    return nil
  } catch { return error as? MMSError }
}

extension BareFunction {
  func values(_ inputs: [(name: String, input: ParameterInput)] = []) throws -> ParameterValues {
    try ParameterResolver.resolve(inputs, schema: descriptor.parameters, owner: "demo", path: "params")
  }
}
