// SPDX-License-Identifier: Apache-2.0

import CZlib
import MMSCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A text file, plain or gzip, read line by line through one buffer.
///
/// zlib tells gzip from plain text by its first bytes, so the file's name does not matter.
@safe struct TextFile: ~Copyable {
  let path: String
  /// The size of the file on disk, compressed or not.
  let byteCount: Int
  /// The number of the line last read, the first being 1.
  private(set) var line = 0
  /// Holds the line last read, at the range ``nextLine()`` returned.
  private(set) var buffer: [UInt8]

  private let handle: gzFile
  private var position = 0
  private var filled = 0
  private var isAtEnd = false

  /// No line of market data is this long: whatever it is, it is no CSV.
  private static let longestLine = 1 << 20

  /// Opens a file.
  ///
  /// - Throws: ``MMSError/Code/notFound`` when there is none, ``MMSError/Code/invalidData`` when it is a
  ///   folder, ``MMSError/Code/unavailable`` when it cannot be read.
  init(path: String) throws(MMSError) {
    var status = stat()
    let isThere = unsafe stat(path, &status) == 0
    if path.utf8.contains(0) || (!isThere && (errno == ENOENT || errno == ENOTDIR)) {
      throw MMSError(.notFound, "there is no file '\(path)'; check the name")
    }
    if isThere, status.st_mode & S_IFMT == S_IFDIR {
      throw MMSError(.invalidData, "'\(path)' is a folder; name a file in it")
    }
    guard let opened = unsafe gzopen(path, "rb") else {
      throw MMSError(.unavailable, "'\(path)' cannot be read; check its permissions")
    }
    self.path = path
    byteCount = isThere ? Int(status.st_size) : 0
    unsafe handle = opened
    unsafe gzbuffer(opened, 1 << 17)
    buffer = [UInt8](repeating: 0, count: 1 << 18)
  }

  deinit { unsafe _ = gzclose_r(handle) }

  /// How many of the file's bytes are read, compressed ones where it is compressed.
  var bytesRead: Int { unsafe max(0, min(byteCount, gzoffset(handle))) }

  /// The place of the line last read.
  var location: SourceLocation { SourceLocation(file: path, line: max(1, line)) }

  /// Reads a line, without its end.
  ///
  /// - Returns: Where it stands in ``buffer`` until the next call; nil at the end of the file.
  /// - Throws: ``MMSError/Code/invalidData`` when the file is truncated, corrupt or no text.
  mutating func nextLine() throws(MMSError) -> Range<Int>? {
    var scanned = position
    while true {
      if let end = newline(scanned) {
        let range = lineRange(position, end)
        position = end + 1
        return range
      }
      scanned = filled - position
      if isAtEnd {
        if position == filled { return nil }
        let range = lineRange(position, filled)
        position = filled
        return range
      }
      try refill()
    }
  }

  private func newline(_ from: Int) -> Int? {
    let filled = filled
    return unsafe buffer.withUnsafeBytes { bytes in
      guard from < filled, let base = bytes.baseAddress,
        let hit = unsafe memchr(base + from, 10, filled - from)
      else { return nil }
      return unsafe UnsafeRawPointer(hit) - base
    }
  }

  private mutating func lineRange(_ start: Int, _ end: Int) -> Range<Int> {
    line += 1
    var start = start
    var end = end
    if end > start, buffer[end - 1] == 13 { end -= 1 }
    // A byte order mark, as spreadsheets write it.
    if line == 1, end - start >= 3, buffer[start] == 0xEF, buffer[start + 1] == 0xBB,
      buffer[start + 2] == 0xBF
    {
      start += 3
    }
    return start..<end
  }

  /// Moves what is left to the front and fills the rest of the buffer.
  private mutating func refill() throws(MMSError) {
    let left = filled - position
    if left > 0, position > 0 {
      buffer.replaceSubrange(0..<left, with: buffer[position..<filled])
    }
    position = 0
    filled = left
    if left == buffer.count {
      if left >= Self.longestLine {
        throw MMSError(
          .invalidData, "the line is longer than \(Self.longestLine) bytes: the file is no CSV",
          location: SourceLocation(file: path, line: line + 1))
      }
      buffer.append(contentsOf: [UInt8](repeating: 0, count: left))
    }
    let read = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe gzread(handle, bytes.baseAddress.map { unsafe $0 + left }, UInt32(bytes.count - left))
    }
    if read > 0 {
      filled += Int(read)
      return
    }
    isAtEnd = true
    var code: Int32 = 0
    let text = unsafe gzerror(handle, &code).map { unsafe String(cString: $0) } ?? ""
    if code == Z_BUF_ERROR {
      throw MMSError(
        .invalidData, "'\(path)' is truncated: its gzip stream ends after line \(line); fetch it again")
    }
    if code == Z_ERRNO { throw MMSError(.unavailable, "'\(path)' cannot be read: \(text)") }
    if read < 0 {
      throw MMSError(
        .invalidData,
        "'\(path)' is corrupt: its gzip stream breaks after line \(line) (\(text)); fetch it again")
    }
  }
}
