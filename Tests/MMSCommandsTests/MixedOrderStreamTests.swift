// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSEngine
import Testing

@testable import MMSCommands

/// The stream that books are compared on, to the byte of what NumPy draws.
struct MixedOrderStreamTests {
  @Test func `draws are NumPy's`() {
    var generator = NumPyGenerator(seed: 7)
    let uniforms = generator.uniforms(3)
    for (found, published) in zip(uniforms, [0.62509547, 0.8972138, 0.77568569]) {
      #expect(abs(found - published) < 5e-9)
    }
    #expect(generator.integers(0..<2, 5) == [1, 0, 0, 0, 0])
    #expect(generator.integers(1..<21, 5) == [18, 19, 1, 10, 17])
    #expect(generator.integers(1..<101, 3) == [14, 80, 12])
  }

  @Test func `the stream and what it trades are the published ones`() {
    let stream = MixedOrderStream()
    #expect(stream.operations.count == 1_010_000 && stream.resting == 2_854)
    #expect(stream.totals == TradeTotals(trades: 203_239, volume: 3_962_761, notional: 39_395_870_646))
    #expect(stream.operations.count { $0.kind == .limit } == 509_870)
    #expect(stream.operations.count { $0.kind == .cancel } == 400_686)
    var digest = SHA256()
    digest.update(stream.records)
    #expect(digest.finalize() == "7b2143a5c672c0012783b32e47a81753f53c646244c85dc040522b457bf04b6f")
  }
}
