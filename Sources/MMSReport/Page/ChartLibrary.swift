// SPDX-License-Identifier: Apache-2.0

/// The texts of dygraphs, the charting library that pages carry inside them.
///
/// It is installed on the machine that writes a page (Debian and Ubuntu: `libjs-dygraphs`), never needed by the one
/// that shows it.
public struct ChartLibrary: Sendable {
  /// The files a folder of the library must hold, in the order of ``init(script:synchronizer:style:)``.
  public static let files = ["dygraph.min.js", "extras/synchronizer.js", "dygraph.min.css"]
  /// Where Debian and Ubuntu put it.
  public static let installedFolder = "/usr/share/javascript/dygraphs"

  let script: String
  let style: String

  /// Takes the files' texts.
  public init(script: String, synchronizer: String, style: String) {
    self.script = Self.embeddable(script) + "\n" + Self.embeddable(synchronizer)
    self.style = Self.embeddable(style)
  }

  /// A text without the address of its source map, which browsers would ask for, and without an end of its element.
  private static func embeddable(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("sourceMappingURL=") }
      .joined(separator: "\n")
      .replacing("</script", with: "<\\/script").replacing("</style", with: "<\\/style")
  }
}
