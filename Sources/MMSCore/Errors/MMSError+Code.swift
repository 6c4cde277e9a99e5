// SPDX-License-Identifier: Apache-2.0

extension MMSError {
  /// The kind of a failure: an open set, so that adding one breaks nobody.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The stable name, as it appears in JSON.
    public let name: String
    /// The exit status of the command line.
    public let exitStatus: Int32
    /// The HTTP status of the service.
    public let httpStatus: Int
    /// The gRPC status code of the service (https://grpc.github.io/grpc/core/md_doc_statuscodes.html).
    public let grpcStatus: Int

    private init(_ name: String, exit: Int32, http: Int, grpc: Int) {
      self.name = name
      self.exitStatus = exit
      self.httpStatus = http
      self.grpcStatus = grpc
    }

    /// The stable name.
    public var description: String { name }

    // The one table of statuses. Exit statuses follow sysexits(3).

    /// A command line or request that is not of its form: 64, 400.
    public static let usage = Code("usage", exit: 64, http: 400, grpc: 3)
    /// A value that is wrong: unknown name, out of range, contradictory: 64, 422.
    public static let invalidValue = Code("invalid_value", exit: 64, http: 422, grpc: 3)
    /// A file or a set of data that is malformed: 65, 422.
    public static let invalidData = Code("invalid_data", exit: 65, http: 422, grpc: 3)
    /// Something asked for does not exist: 66, 404.
    public static let notFound = Code("not_found", exit: 66, http: 404, grpc: 5)
    /// No market data for the symbol or the period: 66, 422.
    public static let noData = Code("no_data", exit: 66, http: 422, grpc: 9)
    /// A service, file system or database that cannot be used right now: 69, 503.
    public static let unavailable = Code("unavailable", exit: 69, http: 503, grpc: 14)
    /// A queue or a limit is full; try again later: 69, 429.
    public static let exhausted = Code("exhausted", exit: 69, http: 429, grpc: 8)
    /// A deadline passed: 69, 504.
    public static let timedOut = Code("timed_out", exit: 69, http: 504, grpc: 4)
    /// A model broke its contract (not finite, out of range, failed): 65, 422.
    public static let modelFailed = Code("model_failed", exit: 65, http: 422, grpc: 9)
    /// Stopped on request: 130, 499.
    public static let interrupted = Code("interrupted", exit: 130, http: 499, grpc: 1)
    /// Our own fault: 70, 500.
    public static let `internal` = Code("internal", exit: 70, http: 500, grpc: 13)

    /// Every code, for documentation and for tests of the table.
    public static let all: [Code] = [
      .usage, .invalidValue, .invalidData, .notFound, .noData, .unavailable, .exhausted, .timedOut,
      .modelFailed, .interrupted, .internal,
    ]
  }
}
