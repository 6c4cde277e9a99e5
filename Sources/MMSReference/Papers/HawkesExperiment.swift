// SPDX-License-Identifier: Apache-2.0

public import MMSCore
import MMSModels
import MMSStudy

/// Hawkes 1971: how many events a self-exciting process has in a span, and how much that varies.
public enum HawkesExperiment: PublishedExperiment {
  /// The name on the command line.
  public static let name = "hawkes"
  /// What is run.
  public static let summary =
    "Events of a stationary Hawkes process with exponential kernel within t: mean rate, and variance ÷ mean."
  /// Where it was published.
  public static let source =
    "Hawkes 1971, Spectra of some self-exciting and mutually exciting point processes, Biometrika 58:83-90; "
    + "Fano factor by integrating its covariance density"
  /// The kernel, the span and the sample.
  public static let parameters = [
    ParameterSchema(
      "mu", minimum: 0, minimumIsExclusive: true, default: .number(1.2),
      "Events per unit of time that nothing brought on."),
    ParameterSchema(
      "alpha", minimum: 0, default: .number(0.6), "What an event adds to the intensity; below beta."),
    ParameterSchema(
      "beta", minimum: 0, minimumIsExclusive: true, default: .number(0.8), "How fast that fades."),
    ParameterSchema(
      "t", minimum: 0, minimumIsExclusive: true, default: .number(10), "The span in which events are counted."
    ),
    ParameterSchema(
      "paths", .integer, minimum: 100, maximum: 10_000_000, default: .integer(60_000), "Independent spans."),
  ]

  private static let fewestEvents = 100.0
  private static let mostDraws = 1e9

  /// Counts the events of the process that drives `scenario/Hawkes-v1`, from its stationary law on.
  public static func run(
    _ parameters: ParameterValues, seed: UInt64, threads: Int
  ) throws(MMSError) -> [ExperimentResult] {
    let (span, paths) = (parameters.number("t"), parameters.integer("paths"))
    let process: HawkesProcess
    do throws(MMSError) {
      process = try HawkesProcess(
        mu: parameters.number("mu"), alpha: parameters.number("alpha"), beta: parameters.number("beta"))
    } catch {
      var named = error
      named.path = error.path.map { "param.\($0)" }
      throw named
    }
    let events = process.meanIntensity * span
    let draws = (2 * events + process.startDraws) * Double(paths)
    guard events * Double(paths) >= fewestEvents, draws <= mostDraws else {
      let isFew = events * Double(paths) < fewestEvents
      throw MMSError(
        .invalidValue,
        "\(paths) paths over t = \(span) at mu = \(process.mu), alpha = \(process.alpha), beta = \(process.beta) "
          + (isFew ? "have hardly an event to count" : "take about \(draws) draws, more than \(mostDraws)"),
        path: "param.paths", hint: isFew ? "raise t or paths" : "lower t or paths, or alpha against beta")
    }
    let groups = OrderedWork.groups(of: paths)
    let counts = OrderedWork.map(groups.count, threads: threads) { group in
      groups[group].map { path in
        var process = process
        let random = RandomSource(seed: seed, path: UInt64(path), role: .scenario)
        process.startStationary(random, step: -1)
        return Double(process.advance(by: span, random, step: 0))
      }
    }.flatMap { $0 }
    let moments = SampleMoments(counts)
    let (mean, variance) = (moments.mean, moments.variance)
    let fano = mean > 0 ? variance / mean : .nan
    // By the influence function ((x − m)² − v) ÷ m − (x − m)·v ÷ m².
    var square = 0.0
    for count in counts {
      let difference = count - mean
      let influence = (difference * difference - variance - difference * fano) / mean
      square += influence * influence
    }
    let fanoError = square.squareRoot() / Double(paths)
    return [
      .sampled(
        "intensity", (mean / span, moments.meanError / span), expected: process.meanIntensity),
      .sampled("fano", (fano, fanoError), expected: process.fano(over: span)),
    ]
  }
}
