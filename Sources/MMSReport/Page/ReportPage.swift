// SPDX-License-Identifier: Apache-2.0

public import MMSCore

/// A report as one HTML page that needs nothing else: no network, no file beside it.
///
/// The same report and the same library give the same bytes. The page holds neither the simulation's id nor a
/// time of day, so two runs of one request are one page.
public struct ReportPage: Sendable {
  private let report: JSONValue

  /// Takes a report as ``SimulationSummary/report()`` writes it, at whatever number of paths.
  public init(_ report: JSONValue) { self.report = report }

  /// The page.
  public func html(with library: ChartLibrary) -> String {
    let sections = PageSections(report)
    let data = Markup.embedded(PageData(report).json.write(pretty: false))
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'; img-src data:">
      <link rel="icon" href="data:,">
      <title>\(Markup.escape(sections.title))</title>
      <style>\(library.style)
      \(PageStyle.text)</style>
      </head>
      <body>
      \(sections.html)
      <script type="application/json" id="report-data">\(data)</script>
      <script>\(library.script)</script>
      <script>\(PageScript.text)</script>
      </body>
      </html>

      """
  }
}
