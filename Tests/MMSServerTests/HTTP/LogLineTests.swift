// SPDX-License-Identifier: Apache-2.0
#if Service

import Logging
import MMSCore
import Synchronization
import Testing

@testable import MMSServer

/// The log of the service.
@Suite(.timeLimit(.minutes(3))) struct LogLineTests {
  @Test("an event is one line of JSON, whatever is in it")
  func line() throws {
    let lines = Mutex<[String]>([])
    let handler = LogLineHandler(label: "mms") { line in lines.withLock { $0.append(line) } }
    var logger = Logger(label: "mms") { _ in handler }
    logger[metadataKey: "hb.request.id"] = "7"
    logger.warning("two\nlines", metadata: ["path": "/x\"y", "list": ["a", "b"]])
    logger.debug("too small to be written")
    let written = lines.withLock { $0 }
    #expect(written.count == 1 && written[0].hasSuffix("}\n") && written[0].count { $0 == "\n" } == 1)
    let event = try JSONValue(parsing: written[0])
    #expect(event["level"] == "warning" && event["message"] == "two\nlines" && event["logger"] == "mms")
    #expect(event["request_id"] == "7" && event["path"] == "/x\"y" && event["list"] == ["a", "b"])
    #expect(SimTime(iso8601: event["time"]?.stringValue ?? "") != nil)
  }
}

#endif
