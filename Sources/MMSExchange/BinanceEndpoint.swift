// SPDX-License-Identifier: Apache-2.0
#if Service

  import MMSCore

  /// One request to Binance: a path, its parameters and what it weighs.
  struct BinanceEndpoint {
    let path: String
    let query: [(name: String, value: String)]
    /// What Binance counts it as (https://developers.binance.com, Spot, market data endpoints).
    let weight: Int

    init(_ name: String, weight: Int, _ query: [(name: String, value: String)] = []) {
      path = "/api/v3/\(name)"
      self.query = query
      self.weight = weight
    }

    /// Values are symbols, names of intervals and whole numbers: nothing that needs escapes.
    var pathAndQuery: String {
      query.isEmpty ? path : "\(path)?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }

    /// The symbol asked for.
    var symbol: String? { query.first { $0.name == "symbol" }?.value }

    /// Checks a symbol before it becomes part of a URL.
    static func check(symbol: String) throws(MMSError) {
      let isSound =
        (1...20).contains(symbol.utf8.count)
        && symbol.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
      if isSound { return }
      let upper = symbol.uppercased()
      throw MMSError(
        .invalidValue, "symbol '\(symbol)' is not of the form BTCUSDT", path: "symbol",
        hint: upper == symbol ? nil : "did you mean '\(upper)'?")
    }
  }

#endif
