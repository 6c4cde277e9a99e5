// SPDX-License-Identifier: Apache-2.0

internal import MMSCore

/// Volatility regimes of recorded returns: a hidden Markov chain behind the logarithm of windows' realised variance.
///
/// Baum, Petrie, Soules & Weiss 1970, Ann. Math. Stat. 41: normal emissions, a fixed number of rounds from
/// equal thirds (halves) of the sorted windows.
struct RegimeFit {
  /// Volatility per √day of each regime, rising: root of the mean variance of its windows.
  let volatilities: [Double]
  /// Mean days in each regime.
  let days: [Double]
  /// Of the ways out of the middle regime, the share that goes up; ½ where there are two regimes.
  let escalation: Double

  /// Windows without which nothing is fitted.
  static let fewest = 48
  private static let rounds = 100

  /// Fits two or three regimes to variances per day of windows, at least ``fewest``, not all zero.
  init(variances: [Double], regimes: Int, windowDays: Double) {
    let mean = variances.reduce(0, +) / Double(variances.count)
    // A window without a move is as quiet as can be, not infinitely so.
    let logs = variances.map { MMSMath.log(max($0, 1e-4 * mean)) }
    var chain = HiddenChain(values: logs, states: regimes)
    for _ in 0..<Self.rounds { chain.improve(logs) }
    let weights = chain.posterior(logs)
    var found: [(variance: Double, state: Int)] = []
    for state in 0..<regimes {
      var (weight, sum) = (0.0, 0.0)
      for window in variances.indices {
        weight += weights[window * regimes + state]
        sum += weights[window * regimes + state] * variances[window]
      }
      found.append((weight > 0 ? sum / weight : mean, state))
    }
    found.sort { ($0.variance, $0.state) < ($1.variance, $1.state) }
    volatilities = found.map { $0.variance.squareRoot() }
    let most = 1 - 1 / Double(variances.count)
    days = found.map { regime in
      // Seen again after a window: e^(−window ÷ days), returns within a window left aside.
      let stays = min(most, max(0.01, chain.transition[regime.state * regimes + regime.state]))
      return -windowDays / MMSMath.log(stays)
    }
    guard regimes == 3 else {
      escalation = 0.5
      return
    }
    let row = found[1].state * 3
    let (down, up) = (chain.transition[row + found[0].state], chain.transition[row + found[2].state])
    escalation = down + up > 0 ? up / (down + up) : 0.5
  }
}

/// A Markov chain seen through normal noise.
private struct HiddenChain {
  let states: Int
  private(set) var transition: [Double]
  private var start: [Double]
  private var means: [Double] = []
  private var variances: [Double] = []
  /// Regimes of the logarithm of variance are not told apart more finely than this.
  private static let leastVariance = 1e-2

  init(values: [Double], states: Int) {
    self.states = states
    start = Array(repeating: 1 / Double(states), count: states)
    transition = Array(repeating: 0.1 / Double(states - 1), count: states * states)
    for state in 0..<states { transition[state * states + state] = 0.9 }
    let sorted = values.sorted()
    for state in 0..<states {
      let part = sorted[sorted.count * state / states..<sorted.count * (state + 1) / states]
      let mean = part.reduce(0, +) / Double(part.count)
      means.append(mean)
      variances.append(
        max(Self.leastVariance, part.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(part.count)))
    }
  }

  /// Densities of a value in each state, relative to the largest: a common factor cancels.
  private func densities(_ value: Double) -> [Double] {
    let logs = (0..<states).map {
      -0.5 * (MMSMath.log(variances[$0]) + (value - means[$0]) * (value - means[$0]) / variances[$0])
    }
    let top = logs.reduce(logs[0]) { max($0, $1) }
    return logs.map { MMSMath.exp($0 - top) }
  }

  /// Probabilities of the states given all values, and expected transitions.
  private func smoothed(_ values: [Double]) -> (states: [Double], transitions: [Double]) {
    let count = values.count
    let seen = values.map(densities)
    var forward = [Double](repeating: 0, count: count * states)
    for time in 0..<count {
      var total = 0.0
      for state in 0..<states {
        var reached = start[state]
        if time > 0 {
          reached = 0
          for from in 0..<states {
            reached += forward[(time - 1) * states + from] * transition[from * states + state]
          }
        }
        forward[time * states + state] = reached * seen[time][state]
        total += forward[time * states + state]
      }
      for state in 0..<states {
        forward[time * states + state] =
          total > 0 ? forward[time * states + state] / total : 1 / Double(states)
      }
    }
    var result = forward
    var moves = [Double](repeating: 0, count: states * states)
    var backward = [Double](repeating: 1, count: states)
    for time in stride(from: count - 2, through: 0, by: -1) {
      var (earlier, total) = ([Double](repeating: 0, count: states), 0.0)
      var pairs = [Double](repeating: 0, count: states * states)
      var all = 0.0
      for from in 0..<states {
        for to in 0..<states {
          let onward = transition[from * states + to] * seen[time + 1][to] * backward[to]
          earlier[from] += onward
          pairs[from * states + to] = forward[time * states + from] * onward
          all += pairs[from * states + to]
        }
        total += earlier[from]
      }
      if all > 0 { for index in pairs.indices { moves[index] += pairs[index] / all } }
      backward = total > 0 ? earlier.map { $0 / total } : Array(repeating: 1, count: states)
      var sum = 0.0
      for state in 0..<states {
        result[time * states + state] = forward[time * states + state] * backward[state]
        sum += result[time * states + state]
      }
      for state in 0..<states where sum > 0 { result[time * states + state] /= sum }
    }
    return (result, moves)
  }

  /// Probabilities of the states at each time, given all values.
  func posterior(_ values: [Double]) -> [Double] { smoothed(values).states }

  /// One round of expectation and maximisation.
  mutating func improve(_ values: [Double]) {
    let (weights, moves) = smoothed(values)
    for state in 0..<states {
      start[state] = weights[state]
      var (weight, sum) = (0.0, 0.0)
      for time in values.indices {
        weight += weights[time * states + state]
        sum += weights[time * states + state] * values[time]
      }
      // A state nobody is in stays where it is.
      guard weight > 1e-6 else { continue }
      means[state] = sum / weight
      var square = 0.0
      for time in values.indices {
        let difference = values[time] - means[state]
        square += weights[time * states + state] * difference * difference
      }
      variances[state] = max(Self.leastVariance, square / weight)
      var out = 0.0
      for to in 0..<states { out += moves[state * states + to] }
      guard out > 1e-6 else { continue }
      for to in 0..<states { transition[state * states + to] = moves[state * states + to] / out }
    }
  }
}
