// SPDX-License-Identifier: Apache-2.0

extension [DataCoverage] {
  /// The one series that answers a request: the origin asked for, else the one with the latest end.
  ///
  /// Every source chooses by this rule, so that the same request means the same bars everywhere.
  ///
  /// - Throws: ``MMSError/Code/noData`` naming what there is.
  public func choice(for request: BarRequest, in name: String) throws(MMSError) -> DataCoverage {
    let ofSymbol = filter { $0.symbol == request.symbol }
    if ofSymbol.isEmpty {
      throw MMSError(
        .noData,
        isEmpty
          ? "\(name) holds no bars at all, so none of \(request.symbol); import some first"
          : "\(name) holds no bars of '\(request.symbol)'",
        path: "symbol", hint: Suggestion.hint(for: request.symbol, among: names(\.symbol)))
    }
    let ofResolution = ofSymbol.filter { $0.resolution == request.resolution }
    if ofResolution.isEmpty {
      let held = ofSymbol.names(\.resolution.description).joined(separator: ", ")
      throw MMSError(
        .noData,
        "\(name) holds no \(request.resolution) bars of \(request.symbol); its resolutions: \(held)")
    }
    let fitting = ofResolution.filter { request.source == nil || $0.source == request.source }
    // Latest end first, then the name that sorts first.
    guard let best = fitting.min(by: { ($1.end, $0.source) < ($0.end, $1.source) }) else {
      let wanted = request.source ?? ""
      throw MMSError(
        .noData,
        "\(name) holds no \(request.resolution) bars of \(request.symbol) from '\(wanted)'",
        path: "source", hint: Suggestion.hint(for: wanted, among: ofResolution.names(\.source)))
    }
    return best
  }

  private func names(_ property: KeyPath<DataCoverage, String>) -> [String] {
    Set(map { $0[keyPath: property] }).sorted()
  }
}

extension BarSeries {
  /// The rows a request asks for, from a series that holds them all.
  ///
  /// - Throws: ``MMSError/Code/noData`` naming the span held, when no row is in the span.
  public func rows(for request: BarRequest, in name: String) throws(MMSError) -> BarSeries {
    let first = request.start.map { firstRow(atOrAfter: $0 + resolution) } ?? 0
    let end = request.end.map { firstRow(atOrAfter: SimTime(nanoseconds: $0.nanoseconds + 1)) } ?? count
    if first == 0, end == count, count > 0 { return self }
    guard first < end else { throw .noBars(of: self.symbol, in: name, held: start, to: self.end, request) }
    return rows(first..<end)
  }
}

extension MMSError {
  /// No bar of a symbol lies in the span of a request.
  public static func noBars(
    of symbol: String, in name: String, held start: SimTime?, to end: SimTime?, _ request: BarRequest
  ) -> MMSError {
    let wanted = "\(request.start?.description ?? "the start") … \(request.end?.description ?? "the end")"
    guard let start, let end else { return MMSError(.noData, "\(name) holds no bars of \(symbol)") }
    return MMSError(
      .noData, "\(name) holds no bars of \(symbol) in \(wanted); it reaches from \(start) to \(end)")
  }
}
