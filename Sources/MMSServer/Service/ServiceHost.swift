// SPDX-License-Identifier: Apache-2.0
#if Service

public import Logging
public import MMSCore
public import MMSRuntime

/// The whole service: the simulation service with its workers, and the doors in front of it.
public struct ServiceHost: Sendable {
  /// The service behind the doors.
  let service: SimulationService
  let configuration: ServiceConfiguration
  let logger: Logger

  /// Opens the database and starts the workers, which begin with what an earlier process left.
  ///
  /// - Parameters:
  ///   - program: The program that workers are started with: this one.
  ///   - workerArguments: What a worker is told about folders and limits.
  /// - Throws: ``MMSError/Code/usage`` for settings that contradict each other; ``MMSError/Code/unavailable`` when
  ///   the database or an endpoint cannot be used.
  public init(
    _ runtime: RuntimeConfiguration, _ configuration: ServiceConfiguration, workerArguments: [String],
    logger: Logger
  ) throws(MMSError) {
    try configuration.check()
    self.configuration = configuration
    self.logger = logger
    let service = try SimulationService(runtime, configuration, logger: logger)
    self.service = service
    try service.start { (reports) throws(MMSError) -> any TaskRunner in
      if configuration.isAlone {
        return InProcessRunner(threads: runtime.threads, reports: reports) { service.runtime }
      }
      return try Broker(
        workers: configuration.workers, endpoint: configuration.broker,
        keys: configuration.brokerKeys, deadline: configuration.taskDeadline,
        logger: logger, reports: reports,
        command: WorkerFleet.Command(
          executable: runtime.workerExecutable, arguments: ["mms", "worker", "--leashed"] + workerArguments)
      )
    }
  }

  /// Stops accepting, finishes or parks what was accepted, and ends the workers.
  func stop() async { await service.stop() }
}

extension ServiceConfiguration {
  /// Refuses settings that would open the service to anybody.
  func check() throws(MMSError) {
    for (name, address) in [("--http", http as Address?), ("--grpc", grpc)] {
      guard let address, !address.isLoopback, token == nil else { continue }
      throw MMSError(
        .usage, "\(name) \(address) is reachable from other hosts, and there is no token",
        hint: "give --token-file FILE, or listen on 127.0.0.1")
    }
    guard let broker else { return }
    let host =
      broker.hasPrefix("tcp://") ? broker.dropFirst(6).split(separator: ":").first.map(String.init) : nil
    let isLocal = broker.hasPrefix("ipc://") || host.map { Address(host: $0, port: 0).isLoopback } ?? false
    if !isLocal, brokerKeys == nil {
      throw MMSError(
        .usage, "--broker \(broker) is reachable from other hosts, and there are no keys",
        hint:
          "give --broker-keys FILE: it is written when it is not there, and copied to the workers' hosts")
    }
  }
}

#endif
