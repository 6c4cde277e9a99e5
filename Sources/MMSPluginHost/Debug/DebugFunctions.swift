// SPDX-License-Identifier: Apache-2.0

import CDwarf
public import MMSCore

/// The functions of a library as its debug information (DWARF 2 to 5) describes them.
///
/// Reading runs a parser over the library's bytes, so that only a process that may be lost reads.
public struct DebugFunctions: Sendable {
  private var functions: [String: DebugFunction] = [:]

  /// Reads what is said of functions.
  ///
  /// - Parameters:
  ///   - bytes: The library.
  ///   - names: The symbols to look for.
  public init(_ bytes: [UInt8], names: Set<String>) {
    var copy = bytes
    unsafe copy.withUnsafeMutableBytes { image in
      guard let base = image.baseAddress, elf_version(UInt32(EV_CURRENT)) != UInt32(EV_NONE),
        let elf = unsafe elf_memory(base.assumingMemoryBound(to: CChar.self), image.count)
      else { return }
      defer { _ = unsafe elf_end(elf) }
      guard let dwarf = unsafe dwarf_begin_elf(elf, DWARF_C_READ, nil) else { return }
      defer { _ = unsafe dwarf_end(dwarf) }
      var unit: OpaquePointer?
      var die = unsafe Dwarf_Die()
      // Libraries in Rust carry all of their standard library: what is looked for comes before it.
      while functions.count < names.count,
        unsafe dwarf_get_units(dwarf, unit, &unit, nil, nil, &die, nil) == 0
      {
        let language = unsafe dwarf_srclang(&die)
        var reader = DebugUnit(names: names, knowsConstants: Self.knowConstants.contains(Int(language)))
        unsafe reader.read(die, depth: 0)
        functions.merge(reader.functions) { first, _ in first }
      }
    }
  }

  /// Reads what a library says of what it exports.
  ///
  /// - Throws: ``MMSError`` when it is no library for this machine.
  public init(library path: String) throws(MMSError) {
    let bytes = try LoadedLibrary.read(path)
    self.init(bytes, names: Set(try LibraryImage(bytes, name: path).exports))
  }

  /// The prototypes of its functions in the library's own words, by name.
  public var prototypes: [String] { functions.sorted { $0.key < $1.key }.map(\.value.text) }

  /// Compares a prototype with what the library says of its function; silence agrees.
  ///
  /// - Throws: ``MMSError/Code/modelFailed`` with both prototypes.
  func check(_ prototype: FunctionPrototype, plugin: String) throws(MMSError) {
    guard let own = functions[prototype.name], let difference = own.difference(from: prototype) else {
      return
    }
    throw MMSError(
      .modelFailed,
      "plugin \(plugin): the prototype '\(prototype)' is not the one its library was built with, '\(own.text)':"
        + " \(difference)", hint: "correct the prototype and what is bound to it, or build the library again")
  }

  private static let knowConstants: Set<Int> = Set(
    [
      DW_LANG_C, DW_LANG_C89, DW_LANG_C99, DW_LANG_C11, DW_LANG_C_plus_plus, DW_LANG_C_plus_plus_03,
      DW_LANG_C_plus_plus_11, DW_LANG_C_plus_plus_14,
    ].map { Int($0) })
}

/// Walks through one unit of debug information.
private struct DebugUnit {
  let names: Set<String>
  let knowsConstants: Bool
  var functions: [String: DebugFunction] = [:]

  /// Deeper nesting than this is no type of a function that can be called.
  private static let deepest = 32

  init(names: Set<String>, knowsConstants: Bool) {
    self.names = names
    self.knowsConstants = knowsConstants
  }

  /// Looks for functions under an entry: in units, and in modules and namespaces within them.
  mutating func read(_ parent: Dwarf_Die, depth: Int) {
    if depth > Self.deepest { return }
    unsafe Self.children(of: parent) { child in
      switch unsafe Self.tag(child) {
      case Int(DW_TAG_namespace), Int(DW_TAG_module): unsafe read(child, depth: depth + 1)
      case Int(DW_TAG_subprogram): unsafe add(child)
      default: break
      }
    }
  }

  private mutating func add(_ die: Dwarf_Die) {
    var die = unsafe die
    // A declaration says what somebody else thinks of the function.
    guard unsafe dwarf_hasattr(&die, UInt32(DW_AT_declaration)) == 0,
      unsafe dwarf_hasattr_integrate(&die, UInt32(DW_AT_external)) != 0
    else { return }
    guard let name = unsafe Self.text(die, Int(DW_AT_linkage_name)) ?? Self.text(die, Int(DW_AT_name)),
      names.contains(name), functions[name] == nil
    else { return }
    var arguments: [(name: String, type: DebugType)] = []
    var isVariadic = false
    unsafe Self.children(of: die) { child in
      switch unsafe Self.tag(child) {
      case Int(DW_TAG_formal_parameter):
        arguments.append(
          (
            unsafe Self.text(child, Int(DW_AT_name)) ?? "",
            unsafe Self.describe(Self.type(of: child), depth: 0)
          ))
      case Int(DW_TAG_unspecified_parameters): isVariadic = true
      default: break
      }
    }
    functions[name] = DebugFunction(
      name: name, result: unsafe Self.describe(Self.type(of: die), depth: 0), arguments: arguments,
      isVariadic: isVariadic, knowsConstants: knowsConstants)
  }

