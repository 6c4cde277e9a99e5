// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import MMSCore
import MMSData
import MMSRuntime

#if Service
import MMSServer
#endif

/// `mms worker`: a process that runs simulations for another one.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Run simulations for a service, or for the program that started this one.",
    discussion: """
      Examples:
        mms worker --connect tcp://10.0.0.5:50053 --broker-keys worker.keys
        mms worker --stdio

      Models of plugins run in such a process only: when one of them crashes, hangs or
      eats memory, the program that asked says so and goes on. A service starts workers
      of its own; more may run on other hosts, with the same scenarios, plugins and
      data, and the key file that 'mms serve --broker-keys' wrote.
      """)

  @Flag(help: "Take requests from standard input and answer on standard output, in frames.")
  var stdio = false

  @Option(help: ArgumentHelp("The broker of a service: tcp://HOST:PORT.", valueName: "endpoint"))
  var connect: String?

  @Option(help: ArgumentHelp("What the worker is called in /status. (default: host and process)"))
  var name: String?

  @Option(
    name: .customLong("broker-keys"),
    help: ArgumentHelp("The key file of the service.", valueName: "file"), completion: .file())
  var brokerKeys: String?

  @Flag(help: ArgumentHelp("End with standard input and with the broker.", visibility: .hidden))
  var leashed = false

  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if stdio == (connect != nil) {
      throw ValidationError("a worker needs to know where requests come from: --connect ENDPOINT or --stdio")
    }
  }

  func run() throws {
    guard let connect else { return try WorkerLoop.serve(sources: .ofProgram) { SummaryText($0).text } }
    #if Service
    let isLocal = ["ipc://", "tcp://127.", "tcp://localhost"].contains { connect.hasPrefix($0) }
    guard isLocal || connect.hasPrefix("tcp://") else {
      throw MMSError(.usage, "'\(connect)' is no endpoint; write tcp://HOST:PORT", path: "connect")
    }
    if !isLocal, brokerKeys == nil {
      throw MMSError(
        .usage, "the broker '\(connect)' is on another host, and there are no keys",
        hint: "copy the file that 'mms serve --broker-keys FILE' wrote, and give it with --broker-keys")
    }
    let keys = try brokerKeys.map { file throws(MMSError) in try BrokerKeys(file: file, makes: false) }
    var configuration = global.configuration()
    configuration.threads = global.threads ?? 1
    try WorkerClient(
      configuration,
      WorkerClient.Address(
        endpoint: connect, name: name ?? "\(ProcessInfo.processInfo.hostName)-\(getpid())", keys: keys,
        isLeashed: leashed)
    ).run()
    #else
    throw MMSError(
      .unavailable, "this mms was built without the service; build it with 'make release'")
    #endif
  }
}
