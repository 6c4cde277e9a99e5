// SPDX-License-Identifier: Apache-2.0

public import MMSCore

extension L2Market {
  /// Lets what we take displace the market: recorded flow does not react, so a model has to.
  ///
  /// After an execution the market we meet is the recorded one and ``MMSCore/ImpactModel/displacement`` of its mid, in whole
  /// ticks: best prices, trades and levels alike, for us a response latency later. A resting order of ours keeps its
  /// own price; where the market moves away from it, it waits behind all that stands at the level it then meets, and
  /// where the market comes to it, it fills. The temporary part of the model is not charged: what a taking order
  /// pays beyond the best price is in the levels it sweeps. The displacement fades once in each
  /// ``MMSCore/ImpactConditions/resolution``; call this before the first step.
  public mutating func push(_ model: any ImpactModel, in conditions: ImpactConditions) {
    var model = model
    model.begin(PathContext(seed: 0, path: 0, isCentral: true))
    setImpact(model.isNone ? nil : model, conditions)
  }
}
