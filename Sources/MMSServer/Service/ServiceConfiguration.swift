// SPDX-License-Identifier: Apache-2.0
#if Service

/// How a service host is set up.
public struct ServiceConfiguration: Sendable {
  /// What a stored row survives.
  public enum Durability: String, Sendable, CaseIterable {
    /// The death of the process.
    case process
    /// The loss of power.
    case power
  }

  /// An address to listen on.
  public struct Address: Sendable, Hashable, CustomStringConvertible {
    /// A name or an IP address.
    public var host: String
    /// The port; 0 lets the system choose.
    public var port: Int

    /// Names an address.
    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// `HOST:PORT`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    /// Whether only this machine reaches it.
    public var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
  }

  /// Where HTTP is served.
  public var http = Address(host: "127.0.0.1", port: 50051)
  /// Where gRPC is served; nil for nowhere.
  public var grpc: Address? = Address(host: "127.0.0.1", port: 50052)
  /// Worker processes; 0 runs simulations in this process and refuses plugins.
  public var workers = 1
  /// The broker's ZeroMQ endpoint for workers started elsewhere; nil for local ones only.
  public var broker: String?
  /// The keys for the broker's endpoint; needed beyond loopback.
  public var brokerKeys: BrokerKeys?
  /// Redis, as `redis://HOST:PORT[/DB]`; nil for none.
  public var redis: String?
  /// What clients have to say: `Authorization: Bearer TOKEN`; nil lets everybody in.
  public var token: String?
  /// What addresses in answers begin with; nil for `http://` and the address HTTP is served on.
  public var publicURL: String?
  /// What a stored row survives.
  public var durability = Durability.process
  /// The most tasks that may wait; beyond it requests are refused with 429.
  public var queueLimit = 1024
  /// The most trials of one experiment; larger ones are refused with what they would cost.
  public var trialLimit = 100_000
  /// Whether processes of comparisons and experiments let those of simulations go first.
  public var studiesGiveWay = true
  /// How long a task may take from dispatch to answer, in seconds.
  public var taskDeadline = 300.0
  /// How long requests may wait at shutdown for their answers, in seconds; what is left stays pending.
  public var shutdownGrace = 20.0
  /// The most answers kept in memory.
  public var cacheEntries = 10_000
  /// The longest body of a request, in bytes.
  public var bodyLimit = 1 << 20
  /// How long a client may take to send a request's head, in seconds.
  public var headerSeconds = 10.0
  /// The most connections at once.
  public var connectionLimit = 1024

  /// Whether there are no processes but the service's own.
  var isAlone: Bool { workers == 0 && broker == nil }

  /// The specification's defaults.
  public init() {}
}

#endif
