// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSRuntime

#if Service
import Logging
import MMSServer
import NIOCore
import NIOPosix
#endif

/// `mms serve`: the service.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve simulations over HTTP and gRPC, run by worker processes.",
    discussion: """
      Examples:
        mms serve
        mms serve --workers 8 --redis redis://127.0.0.1:6379
        mms serve --http 0.0.0.0:50051 --token-file token --public-url https://mms.example.org
        mms serve --broker tcp://0.0.0.0:50053 --broker-keys broker.keys

      POST /simulate takes what 'mms simulate' takes; GET / is a page that runs one,
      GET /docs describes the rest. What was accepted survives the death of workers and
      of the service itself. Ends with status 0 on SIGTERM and SIGINT, after finishing
      what it can.
      """)

  @Option(help: ArgumentHelp("Where HTTP is served. (default: 127.0.0.1:50051)", valueName: "host:port"))
  var http: String?

  @Option(
    help: ArgumentHelp(
      "Where gRPC is served, or 'none'. (default: 127.0.0.1:50052)", valueName: "host:port"))
  var grpc: String?

  @Option(
    help: ArgumentHelp(
      "Worker processes; 0 runs simulations in the service and refuses plugins. (default: the processors)",
      valueName: "n"), transform: { try whole($0, 0...1024, "a number of workers") })
  var workers: Int?

  @Option(help: ArgumentHelp("Where workers of other hosts connect: tcp://HOST:PORT.", valueName: "endpoint"))
  var broker: String?

  @Option(
    name: .customLong("broker-keys"),
    help: ArgumentHelp(
      "The keys of broker and workers; written when it is not there.", valueName: "file"),
    completion: .file())
  var brokerKeys: String?

  @Option(help: ArgumentHelp("Share answers through Redis: redis://HOST:PORT.", valueName: "url"))
  var redis: String?

  @Option(
    name: .customLong("token-file"),
    help: ArgumentHelp("A file with the token that clients have to show.", valueName: "file"),
    completion: .file())
  var tokenFile: String?

  @Option(
    name: .customLong("public-url"),
    help: ArgumentHelp("What addresses in answers begin with. (default: that of --http)", valueName: "url"))
  var publicURL: String?

  @Option(
    help: ArgumentHelp(
      "What a stored row survives: the death of the 'process', or of the 'power'. (default: process)"))
  var durability: String?

  @Option(
    name: .customLong("queue-limit"),
    help: ArgumentHelp(
      "Simulations that may wait; more are refused with 429. (default: 1024)", valueName: "n"),
    transform: { try whole($0, 1...1_000_000, "a number of simulations") })
  var queueLimit: Int?

  @Option(
    name: .customLong("task-timeout"),
    help: ArgumentHelp("How long one simulation may run. (default: 300)", valueName: "seconds"),
    transform: { Double(try whole($0, 1...1_000_000, "a number of seconds")) })
  var taskTimeout: Double?

  @Option(
    name: .customLong("max-trials"),
    help: ArgumentHelp(
      "Trials of one experiment; larger ones are refused with what they would cost. (default: 100000)",
      valueName: "n"), transform: { try whole($0, 1...100_000_000, "a number of trials") })
  var maxTrials: Int?

  @OptionGroup var global: GlobalOptions

  func run() throws {
    #if Service
    // Tasks run on the threads that hold the connections: a hand-over between two pools would cost each
    // request more than its answer from the cache.
    NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    try Self.wait(for: serve)
    #else
    throw MMSError(
      .unavailable, "this mms was built without the service; build it with 'make release'")
    #endif
  }
}

#if Service

