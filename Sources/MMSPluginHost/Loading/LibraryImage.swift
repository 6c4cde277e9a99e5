// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// What the bytes of a shared library say, read without loading it.
public struct LibraryImage: Sendable {
  /// The functions and objects it exports, in the order of its table.
  public let exports: [String]
  /// The libraries it needs.
  public let needed: [String]
  /// SHA-256 of its bytes, computed whenever it is asked for.
  public var digest: String { SHA256.hex(of: bytes) }
  private let bytes: [UInt8]

  /// Libraries of the system and of the languages' run times; a plugin is one file beyond these.
  private static let system = [
    "libc.so", "libm.so", "libdl.so", "librt.so", "libpthread.so", "libgcc_s.so", "libstdc++.so",
    "libgfortran.so",
    "libquadmath.so", "ld-linux", "libswift", "libFoundation", "lib_Foundation", "libdispatch",
    "libBlocksRuntime",
    "linux-vdso",
  ]

  /// Reads an ELF file of 64 bits for this machine.
  ///
  /// - Throws: ``MMSError/Code/invalidData`` saying what the file is instead, or where it breaks off.
  public init(_ bytes: [UInt8], name: String) throws(MMSError) {
    func fault(_ what: String) -> MMSError {
      MMSError(
        .invalidData, "\(name) \(what)",
        hint: "build it as a shared library for this machine: cc -shared -fPIC")
    }
    self.bytes = bytes
    guard bytes.count >= 4, Array(bytes[0..<4]) == [0x7f, 0x45, 0x4c, 0x46] else {
      let isText =
        !bytes.isEmpty && bytes.prefix(256).allSatisfy { ($0 >= 32 && $0 < 127) || (9...13).contains($0) }
      throw fault(isText ? "is a text file, not a shared library" : "is not an ELF file")
    }
    let file = ELFBytes(bytes)
    do throws(ELFBytes.End) {
      guard try file.u8(4) == 2, try file.u8(5) == 1 else {
        throw ELFBytes.End(explained: fault("is not a 64-bit little-endian library"))
      }
      let machine = try file.u16(18)
      guard machine == Self.machine else {
        throw ELFBytes.End(
          explained: fault(
            "is built for another processor (ELF machine \(machine), this one is \(Self.machine))"))
      }
      let type = try file.u16(16)
      guard type == 3 else { throw ELFBytes.End(explained: fault("is no shared library (ELF type \(type))")) }
      let sections = try file.sections()
      guard let symbols = sections.first(where: { $0.type == 11 }) else {
        throw ELFBytes.End(explained: fault("has no table of dynamic symbols"))
      }
      let strings = try file.section(symbols.link, of: sections)
      var names: [String] = []
      for index in 0..<min(symbols.size / 24, 1 << 20) {
        let place = symbols.offset + index * 24
        let (info, visibility, home) = (
          try file.u8(place + 4), try file.u8(place + 5), try file.u16(place + 6)
        )
        // Defined here, global or weak, and not hidden.
        guard home != 0, info >> 4 == 1 || info >> 4 == 2, visibility & 3 == 0 || visibility & 3 == 3 else {
          continue
        }
        names.append(try file.text(strings.offset + Int(file.u32(place))))
      }
      exports = names
      var libraries: [String] = []
      if let dynamic = sections.first(where: { $0.type == 6 }) {
        let texts = try file.section(dynamic.link, of: sections)
        for index in 0..<min(dynamic.size / 16, 1 << 16) {
          let place = dynamic.offset + index * 16
          if try file.u64(place) == 1 {
            libraries.append(try file.text(texts.offset + Int(clamping: file.u64(place + 8))))
          }
        }
      }
      needed = libraries
    } catch {
      if let error = error.explained { throw error }
      throw fault("breaks off or is damaged: its tables point beyond its \(bytes.count) bytes")
    }
  }

  /// The libraries it needs beyond those of the system.
  public var foreignNeeds: [String] {
    needed.filter { name in !Self.system.contains { name.hasPrefix($0) } }
  }

  private static var machine: UInt16 {
    #if arch(x86_64)
    62
    #elseif arch(arm64)
    183
    #else
    0
    #endif
  }
}

/// An ELF file's bytes; everything read is within them.
private struct ELFBytes {
  /// The bytes end before something the file points to.
  struct End: Error {
    var explained: MMSError?
  }

  struct Section {
    let type: UInt32
    let offset: Int
    let size: Int
    let link: Int
  }

  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func u8(_ place: Int) throws(End) -> UInt8 {
    guard place >= 0, place < bytes.count else { throw End() }
    return bytes[place]
  }

  func u16(_ place: Int) throws(End) -> UInt16 { UInt16(try number(place, 2)) }
  func u32(_ place: Int) throws(End) -> UInt32 { UInt32(try number(place, 4)) }
  func u64(_ place: Int) throws(End) -> UInt64 { try number(place, 8) }

  private func number(_ place: Int, _ size: Int) throws(End) -> UInt64 {
    guard place >= 0, place <= bytes.count - size else { throw End() }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[place + index]) << UInt64(8 * index) }
    return value
  }

  func text(_ place: Int) throws(End) -> String {
    guard place >= 0, place < bytes.count, let end = bytes[place...].firstIndex(of: 0) else { throw End() }
    return String(decoding: bytes[place..<end], as: UTF8.self)
  }

  func sections() throws(End) -> [Section] {
    let table = Int(clamping: try u64(40))
    let (size, count) = (Int(try u16(58)), Int(try u16(60)))
    guard size >= 64, table > 0, table <= bytes.count, count * size <= bytes.count - table else {
      throw End()
    }
    var found: [Section] = []
    for index in 0..<count {
      let place = table + index * size
      let section = Section(
        type: try u32(place + 4), offset: Int(clamping: try u64(place + 24)),
        size: Int(clamping: try u64(place + 32)), link: Int(try u32(place + 40)))
      // Sections without bytes in the file may say any size.
      if section.type != 8, section.offset > bytes.count || section.size > bytes.count - section.offset {
        throw End()
      }
      found.append(section)
    }
    return found
  }

  func section(_ index: Int, of sections: [Section]) throws(End) -> Section {
    guard sections.indices.contains(index) else { throw End() }
    return sections[index]
  }
}
