// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSData
import Testing

struct CSVSourceTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  static let binance12 = """
    open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore
    1664582400000,19411.60,19411.70,19400.40,19401.70,315.337,1664582459999,6119455.00240,2277,145.092,2815775.08620,0
    1664582460000,19401.70,19410.80,19398.20,19410.60,486.744,1664582519999,9444838.27920,2286,220.119,4271593.26830,0

    """

  func series(_ text: String, name: String = "BTCUSDT-1m-x.csv", _ options: CSVOptions = CSVOptions())
    throws -> BarSeries
  {
    let source = try CSVSource(path: space.file(name, text), options: options)
    let held = try #require(try source.coverage().first)
    return try source.bars(BarRequest(symbol: held.symbol, resolution: held.resolution))
  }

  @Test func `Binance's twelve columns read as futures bars`() throws {
    let bars = try series(Self.binance12)
    #expect(bars.symbol == "BTCUSDT" && bars.source == "binance-usdm" && bars.resolution == minute)
    #expect(bars.time == [1_664_582_460_000_000_000, 1_664_582_520_000_000_000])
    #expect(bars.open == [19411.60, 19401.70] && bars.volume == [315.337, 486.744])
    #expect(bars.start == SimTime(iso8601: "2022-10-01T00:00:00Z"))
  }

  @Test func `the header may be missing`() throws {
    let rows = Self.binance12.split(separator: "\n").dropFirst().joined(separator: "\n")
    let bars = try series(rows)
    #expect(bars.count == 2 && bars.source == "binance" && bars.close == [19401.70, 19410.60])
    let six = rows.split(separator: "\n").map { $0.split(separator: ",").prefix(6).joined(separator: ",") }
    let spot = try series(six.joined(separator: "\n"))
    #expect(spot.count == 2 && spot.source == "binance-spot" && spot.low == [19400.40, 19398.20])
  }

  @Test(arguments: [
    "1664582400000,1664582460000", "1664582400000000,1664582460000000", "1664582400,1664582460",
    "1664582400000000000,1664582460000000000", "2022-10-01T00:00:00Z,2022-10-01T00:01:00Z",
    "2022-10-01 00:00,2022-10-01 00:01", "2022-10-01 02:00:00+02:00,2022-10-01 02:01:00+02:00",
    "1664582400.0,1664582460.0",
  ])
  func `times of every unit mean the same`(times: String) throws {
    let rows = times.split(separator: ",").map { "\($0),1,2,1,2,3" }.joined(separator: "\n")
    let bars = try series("time,open,high,low,close,volume\n" + rows)
    #expect(bars.time == [1_664_582_460_000_000_000, 1_664_582_520_000_000_000])
    #expect(bars.resolution == minute && bars.source == "csv")
  }

  @Test func `carriage returns, a byte order mark, quotes, blanks and no final newline do no harm`() throws {
    let text =
      "\u{FEFF}\"Open Time\",\"Open\",\"High\",\"Low\",\"Close\",\"Volume\"\r\n"
      + "\"1664582400000\",\"1.5\", 2.5 ,1,2,3\r\n\r\n1664582460000,1,2,1,2,4e-1"
    let bars = try series(text)
    #expect(bars.count == 2 && bars.high == [2.5, 2] && bars.volume == [3, 0.4])
  }

  @Test func `columns may stand in any order, with quotes, symbol and origin among them`() throws {
    let bars = try series(
      """
      symbol,timestamp,ask,bid,volume,close,low,high,open,note,source
      X_Y,1664582400000,2.1,2,9,2,1,3,1,"hello, there",venue
      X_Y,1664582460000,,,9,2,1,3,1,,venue
      """, name: "any.csv")
    #expect(bars.symbol == "X_Y" && bars.source == "venue")
    #expect(bars.bid[0] == 2 && bars.ask[0] == 2.1 && bars.bid[1].isNaN && bars.ask[1].isNaN)
  }

  @Test func `close times alone are understood, Binance's last instant included`() throws {
    for close in ["1664582460000", "1664582459999"] {
      let next = String((Int(close) ?? 0) + 60_000)
      let bars = try series(
        "close_time,open,high,low,close,volume\n\(close),1,2,1,2,3\n\(next),1,2,1,2,3\n")
      #expect(bars.time == [1_664_582_460_000_000_000, 1_664_582_520_000_000_000])
    }
  }

  @Test func `the resolution is the most common step, and one row takes it from the file's name`() throws {
    let hours = (0..<9).filter { $0 != 3 }.map { "\(1_664_582_400 + $0 * 3600),1,2,1,2,3" }
    let bars = try series("time,open,high,low,close,volume\n" + hours.joined(separator: "\n"))
    #expect(bars.resolution == .hours(1) && bars.gaps().map(\.missingBars) == [1])
    let one = "time,open,high,low,close,volume\n1664582400,1,2,1,2,3\n"
    #expect(try series(one, name: "BTCUSDT-15m-2022.csv").resolution == .minutes(15))
    #expect(fault { try series(one, name: "BTCUSDT.csv", CSVOptions(symbol: "A")) }?.path == "resolution")
    #expect(
      try series(one, name: "b.csv", CSVOptions(symbol: "A", resolution: .days(1))).resolution == .days(1))
  }

  @Test func `of a file of several symbols one is read`() throws {
    let text = """
      time,symbol,open,high,low,close,volume
      1664582400,A,1,2,1,2,3
      1664582400,B,5,6,5,6,7
      1664582460,A,1,2,1,2,3
      1664582460,B,5,6,5,6,7
      """
    #expect(try series(text, CSVOptions(symbol: "B")).open == [5, 5])
    let error = fault { try series(text) }
    #expect(error?.location?.line == 3 && error?.message.contains("--symbol") == true)
    #expect(fault { try series(text, CSVOptions(symbol: "C")) }?.code == .noData)
  }

  @Test func `an immediate repeat of a row is one row`() throws {
    let text = csv(rows: 3)
    let last = text.split(separator: "\n").last ?? ""
    #expect(try series(text + last + "\n").count == 3)
  }

  /// A line put after three sound rows (lines 2 to 4), and words of the message.
  static let badRows: [(row: String, words: String)] = [
    ("1735689780000,100,102,99,101", "5 fields"),
    ("1735689780000,100,102,99,101,5,6", "7 fields"),
    ("1735689780000,abc,102,99,101,5", "open is 'abc'"),
    ("1735689780000,,102,99,101,5", "open is ''"),
    ("1735689780000,nan,102,99,101,5", "open is 'nan'"),
    ("1735689780000,0x10,102,99,101,5", "open is '0x10'"),
    ("1735689780000,1e999,102,99,101,5", "open is inf"),
    ("1735689780000,0,102,99,101,5", "open is 0.0"),
    ("1735689780000,100,102,-99,101,5", "low is -99.0"),
    ("1735689780000,100,98,99,101,5", "low 99.0 is above high 98.0"),
    ("1735689780000,103,102,99,101,5", "open 103.0 is outside"),
    ("1735689780000,100,102,99,98,5", "close 98.0 is outside"),
    ("1735689780000,100,102,99,101,-5", "volume is -5.0"),
    ("yesterday,100,102,99,101,5", "time 'yesterday'"),
    ("99999999999999999999,100,102,99,101,5", "time '99999999999999999999'"),
    ("1735689720000,100,102,99,101,5", "other values"),
    ("1735689600000,100,102,99,101,5", "in order of time"),
    ("1735689750000,100,102,99,101,5", "30s after"),
    ("\"1735689780000,100,102,99,101,5", "quote is not closed"),
  ]

  @Test(arguments: badRows.indices)
  func `a bad row is named by its line`(index: Int) throws {
    let (row, words) = Self.badRows[index]
    let more = "1735689840000,100,102,99,101,5\n"
    let error = try #require(fault { try series(csv(rows: 3) + row + "\n" + more) })
    #expect(error.code == .invalidData)
    #expect(error.location?.line == 5)
    #expect(error.message.contains(words), "\(error)")
    #expect(error.location?.file.hasSuffix("BTCUSDT-1m-x.csv") == true)
  }

  @Test func `a bid that is not below the ask is refused`() throws {
    let header = "time,open,high,low,close,volume,bid,ask\n"
    #expect(
      fault { try series(header + "1,1,1,1,1,1,2,2\n", CSVOptions(resolution: minute)) }?.location?.line == 2)
    #expect(
      fault { try series(header + "1,1,1,1,1,1,2,\n", CSVOptions(resolution: minute)) }?.location?.line == 2)
  }

  @Test func `a bad row far into the file is still named by its line`() throws {
    let text = csv(rows: 9000).replacingOccurrences(of: "\n1735689600000,", with: "\n1735689600000,")
    let error = fault { try series(text + "1736229600000,1,1,2,1,1\n") }
    #expect(error?.location?.line == 9002 && error?.message.contains("above high") == true)
  }

  static let badFiles: [(text: String, words: String)] = [
    ("", "is empty"),
    ("open_time,open,high,low,close,volume\n", "a header and no rows"),
    ("open_time,open,high,low,close,volume\n\n\n", "a header and no rows"),
    ("open_time,opne,high,low,volume\n1,1,1,1,1\n", "'open', 'close'"),
    ("high,low,close,volume,open\n1,1,1,1,1\n", "'open_time'"),
    ("time,open,high,low,close,volume,bid\n1,1,1,1,1,1,1\n", "'ask'"),
    ("1664582400000,1,2,1,2\n", "no header and 5 columns"),
    ("PK\u{3}\u{4}xxxx\n", "zip archive"),
    ("t\0i\0m\0e\0\n", "binary"),
  ]

  @Test(arguments: badFiles.indices)
  func `a file that cannot be bars says why`(index: Int) throws {
    let (text, words) = Self.badFiles[index]
    let error = try #require(fault { try series(text) })
    #expect(error.code == .invalidData)
    #expect(error.description.contains(words), "\(error)")
  }

  @Test func `a misspelt column comes with its nearest name`() throws {
    let error = fault { try series("open_time,opne,high,low,close,volume\n1,1,1,1,1,1\n") }
    #expect(error?.hint == "'opne' is near 'open'" && error?.location?.line == 1)
  }

  @Test func `a truncated and a corrupt gzip are told apart from a whole one`() throws {
    let path = Folders.bundled("BTCUSDT")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = space.path("BTCUSDT-1m-cut.csv.gz")
    try data.prefix(data.count / 2).write(to: URL(fileURLWithPath: cut))
    let truncated = try #require(fault { try CSVSource(path: cut) })
    #expect(truncated.code == .invalidData && truncated.message.contains("truncated"))
    try data.prefix(data.count - 4).write(to: URL(fileURLWithPath: cut))
    #expect(fault { try CSVSource(path: cut) }?.message.contains("truncated") == true)
    var broken = data
    broken[data.count / 2] ^= 0xFF
    broken[data.count / 2 + 1] ^= 0xFF
    try broken.write(to: URL(fileURLWithPath: cut))
    #expect(fault { try CSVSource(path: cut) }?.code == .invalidData)
  }

  @Test func `a missing file and a folder are named`() throws {
    #expect(fault { try CSVSource(path: space.path("none.csv")) }?.code == .notFound)
    #expect(fault { try CSVSource(path: space.folder.path) }?.code == .invalidData)
  }

  @Test func `numbers are read to the last bit`() throws {
    let numbers = [
      "0.1", "123456789.123456789", "9007199254740993", "1.7976931348623157e308", "5e-324",
      "0.30000000000000004",
      "105573.73", "00012.5000", "99999999999999999999999", ".5", "5.", "3.141592653589793238462643",
    ]
    for number in numbers {
      let text = "time,open,high,low,close,volume\n1664582400,1,1,1,1,\(number)\n"
      #expect(try series(text, CSVOptions(resolution: minute)).volume == [Double(number) ?? .nan])
    }
  }
}