extension ServeCommand {
  /// What the options say, checked.
  func settings(processors: Int) throws(MMSError) -> ServiceConfiguration {
    var settings = ServiceConfiguration()
    if let http { settings.http = try Self.address(http, path: "http") }
    if let grpc { settings.grpc = grpc == "none" ? nil : try Self.address(grpc, path: "grpc") }
    settings.workers = workers ?? processors
    settings.broker = broker
    settings.redis = redis
    settings.publicURL = publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    if let queueLimit { settings.queueLimit = queueLimit }
    if let maxTrials { settings.trialLimit = maxTrials }
    if let taskTimeout { settings.taskDeadline = taskTimeout }
    if let durability {
      guard let known = ServiceConfiguration.Durability(rawValue: durability) else {
        throw MMSError(
          .usage, "--durability is '\(durability)'; it is 'process' or 'power'", path: "durability")
      }
      settings.durability = known
    }
    if let tokenFile { settings.token = try Self.token(tokenFile) }
    if let brokerKeys {
      guard broker != nil else {
        throw MMSError(.usage, "--broker-keys are for an endpoint; give --broker tcp://HOST:PORT too")
      }
      settings.brokerKeys = try BrokerKeys(file: brokerKeys, makes: true)
    }
    return settings
  }

  private static func address(
    _ text: String, path: String
  ) throws(MMSError) -> ServiceConfiguration.Address {
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (0...65535).contains(port)
    else {
      throw MMSError(.usage, "--\(path) is '\(text)'; write HOST:PORT, such as 127.0.0.1:50051", path: path)
    }
    var host = String(text[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return ServiceConfiguration.Address(host: host.isEmpty ? "0.0.0.0" : host, port: port)
  }

  private static func token(_ file: String) throws(MMSError) -> String {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw MMSError(.notFound, "there is no token file '\(file)'", path: "token_file")
    }
    let token = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard token.count == 1, token[0].utf8.count >= 16 else {
      throw MMSError(
        .invalidData, "the token file '\(file)' holds no token: one word of at least 16 characters",
        hint: "write one with: head -c 32 /dev/urandom | base64 > '\(file)'")
    }
    return String(token[0])
  }

  /// What a worker has to be told to find what this process finds.
  private func workerArguments(_ runtime: RuntimeConfiguration, workers: Int) -> [String] {
    var arguments: [String] = []
    if let database = runtime.database { arguments += ["--database", database] }
    for folder in runtime.scenarioDirectories { arguments += ["--scenario-path", folder] }
    for folder in runtime.dataDirectories { arguments += ["--data-path", folder] }
    for folder in runtime.pluginDirectories { arguments += ["--plugin-path", folder] }
    if runtime.isLocked { arguments.append("--locked") }
    arguments += ["--plugin-memory", "\(runtime.foreignMemory >> 20)"]
    // Processors that no worker uses help those there are.
    arguments += ["--threads", "\(max(1, runtime.threads / max(1, workers)))"]
    return arguments
  }

  private func serve() async throws {
    let runtime = global.configuration()
    let settings = try settings(processors: ProcessInfo.processInfo.activeProcessorCount)
    let level: Logger.Level =
      switch global.logLevel {
      case .error: .error
      case .info: global.quiet ? .error : .notice
      case .debug: .debug
      }
    let host = try ServiceHost(
      runtime, settings, workerArguments: workerArguments(runtime, workers: settings.workers),
      logger: ServiceHost.logger(level: level))
    try await host.run { line in if !global.quiet { Standard.complain(line) } }
  }

  /// Runs asynchronous work to its end on behalf of a verb.
  private static func wait(for work: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Outcome()
    Task.detached {
      do {
        try await work()
        outcome.end(.success(()))
      } catch {
        outcome.end(.failure(error))
      }
    }
    try outcome.wait().get()
  }

  private final class Outcome: @unchecked Sendable {
    // The semaphore orders the one write before the one read.
    private var result: Result<Void, any Error> = .success(())
    private let semaphore = DispatchSemaphore(value: 0)

    func end(_ result: Result<Void, any Error>) {
      self.result = result
      semaphore.signal()
    }

    func wait() -> Result<Void, any Error> {
      semaphore.wait()
      return result
    }
  }
}

#endif
