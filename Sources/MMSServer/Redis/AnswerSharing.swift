// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSRuntime
import Synchronization

/// Answers that instances of the service share through Redis, under a digest of everything that decides them.
///
/// The digest of the bars is part of the key, and known once a run has read them: the first request for a market
/// runs here even when another instance knows its answer.
final class AnswerSharing: Sendable {
  /// How long Redis keeps an answer, in seconds.
  static let lifetime = 86_400

  private let link: RedisLink
  private let digests = Mutex<(stamp: String, known: [String: String])>(("", [:]))

  /// Connects, now or as soon as Redis is there.
  ///
  /// - Parameter invalidated: Told when another instance has changed what answers depend on.
  init(url: String, invalidated: @escaping @Sendable () -> Void) throws(MMSError) {
    link = try RedisLink(url: url)
    link.onInvalidation = invalidated
  }

  /// Whether Redis answers.
  var isConnected: Bool { link.isConnected }

  /// How it goes, for people.
  var json: JSONValue {
    let figures = link.figures
    return [
      "connected": .bool(link.isConnected), "hits": .integer(Int64(figures.hits)),
      "misses": .integer(Int64(figures.misses)), "timeouts": .integer(Int64(figures.timeouts)),
      "dropped": .integer(Int64(figures.dropped)), "reason": figures.reason.map { .string($0) } ?? .null,
    ]
  }

  /// An answer that some instance has found; nil when none is known in time.
  func find(
    _ request: SimulationRequest, _ runtime: Runtime, stamp: WorldStamp.Value
  ) async -> ResultCache.Entry? {
    guard link.isConnected, let key = key(of: request, runtime, stamp: stamp),
      let bytes = await link.get(key),
      let text = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
      let id = text["id"]?.stringValue, let header = text["header"], let body = text["body"]?.stringValue,
      let document = AnswerDocument(header: header, body: body)
    else { return nil }
    return ResultCache.Entry(id: id, document: document)
  }

  /// Tells the others an answer.
  func keep(
    _ entry: ResultCache.Entry, of request: SimulationRequest, _ runtime: Runtime, stamp: WorldStamp.Value
  ) {
    guard let identity = try? runtime.identity(of: request) else { return }
    digests.withLock { digests in
      if digests.stamp != stamp.text || digests.known.count > 4096 { digests = (stamp.text, [:]) }
      digests.known[identity.bars] = entry.document.dataDigest
    }
    let text: JSONValue = [
      "id": .string(entry.id), "header": .object(entry.document.header), "body": .string(entry.document.body),
    ]
    link.set(
      Self.key(identity.models, entry.document.dataDigest), Array(text.write(pretty: false).utf8),
      seconds: Self.lifetime)
  }

  /// Tells the others that what answers depend on has changed.
  func invalidate() { link.publishInvalidation() }

  /// Tells the others what the workers here do.
  func show(_ workers: [RunnerFigures.Worker]) {
    for worker in workers {
      link.setWorker(
        worker.name,
        [
          ("process", "\(worker.process)"), ("simulation_id", worker.task ?? ""), ("done", "\(worker.done)"),
        ], seconds: 60)
    }
  }

  /// Ends the connection.
  func close() { link.close() }

  private func key(of request: SimulationRequest, _ runtime: Runtime, stamp: WorldStamp.Value) -> String? {
    guard let identity = try? runtime.identity(of: request) else { return nil }
    let digest = digests.withLock { $0.stamp == stamp.text ? $0.known[identity.bars] : nil }
    return digest.map { Self.key(identity.models, $0) }
  }

  private static func key(_ models: String, _ bars: String) -> String {
    "mms:answer:" + SHA256.hex(of: "\(models)\u{0}\(bars)")
  }
}

#endif
