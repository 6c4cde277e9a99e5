// SPDX-License-Identifier: Apache-2.0

import MMSCore
import MMSPluginHost

/// A DataSource is asked for the first bars of its first series.
final class SourceExercise: Exercise {
  private let source: any DataSource
  private let series: DataCoverage
  let steps: Int

  init(_ source: any DataSource, _ market: ExerciseMarket) throws(MMSError) {
    self.source = source
    guard let series = try source.coverage().first else {
      throw MMSError(.modelFailed, "source \(source.name) holds no series")
    }
    self.series = series
    steps = min(ExerciseMarket.steps, max(1, series.count))
  }

  var instance: ForeignInstance? { (source as? ForeignDataSource)?.instance }

  func begin(path: Int) throws(MMSError) {}

  func run(_ steps: Range<Int>, in pieces: Pieces, into transcript: inout Transcript) throws(MMSError) {
    for piece in pieces.cut(steps) {
      let bars: BarSeries
      do throws(MMSError) {
        bars = try source.bars(
          BarRequest(
            symbol: series.symbol, resolution: series.resolution, start: time(piece.lowerBound),
            end: time(piece.upperBound)))
      } catch {
        // A gap of the series; that it holds something at all is seen over all pieces.
        if error.code == .noData { continue }
        throw error
      }
      for index in 0..<bars.count {
        let place = "bar that closes at \(SimTime(nanoseconds: bars.time[index]))"
        transcript.add("\(place), open", bars.open[index])
        transcript.add("\(place), high", bars.high[index])
        transcript.add("\(place), low", bars.low[index])
        transcript.add("\(place), close", bars.close[index])
        transcript.add("\(place), volume", bars.volume[index])
      }
    }
  }

  private func time(_ step: Int) -> SimTime {
    SimTime(nanoseconds: series.start.nanoseconds + Int64(step) * series.resolution.nanoseconds)
  }
}
