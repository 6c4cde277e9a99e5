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
    return PageShell.html(
      title: sections.title, body: sections.html, data: PageData(report).json, script: PageScript.text,
      library: library)
  }
}
