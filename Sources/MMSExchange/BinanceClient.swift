// SPDX-License-Identifier: Apache-2.0
#if Service

  public import MMSCore
  import NIOCore
  import Synchronization

  /// Asks Binance's public REST interface for market data, within the exchange's limits.
  ///
  /// Calls block the calling thread. Every request ends: its attempts, their times and the waits between them
  /// are bounded. Safe to use from any thread; all requests of a client share its limits.
  public final class BinanceClient: Sendable {
    /// What was asked and waited for so far.
    public struct Statistics: Sendable, Hashable {
      /// Requests sent, repeated ones counted again.
      public internal(set) var requests = 0
      /// Requests sent again after a fault.
      public internal(set) var retries = 0
      /// All waits together.
      public internal(set) var waited = SimDuration(nanoseconds: 0)
    }

    struct State {
      var statistics = Statistics()
      var budget: RequestBudget
      var breaker: CircuitBreaker
      var backoff: Backoff
    }

    /// How the client behaves.
    public let options: BinanceOptions
    let clock: any ExchangeClock
    private let transport: HTTPTransport
    private let state: Mutex<State>

    /// Makes a client; nothing is connected yet.
    ///
    /// - Throws: ``MMSError/Code/invalidValue`` for a base URL that is none.
    public init(_ options: BinanceOptions = BinanceOptions(), clock: any ExchangeClock = SystemClock())
      throws(MMSError)
    {
      try options.check()
      self.options = options
      self.clock = clock
      transport = HTTPTransport(
        connect: options.connectTimeout, read: options.readTimeout, overall: options.overallTimeout,
        maximumBody: options.maximumBody)
      state = Mutex(
        State(
          budget: RequestBudget(limit: options.weightPerMinute),
          breaker: CircuitBreaker(threshold: options.breakerThreshold, coolDown: options.breakerCoolDown),
          backoff: Backoff(base: options.backoffBase, cap: options.backoffCap, seed: options.seed)))
    }

    /// What was asked and waited for so far.
    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// What the circuit breaker lets through.
    public var breaker: CircuitBreaker.State { state.withLock { $0.breaker.state } }

    /// Asks until there is a usable answer, at most as often as the options say.
    ///
    /// - Parameter read: Makes a value of the answer; an answer it refuses counts as a failure.
    func get<Value>(
      _ endpoint: BinanceEndpoint, read: (JSONValue) throws(MMSError) -> Value
    ) throws(MMSError) -> Value {
      var failures = 0
      var last: BinanceFault?
      for attempt in 1...options.attempts {
        try waitForTurn(endpoint, isFirst: attempt == 1, after: last)
        state.withLock {
          $0.statistics.requests += 1
          if attempt > 1 { $0.statistics.retries += 1 }
        }
        do throws(BinanceFault) {
          let value = try ask(endpoint, read)
          state.withLock { $0.breaker.answered() }
          return value
        } catch {
          last = error
          try note(error, endpoint)
          if case .transient(let text, _) = error {
            failures += 1
            // After the last attempt nobody waits.
            if attempt < options.attempts {
              let wait = state.withLock { $0.backoff.wait(afterFailures: failures) }
              pause(wait, "\(endpoint.path): \(text); asking again")
            }
          }
        }
      }
      throw last?.report(endpoint, options, attempts: options.attempts)
        ?? MMSError(.internal, "\(endpoint.path) was never asked; report this")
    }

    private func ask<Value>(
      _ endpoint: BinanceEndpoint, _ read: (JSONValue) throws(MMSError) -> Value
    ) throws(BinanceFault) -> Value {
      let reply: HTTPReply
      do throws(TransportFault) {
        reply = try transport.get(options.baseURL + endpoint.pathAndQuery)
      } catch {
        throw .transient(error.text, isTimeOut: error.isTimeOut)
      }
      let now = clock.now()
      if let used = reply.number("x-mbx-used-weight-1m") ?? reply.number("x-mbx-used-weight") {
        state.withLock { $0.budget.note(used: used, at: now) }
      }
      if let fault = BinanceFault(reply, endpoint, now: now) { throw fault }
      guard let text = String(validating: reply.body.readableBytesView, as: UTF8.self) else {
        throw .transient("the answer is not UTF-8", isTimeOut: false)
      }
      do throws(MMSError) {
        return try read(try JSONValue(parsing: text, file: endpoint.path))
      } catch {
        throw .transient("the answer is unusable: \(error)", isTimeOut: false)
      }
    }

    /// Takes note of a fault; throws those that asking again cannot mend.
    private func note(_ fault: BinanceFault, _ endpoint: BinanceEndpoint) throws(MMSError) {
      switch fault {
      case .final(let error):
        state.withLock { $0.breaker.answered() }
        throw error
      case .throttled(_, let until):
        state.withLock {
          $0.breaker.answered()
          $0.budget.pause(until: until)
        }
      case .transient:
        let now = clock.now()
        let opened = state.withLock { $0.breaker.failed(at: now) }
        if opened {
          options.notice(
            "Binance keeps failing; the next request waits \(options.breakerCoolDown)")
        }
      }
    }

    /// Waits until limits and breaker allow a request.
    private func waitForTurn(
      _ endpoint: BinanceEndpoint, isFirst: Bool, after last: BinanceFault?
    ) throws(MMSError) {
      // Each pass waits for one reason; threads that share the client may find another one afterwards.
      for _ in 0..<32 {
        let now = clock.now()
        let obstacle = state.withLock { state -> (until: SimTime, reason: String, isBreaker: Bool)? in
          if let until = state.budget.obstacle(to: endpoint.weight, at: now) {
            let isPause = state.budget.pausedUntil > now
            let reason = isPause ? "as Binance asks" : "for the next minute: the weight of this one is used"
            return (until, reason, false)
          }
          if let until = state.breaker.admit(at: now) { return (until, "since Binance keeps failing", true) }
          state.budget.take(endpoint.weight)
          return nil
        }
        guard let (until, reason, isBreaker) = obstacle else { return }
        let wait = until - now
        // Somebody else's failures are no reason to wait: the caller may have another way.
        if isFirst, isBreaker {
          throw MMSError(
            .unavailable,
            "\(options.baseURL) failed too often in a row and is left alone until \(until); try again then")
        }
        guard wait <= options.maximumWait else {
          let why = last.map { " (\($0.text))" } ?? ""
          throw MMSError(
            .exhausted,
            "\(options.baseURL) takes no requests from here until \(until)\(why); run this again after that, what"
              + " is stored stays")
        }
        pause(wait, "waiting \(reason)")
      }
      throw MMSError(
        .exhausted, "\(options.baseURL) is asked by too many threads at once; run fewer of them")
    }

    private func pause(_ span: SimDuration, _ reason: String) {
      if span.seconds >= 0.5 { options.notice("\(reason): \(Int(span.seconds.rounded(.up))) s") }
      clock.sleep(span)
      state.withLock { $0.statistics.waited.nanoseconds += span.nanoseconds }
    }
  }

#endif
