// SPDX-License-Identifier: Apache-2.0

/// What a ``ScenarioModel`` asks of the engine.
public struct ScenarioRequirements: Sendable, Hashable {
  /// The model reads the whole history before the first step and so knows the future of the recorded
  /// market; the causality test permutes the generated market instead.
  public var wholeHistory: Bool
  /// Steps in a block of a model that reacts to our own trading; part of the model's version.
  ///
  /// It is called in blocks of exactly this many steps (the last may be shorter), each time with our flow
  /// of the block before. Nil: the engine chooses the block, and the result may not depend on it.
  public var feedbackSteps: Int?
  /// The model changes nothing: the engine may skip the call and share the recorded columns.
  public var leavesHistory: Bool
  /// The model writes prices of its own: paths differ by its draws, and history is not resampled for them.
  public var writesPrices: Bool

  /// States requirements; by default none.
  public init(
    wholeHistory: Bool = false, feedbackSteps: Int? = nil, leavesHistory: Bool = false,
    writesPrices: Bool = false
  ) {
    self.wholeHistory = wholeHistory
    self.feedbackSteps = feedbackSteps
    self.leavesHistory = leavesHistory
    self.writesPrices = writesPrices
  }
}

/// Our own trading during one block, as a ScenarioModel sees it.
public struct OwnFlow: Sendable, Hashable {
  /// Base units bought less base units sold.
  public var netQuantity: Double

  /// Our flow; by default none.
  public init(netQuantity: Double = 0) { self.netQuantity = netQuantity }
}

/// A step of a path that a model names when the path begins, such as the crash.
public struct ScenarioAnchor: Sendable, Hashable {
  /// The name events refer to.
  public var name: String
  /// The step, from 0.
  public var step: Int

  /// Names a step.
  public init(name: String, step: Int) {
    self.name = name
    self.step = step
  }
}

/// Rewrites market columns, block by block: recorded market in, scenario's market out.
///
/// Order of calls: `init` once; ``prepare(history:context:)`` once per simulation; then for each path, on a
/// copy, ``begin(_:)`` once and ``advance(_:rows:flow:random:)`` for consecutive rows until the period ends.
/// Calls for one path come from one thread; copies run on many threads at once.
///
/// A model may not allocate per step after its first blocks, read a clock or a file, draw from anything
/// but the given source, or look at rows beyond the given range. It sees the undisplaced market: never
/// prices our own trading has moved, only our ``OwnFlow``.
public protocol ScenarioModel: Model {
  /// What the model asks of the engine; fixed after `init`.
  var requirements: ScenarioRequirements { get }

  /// Steps named by this path, valid after ``begin(_:)``.
  var anchors: [ScenarioAnchor] { get }

  /// Steps from the start of this path that stay as recorded, valid after ``begin(_:)``.
  ///
  /// The engine may trade them on the recorded columns without a call; the first ``advance(_:rows:flow:random:)``
  /// then comes at the last whole block of ``ScenarioRequirements/feedbackSteps`` within them, without our flow
  /// before it, and its bytes must be those of a path shown from step 0.
  var untouchedSteps: Int { get }

  /// Looks at the recorded market before the first path: fits, means, levels.
  ///
  /// - Parameters:
  ///   - history: The window's recorded rows; negative steps are warm-up.
  ///   - context: What is fixed for the simulation.
  /// - Throws: ``MMSError/Code/modelFailed`` or ``MMSError/Code/noData`` when the history is too short for a fit.
  mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError)

  /// Starts a path: forgets every trace of an earlier one and draws what the path fixes in advance.
  mutating func begin(_ path: PathContext) throws(MMSError)

  /// Rewrites rows in place.
  ///
  /// Any split of the rows into calls must give the same bytes (unless ``ScenarioRequirements/feedbackSteps``
  /// fixes the split).
  ///
  /// - Parameters:
  ///   - block: Rows before the range are final and may be read; rows in it hold the recorded market.
  ///   - rows: The rows to rewrite, contiguous with the last call's.
  ///   - flow: Our own trading in the block before, for models with feedback.
  ///   - random: The path's draws for role scenario; address them by step.
  /// - Throws: ``MMSError/Code/modelFailed``; the path ends with it.
  mutating func advance(
    _ block: inout MarketBlock, rows: Range<Int>, flow: OwnFlow, random: RandomSource
  ) throws(MMSError)
}

extension ScenarioModel {
  /// Nothing asked.
  public var requirements: ScenarioRequirements { ScenarioRequirements() }
  /// No named steps.
  public var anchors: [ScenarioAnchor] { [] }
  /// Every step has to be shown.
  public var untouchedSteps: Int { 0 }
  /// Nothing to prepare.
  public mutating func prepare(history: borrowing MarketBlock, context: MarketContext) throws(MMSError) {}
  /// Nothing to forget.
  public mutating func begin(_ path: PathContext) throws(MMSError) {}
}
