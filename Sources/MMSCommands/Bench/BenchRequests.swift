// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSEngine
import MMSRuntime

/// Simulations that are asked for as a service is asked, to be measured as runs.
enum BenchRequests {
  /// Reads a request, or a list of them.
  static func read(_ path: String) throws(MMSError) -> [SimulationRequest] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw MMSError(.noData, "cannot read the request '\(path)'")
    }
    let document = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    guard case .array(let items) = document else { return [try SimulationRequest(json: document)] }
    var requests: [SimulationRequest] = []
    for item in items { requests.append(try SimulationRequest(json: item)) }
    guard !requests.isEmpty else { throw MMSError(.invalidData, "there is no request in '\(path)'") }
    return requests
  }
}

extension Benchmark {
  /// The first path of every request, one after the other on one thread; nothing but the runs inside the clock.
  static func requests(_ requests: [SimulationRequest]) -> Benchmark {
    Benchmark(name: "request") { (bench) throws(MMSError) in
      var configuration = bench.runtime.configuration
      configuration.database = nil
      configuration.sharesPreparations = true
      let runtime = try Runtime(configuration)
      var seats: [Seat] = []
      var steps = 0
      for request in requests {
        if let foreign = try runtime.foreignModels(of: request).first {
          throw MMSError(
            .invalidValue, "\(foreign.descriptor.id) of \(foreign.origin) is not measured in this process",
            hint: "run 'mms plugin bench': it measures plugins in a process of their own")
        }
        let plan = try runtime.prepare(request).plan
        steps += plan.context.steps
        seats.append(Seat(try PathRunner(plan)))
      }
      var (fills, equity) = (0, 0.0)
      let reading = try Stopwatch.nanoseconds(per: steps, "step") { () throws(MMSError) in
        for index in seats.indices {
          let result = try seats[index].runner.run(path: opaque(0))
          if index == 0 { (fills, equity) = (result.fillCount, result.finalEquity) }
        }
      }
      return Reading(
        value: reading.value, unit: reading.unit,
        detail: reading.detail + "; \(Figures.count(requests.count, "request")), the first:"
          + " \(Figures.count(fills, "fill")), equity \(Figures.plain(equity, 4))")
    }
  }
}

/// A runner among others, which no array can hold by itself.
private final class Seat {
  var runner: PathRunner

  init(_ runner: consuming PathRunner) { self.runner = runner }
}