  private static func describe(_ type: Dwarf_Die?, depth: Int) -> DebugType {
    guard let type = unsafe type else { return DebugType(text: "void", shape: .void) }
    let name = unsafe text(type, Int(DW_AT_name))
    if depth > deepest { return DebugType(text: name ?? "a type without an end", shape: .other) }
    let inner = { unsafe describe(Self.type(of: type), depth: depth + 1) }
    switch unsafe tag(type) {
    case Int(DW_TAG_base_type): return unsafe number(type, name ?? "a type without a name")
    case Int(DW_TAG_typedef): return DebugType(text: name ?? inner().text, shape: inner().shape)
    case Int(DW_TAG_volatile_type), Int(DW_TAG_restrict_type), Int(DW_TAG_atomic_type): return inner()
    case Int(DW_TAG_const_type):
      let inner = inner()
      return DebugType(
        text: inner.text.hasSuffix("*") ? inner.text : "const \(inner.text)", shape: inner.shape)
    case Int(DW_TAG_pointer_type), Int(DW_TAG_reference_type), Int(DW_TAG_rvalue_reference_type),
      Int(DW_TAG_array_type):
      let target = inner()
      // Of an address of an array: the array's own.
      if case .doubles = target.shape, unsafe isArray(Self.type(of: type)) { return target }
      let isDouble = target.shape == .float(8)
      return DebugType(
        text: target.text + (target.text.hasSuffix("*") ? "*" : " *"),
        shape: isDouble ? .doubles(isConstant: target.text.hasPrefix("const ")) : .other)
    case Int(DW_TAG_enumeration_type):
      return DebugType(text: "enum \(name ?? "")", shape: .choice(unsafe size(type)))
    case Int(DW_TAG_structure_type), Int(DW_TAG_class_type):
      return DebugType(text: "struct \(name ?? "")", shape: .other)
    case Int(DW_TAG_union_type): return DebugType(text: "union \(name ?? "")", shape: .other)
    case Int(DW_TAG_subroutine_type): return DebugType(text: "a function", shape: .other)
    default: return DebugType(text: name ?? "another type", shape: .other)
    }
  }

  private static func number(_ type: Dwarf_Die, _ name: String) -> DebugType {
    let size = unsafe size(type)
    var (die, attribute, encoding) = unsafe (type, Dwarf_Attribute(), Dwarf_Word(0))
    if unsafe dwarf_attr(&die, UInt32(DW_AT_encoding), &attribute) != nil {
      _ = unsafe dwarf_formudata(&attribute, &encoding)
    }
    let shape: DebugType.Shape =
      switch Int(encoding) {
      case Int(DW_ATE_float): .float(size)
      case Int(DW_ATE_signed), Int(DW_ATE_signed_char): .signed(size)
      case Int(DW_ATE_unsigned), Int(DW_ATE_unsigned_char), Int(DW_ATE_UTF):
        size == 0 ? .void : .unsigned(size)
      case Int(DW_ATE_boolean): .choice(size)
      default: .other
      }
    return DebugType(text: name, shape: shape)
  }

  private static func isArray(_ type: Dwarf_Die?) -> Bool {
    guard let type = unsafe type else { return false }
    switch unsafe tag(type) {
    case Int(DW_TAG_array_type): return true
    case Int(DW_TAG_const_type), Int(DW_TAG_restrict_type): return unsafe isArray(Self.type(of: type))
    default: return false
    }
  }

  private static func size(_ type: Dwarf_Die) -> Int {
    var die = unsafe type
    return max(0, Int(unsafe dwarf_bytesize(&die)))
  }

  private static func tag(_ die: Dwarf_Die) -> Int {
    var die = unsafe die
    return Int(unsafe dwarf_tag(&die))
  }

  private static func text(_ die: Dwarf_Die, _ name: Int) -> String? {
    var (die, attribute) = unsafe (die, Dwarf_Attribute())
    guard unsafe dwarf_attr_integrate(&die, UInt32(name), &attribute) != nil,
      let text = unsafe dwarf_formstring(&attribute)
    else { return nil }
    return unsafe String(cString: text)
  }

  private static func type(of die: Dwarf_Die) -> Dwarf_Die? {
    var (die, attribute, found) = unsafe (die, Dwarf_Attribute(), Dwarf_Die())
    guard unsafe dwarf_attr_integrate(&die, UInt32(DW_AT_type), &attribute) != nil,
      unsafe dwarf_formref_die(&attribute, &found) != nil
    else { return nil }
    return unsafe found
  }

  private static func children(of parent: Dwarf_Die, _ body: (Dwarf_Die) -> Void) {
    var (parent, child) = unsafe (parent, Dwarf_Die())
    guard unsafe dwarf_child(&parent, &child) == 0 else { return }
    repeat { unsafe body(child) } while unsafe next(&child)
  }

  private static func next(_ die: inout Dwarf_Die) -> Bool {
    var following = unsafe Dwarf_Die()
    guard unsafe dwarf_siblingof(&die, &following) == 0 else { return false }
    unsafe die = unsafe following
    return true
  }
}
