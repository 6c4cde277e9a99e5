// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import Synchronization
import Testing

@testable import MMSServer

@Suite("Flight")
struct FlightTests {
  private static func flight(isDetached: Bool = false) -> Flight {
    Flight(key: "k", stamp: WorldStamp.Value(contents: "", plugins: ""), isDetached: isDetached)
  }

  @Test("A task whose client left before it was committed is not handed on")
  func leftBeforeCommit() {
    let flight = Self.flight()
    #expect(flight.abandon() == nil)
    let isSubmitted = Mutex(false)
    #expect(!flight.begin(as: "sim_20241201_001") { isSubmitted.withLock { $0 = true } })
    #expect(!isSubmitted.withLock { $0 })
    #expect(flight.id == nil)
  }

  @Test("A task whose client leaves afterwards is handed on first, and has an id to give up")
  func leftAfterCommit() {
    let flight = Self.flight()
    let isSubmitted = Mutex(false)
    #expect(flight.begin(as: "sim_20241201_001") { isSubmitted.withLock { $0 = true } })
    #expect(isSubmitted.withLock { $0 })
    #expect(flight.abandon() == "sim_20241201_001")
  }

  @Test("Who waits for the id is told it, or why there is none")
  func committedID() async throws {
    let flight = Self.flight(isDetached: true)
    async let early = flight.committedID()
    try await Task.sleep(for: .milliseconds(20))
    #expect(flight.begin(as: "sim_20241201_001") {})
    let told = try await early
    #expect(told == "sim_20241201_001")
    #expect(try await flight.committedID() == "sim_20241201_001")

    let refused = Self.flight(isDetached: true)
    let waiting = Task { try await refused.committedID() }
    try await Task.sleep(for: .milliseconds(20))
    refused.end(.failure(MMSError(.unavailable, "the disk is full")))
    await #expect(throws: MMSError.self) { try await waiting.value }
    await #expect(throws: MMSError.self) { try await refused.committedID() }
  }

  @Test("Who waits for the result is told when the task is not accepted")
  func refused() async {
    let flight = Self.flight()
    flight.end(.failure(MMSError(.unavailable, "the disk is full")))
    await #expect(throws: MMSError.self) { try await flight.wait {} }
  }
}

#endif
