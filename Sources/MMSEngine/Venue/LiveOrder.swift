// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// An order from its submission to its end, as the venue keeps it.
struct LiveOrder {
  let id: OrderID
  let parent: ParentID
  let side: Side
  var type: OrderType
  let price: Double
  let quantity: Double
  var remaining: Double
  let postOnly: Bool
  let reduceOnly: Bool
  let stopLoss: Double
  let timeToLive: Int
  /// The step at whose open it arrives.
  var activeStep: Int
  /// When it arrives in a book, nanoseconds since the Unix epoch; a step knows no times within it.
  var arrival = Int64.min
  /// The step at whose open a cancel held back by an outage reaches it.
  var cancelStep = Int.max
  /// Base units resting before it; NaN until a fill model has placed it.
  var queueAhead = Double.nan
  /// Whether it crossed the touch on arrival and still takes what it can.
  var takes = false
  var hasArrived = false
  /// Filled, but followed along the market for the probability of the fill it did not need.
  var isShadow = false
  /// Whether it is what is left of a protective stop.
  var isStop = false
  /// Whether it is the venue closing the position for want of margin.
  var isTakeover = false
  var isGone = false
  /// The step a fill model was last asked at: once a step is enough.
  var askedStep = -1
  /// Whether it executes at the mid of the row it was decided in.
  var isImmediate = false

  /// Whether it is a filled order without a time to live that is still followed.
  var isFollowed: Bool { isShadow && timeToLive == 0 && !isGone }

  /// The first step at which it no longer lives.
  var expiryStep: Int { timeToLive > 0 ? activeStep + timeToLive : Int.max }
}
