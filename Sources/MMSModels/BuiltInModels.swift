// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// The models and strategies that are compiled in.
public enum BuiltInModels {
  /// Adds every built-in model to a registry.
  ///
  /// - Throws: ``MMSCore/MMSError/Code/invalidValue`` when one of the ids is taken.
  public static func register(in registry: inout ModelRegistry) throws(MMSError) {
    try registry.register(.builtIn(scenario: HistoryScenario.self))
    try registry.register(.builtIn(scenario: StressScenario.self))
    try registry.register(.builtIn(scenario: BlockBootstrapScenario.self))
    try registry.register(.builtIn(scenario: JumpCascadeScenario.self))
    try registry.register(.builtIn(scenario: BrownianScenario.self))
    try registry.register(.builtIn(scenario: GarchTScenario.self))
    try registry.register(.builtIn(scenario: HawkesScenario.self))
    try registry.register(.builtIn(scenario: RegimeSwitchScenario.self))
    try registry.register(.builtIn(scenario: MertonScenario.self))
    try registry.register(.builtIn(scenario: HestonScenario.self))
    try registry.register(.builtIn(scenario: OrnsteinUhlenbeckScenario.self))
    try registry.register(.builtIn(fill: TouchFill.self))
    try registry.register(.builtIn(fill: QueuePositionFill.self))
    try registry.register(.builtIn(fill: VolumeShareFill.self))
    try registry.register(.builtIn(fill: ProbabilityFill.self))
    try registry.register(.builtIn(fill: KnownQueueFill.self))
    try registry.register(.builtIn(fill: RiskAverseQueueFill.self))
    try registry.register(.builtIn(fill: PowerQueueFill.self))
    try registry.register(.builtIn(fill: LogQueueFill.self))
    try registry.register(.builtIn(impact: NoImpact.self))
    try registry.register(.builtIn(impact: SquareRootImpact.self))
    try registry.register(.builtIn(impact: LinearImpact.self))
    try registry.register(.builtIn(impact: Almgren2005Impact.self))
    try registry.register(.builtIn(impact: ObizhaevaWangImpact.self))
    try registry.register(.builtIn(impact: PropagatorImpact.self))
    try registry.register(.builtIn(impact: AlmgrenChrissImpact.self))
    try registry.register(.builtIn(flow: ZeroIntelligenceFlow.self))
    try registry.register(.builtIn(flow: ContStoikovTalrejaFlow.self))
    try registry.register(.builtIn(flow: QueueReactiveFlow.self))
    try registry.register(.builtIn(flow: HawkesFlow.self))
    try registry.register(.builtIn(flow: LatentLiquidityFlow.self))
    try registry.register(.builtIn(strategy: ThresholdStrategy.self))
    try registry.register(.builtIn(strategy: BuyAndHoldStrategy.self))
    try registry.register(.builtIn(strategy: TWAPStrategy.self))
    try registry.register(.builtIn(strategy: VWAPStrategy.self))
    try registry.register(.builtIn(strategy: POVStrategy.self))
    try registry.register(.builtIn(strategy: AlmgrenChrissStrategy.self))
    try registry.register(.builtIn(strategy: AvellanedaStoikovStrategy.self))
  }
}
