// SPDX-License-Identifier: Apache-2.0

import MMSCore

/// What every page that stands alone has in common.
enum PageShell {
  /// A page with its numbers, its script and the library that draws.
  ///
  /// - Parameters:
  ///   - body: HTML, escaped already.
  ///   - data: What the script draws, small enough to be looked at.
  static func html(
    title: String, body: String, data: JSONValue, script: String, library: ChartLibrary
  ) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'; img-src data:">
    <link rel="icon" href="data:,">
    <title>\(Markup.escape(title))</title>
    <style>\(library.style)
    \(PageStyle.text)</style>
    </head>
    <body>
    \(body)
    <script type="application/json" id="report-data">\(Markup.embedded(data.write(pretty: false)))</script>
    <script>\(library.script)</script>
    <script>\(script)</script>
    </body>
    </html>

    """
  }
}
