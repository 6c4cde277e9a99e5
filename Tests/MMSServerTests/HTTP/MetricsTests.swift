// SPDX-License-Identifier: Apache-2.0
#if Service

import Foundation
import HummingbirdTesting
import MMSCore
import HTTPTypes
import NIOCore
import Metrics
import Testing

@testable import MMSServer

/// What Prometheus reads.
@Suite(.timeLimit(.minutes(3))) struct MetricsTests {
  @Test("counters, gauges and histograms are written as the format demands")
  func format() {
    let registry = PrometheusRegistry()
    registry.describe("jobs_total", "Jobs, \\ and\nmore.")
    registry.describe("wait_seconds", "Waits.", buckets: [0.1, 1])
    Counter(label: "jobs_total", dimensions: [("kind", "a \"b\"\\\n")], factory: registry).increment(by: 3)
    let timer = Timer(label: "wait_seconds", factory: registry)
    for milliseconds in [50, 100, 500, 5000] { timer.recordMilliseconds(milliseconds) }
    Gauge(label: "load.ratio", factory: registry).record(0.25)
    #expect(
      registry.exposition() == #"""
        # HELP jobs_total Jobs, \\ and\nmore.
        # TYPE jobs_total counter
        jobs_total{kind="a \"b\"\\\n"} 3
        # HELP load_ratio load_ratio
        # TYPE load_ratio gauge
        load_ratio 0.25
        # HELP wait_seconds Waits.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.1"} 2
        wait_seconds_bucket{le="1"} 3
        wait_seconds_bucket{le="+Inf"} 4
        wait_seconds_sum 5.65
        wait_seconds_count 4

        """#)
  }

  @Test("/metrics counts what was asked and promtool has nothing to say about it")
  func promtool() async throws {
    let service = try TestService.shared.get()
    let door = HTTPDoor(
      host: service.host, configuration: service.configuration, registry: PrometheusRegistry(),
      logger: TestService.logger)
    let text = try await door.application.test(.router) { client in
      _ = try await client.post("/simulate", .object(APICase.request(["seed": 41])))
      _ = try await client.post("/simulate", text: "{")
      _ = try await client.execute(uri: "/nowhere", method: .get)
      let response = try await client.execute(uri: "/metrics", method: .get)
      return String(buffer: response.body)
    }
    for line in [
      #"mms_http_requests_total{method="POST",route="/simulate",status="200"} 1"#,
      #"mms_http_requests_total{method="POST",route="/simulate",status="400"} 1"#,
      #"mms_http_requests_total{method="",route="",status="404"} 1"#,
      #"mms_simulation_seconds_count{cached="false"} 1"#, "mms_http_requests_in_flight 1",
      "mms_queue_length ", "mms_workers ", "process_resident_memory_bytes ", "process_cpu_seconds_total ",
    ] { #expect(text.contains(line), "\(line) is not in\n\(text)") }

    guard
      let tool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first(
        where: FileManager.default.isExecutableFile)
    else { return print("promtool is not installed (package prometheus): its check is left out") }
    let process = Process()
    process.executableURL = URL(filePath: tool)
    process.arguments = ["check", "metrics"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let said = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
  }
}

#endif
