// SPDX-License-Identifier: Apache-2.0

import Foundation
import MMSCore
import MMSModels

/// The numbers of one sale.
struct AlmgrenChrissSale {
  let (s0, X, T, sigma, epsilon, gamma, eta, lambda):
    (
      Double, Double, Double, Double, Double, Double, Double, Double
    )
  let N: Int
  /// τ: days between trades.
  var tau: Double { T / Double(N) }

  init(_ parameters: ParameterValues) throws(MMSError) {
    func number(_ name: String) -> Double { parameters.number(name) }
    s0 = number("s0")
    X = number("X")
    T = number("T")
    sigma = number("sigma")
    epsilon = number("epsilon")
    gamma = number("gamma")
    eta = number("eta")
    lambda = number("lambda")
    N = parameters.integer("N")
    guard tau * 86_400 >= 0.01 else {
      throw MMSError(
        .invalidValue,
        "T ÷ N = \(tau) days is less than 10 ms between trades: T (\(T)) is too short for N (\(N))",
        path: "param.N", hint: "lower N or raise T")
    }
    do throws(MMSError) {
      _ = try schedule()
    } catch {
      var named = error
      named.path = error.path.map { "param.\($0)" }
      throw named
    }
  }

  func schedule() throws(MMSError) -> AlmgrenChrissSchedule {
    try AlmgrenChrissSchedule(
      quantity: X, horizon: T, periods: N, riskAversion: lambda, volatility: sigma, permanent: gamma,
      temporary: eta)
  }

  /// The model is linear and the price arithmetic, so both can fall below zero, where no market trades.
  func check(_ formula: AlmgrenChrissFormula) throws(MMSError) {
    var worst = 0.0
    for (index, trade) in formula.trades.enumerated() {
      let sold = X - formula.holdings[index]
      worst = max(worst, gamma * max(sold, index + 1 == N ? X : 0) + epsilon + eta * trade / tau)
    }
    // Six deviations: fewer than one path in 10⁸ goes further.
    let noise = 6 * sigma * T.squareRoot()
    guard worst + noise < 0.98 * s0 else {
      throw MMSError(
        .invalidValue,
        "impact (up to \(worst)) and six deviations of the price (\(noise)) would take s0 = \(s0) to zero",
        path: "param.s0", hint: "raise s0, or lower X, gamma, eta, epsilon, sigma, T or lambda")
    }
  }
}

/// The paper's closed forms, in the C library's arithmetic.
struct AlmgrenChrissFormula {
  let kappa: Double
  let trades: [Double]
  /// x_0 … x_{N−1}.
  let holdings: [Double]
  let expectedShortfall: Double
  /// √V.
  let deviation: Double
  /// The same where what was moved for good moves on with the price, as fractions do.
  let deviationWithMovingImpact: Double

  init(_ sale: AlmgrenChrissSale) {
    let (X, N, tau) = (sale.X, sale.N, sale.tau)
    let net = sale.eta - sale.gamma * tau / 2
    // cosh(κτ) − 1 = 2 sinh²(κτ ÷ 2).
    let k = 2 * asinh((sale.lambda * sale.sigma * sale.sigma / net).squareRoot() * tau / 2)
    kappa = k / tau
    // n_j = X·2 sinh(κτ ÷ 2)·cosh(κ(T − t_{j−½})) ÷ sinh(κT), with e^(κT) divided out.
    let trades = (1...N).map { j in
      guard k > 0 else { return X / Double(N) }
      let far = exp(-2 * k * (Double(N - j) + 0.5))
      return X * exp(-k * Double(j - 1)) * (expm1(-k) / expm1(-2 * k * Double(N))) * (1 + far)
    }
    self.trades = trades
    var (left, squares, fractional) = (0.0, 0.0, 0.0)
    var holdings: [Double] = []
    for trade in trades.reversed() {
      let weight = left * (1 - sale.gamma * (X - left) / sale.s0)
      squares += left * left
      fractional += weight * weight
      left += trade
      holdings.append(left)
    }
    self.holdings = holdings.reversed()
    let perTrade = sale.sigma * tau.squareRoot()
    deviation = perTrade * squares.squareRoot()
    deviationWithMovingImpact = perTrade * fractional.squareRoot()
    expectedShortfall =
      0.5 * sale.gamma * X * X + sale.epsilon * X + net / tau * trades.reduce(0) { $0 + $1 * $1 }
  }
}
