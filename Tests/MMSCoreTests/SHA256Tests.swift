// SPDX-License-Identifier: Apache-2.0

import MMSCore
import Testing

struct SHA256Tests {
  // From the examples of FIPS 180-4 and NIST's SHA256ShortMsg.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnop"
        + "qrstnopqrstu",
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
    ),
  ])
  func `gives the published digests`(text: String, digest: String) {
    #expect(SHA256.hex(of: text) == digest)
  }

  @Test func `digests a million letters`() {
    var digest = SHA256()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 10_000)
    for _ in 0..<100 { digest.update(piece) }
    #expect(digest.finalize() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `any pieces give the digest of the whole`() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000] {
      var whole = SHA256()
      unsafe Array(bytes[..<length]).withUnsafeBytes { unsafe whole.update($0) }
      for size in [1, 3, 63, 64, 65, 200] {
        var pieces = SHA256()
        for start in stride(from: 0, to: length, by: size) {
          pieces.update(Array(bytes[start..<min(length, start + size)]))
          _ = pieces.finalize()
        }
        #expect(pieces.finalize() == whole.finalize())
      }
    }
  }
}
