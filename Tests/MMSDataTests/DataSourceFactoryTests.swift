// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSData
import MMSStore
import Testing

struct DataSourceFactoryTests {
  let space: Workspace

  init() throws { space = try Workspace() }

  @Test func `files open by their scheme`() throws {
    let file = try space.file("TEST-1m.csv", csv(rows: 100))
    let store = try Store(path: space.path("mms.sqlite"))
    _ = try DataImporter(store: store).importFile(file)
    let csvSource = try DataSourceFactory().open("csv:\(file)")
    let database = try DataSourceFactory().open("sqlite:\(space.path("mms.sqlite"))")
    #expect(try csvSource.coverage() == database.coverage())
    #expect(csvSource.name == "csv:\(file)" && database.name == "sqlite:\(space.path("mms.sqlite"))")
    let named = try DataSourceFactory().open("csv:\(file)?symbol=OTHER&source=here")
    #expect(try named.coverage().map { "\($0.symbol) \($0.source)" } == ["OTHER here"])
  }

  static let wrong: [(uri: String, code: MMSError.Code, words: String)] = [
    ("ftp:x", .invalidValue, "unknown scheme 'ftp'"),
    ("sqlit:x", .invalidValue, "did you mean 'sqlite:'"),
    ("bars.csv.gz", .invalidValue, "did you mean 'csv:bars.csv.gz'"),
    ("csv:", .invalidValue, "names no file"),
    ("sqlite:", .invalidValue, "names no file"),
    ("csv:/no/such/file.csv", .notFound, "no file"),
    ("sqlite:/no/such/file.sqlite", .notFound, "no database"),
    ("csv:x.csv?symbl=A", .invalidValue, "did you mean 'symbol'"),
    ("csv:x.csv?resolution=soon", .invalidValue, "'soon'"),
    ("synthetic:?seed=-1", .invalidValue, "seed '-1'"),
    ("synthetic:?seed=1&seed=2", .invalidValue, "given twice"),
    ("synthetic:?days=", .invalidValue, "no value"),
    ("synthetic:?days=1e9", .invalidValue, "days"),
    ("synthetic:?price=nan", .invalidValue, "price"),
    ("synthetic:?volatility=-1", .invalidValue, "volatility -1.0"),
    ("synthetic:?resolution=0s", .invalidValue, "out of range"),
    ("synthetic:?start=2261-12-31", .invalidValue, "2261"),
    ("synthetic:file", .invalidValue, "names the file"),
  ]

  @Test(arguments: wrong.indices)
  func `a wrong URI says what is wrong`(index: Int) throws {
    let (uri, code, words) = Self.wrong[index]
    let error = try #require(fault { try DataSourceFactory().open(uri) })
    #expect(error.code == code)
    #expect(error.description.contains(words), "\(error)")
  }

  @Test func `synthetic bars follow from their parameters`() throws {
    let uri = "synthetic:?symbol=X&seed=7&price=250&volatility=0.6&start=2025-03-01&days=20&resolution=1m"
    let request = BarRequest(symbol: "X", resolution: minute)
    let bars = try DataSourceFactory().open(uri).bars(request)
    #expect(bars.count == 20 * 1440 && bars.start == SimTime(iso8601: "2025-03-01") && bars.open[0] == 250)
    #expect(bars.open.dropFirst() == bars.close.dropLast())
    #expect(try DataSourceFactory().open(uri).bars(request).close == bars.close)
    let other = try DataSourceFactory().open(uri.replacing("seed=7", with: "seed=8")).bars(request)
    #expect(other.close != bars.close)
    let returns = (0..<bars.count).map { MMSMath.log(bars.close[$0] / bars.open[$0]) }
    let variance = returns.reduce(0) { $0 + $1 * $1 } / Double(returns.count)
    let expected = 0.36 / 365 / 1440
    // The relative error of a variance over n normals is √(2/n): five of those.
    #expect(abs(variance / expected - 1) < 5 * (2 / Double(returns.count)).squareRoot())
    // Parkinson: the mean squared log range of a Brownian motion is 4 ln 2 σ² (Parkinson 1980). High and low
    // are drawn without their dependence, which leaves each one's own law but not that mean; so test the high:
    // E[ln(high/open)²] = σ² for the maximum of a Brownian motion (it is distributed as |N(0, σ²)|).
    let highs = (0..<bars.count).map { MMSMath.log(bars.high[$0] / bars.open[$0]) }
    let square = highs.reduce(0) { $0 + $1 * $1 } / Double(highs.count)
    #expect(abs(square / expected - 1) < 5 * (2 / Double(highs.count)).squareRoot())
  }
}
