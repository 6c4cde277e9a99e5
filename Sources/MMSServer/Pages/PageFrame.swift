// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport

/// What every page has in common: head, style, header; nothing is loaded from anywhere.
enum PageFrame {
  /// A whole page.
  ///
  /// - Parameters:
  ///   - body: HTML, escaped already.
  ///   - script: JavaScript at its end.
  static func page(_ title: String, body: String, script: String = "") -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(Markup.escape(title))</title>
    <style>\(style)</style>
    </head>
    <body>
    <header><a class="brand" href="/">MMS</a><nav><a href="/docs">Interface</a><a href="/status">Status</a>\
    <a href="/openapi.json">OpenAPI</a></nav></header>
    <main>
    \(body)
    </main>
    \(script.isEmpty ? "" : "<script>\(script)</script>")
    </body>
    </html>
    """
  }

  /// A number for readers: six significant digits at most.
  static func figure(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded(), value.magnitude < 1e6 { return String(Int64(value)) }
    var scale = 1.0
    var magnitude = value.magnitude
    while magnitude < 1e5, scale < 1e15 {
      magnitude *= 10
      scale *= 10
    }
    return String((value * scale).rounded() / scale)
  }

  private static let style = """
    :root{--ink:#1a2230;--soft:#5b6675;--line:#d9dee6;--ground:#fff;--raised:#f5f7fa;--accent:#0b5fad;--good:#176b3a;--bad:#a8281e}
    @media (prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#9aa6b6;--line:#303a48;--ground:#12171f;--raised:#1a212c;\
    --accent:#6db3f2;--good:#6cc795;--bad:#f08a80}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    header{display:flex;gap:1.5rem;align-items:baseline;padding:.7rem 1.2rem;border-bottom:1px solid var(--line);flex-wrap:wrap}
    .brand{font-weight:700;letter-spacing:.04em;color:var(--ink);text-decoration:none}
    nav{display:flex;gap:1rem;flex-wrap:wrap}
    .contents{margin:.6rem 0;gap:.3rem 1rem;font-size:.92rem}
    a{color:var(--accent)}
    main{max-width:68rem;margin:0 auto;padding:1rem 1.2rem 4rem}
    h1{font-size:1.6rem;line-height:1.25;margin:1rem 0 .4rem}
    h2{font-size:1.2rem;margin:2.2rem 0 .6rem;padding-top:.2rem}
    h3{font-size:1rem;margin:1.4rem 0 .4rem}
    p{margin:.4rem 0;max-width:46rem}
    .soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
    .scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;margin:.5rem 0}
    table{border-collapse:collapse;width:100%;font-size:.92rem}
    th,td{text-align:left;padding:.42rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
    tbody tr:last-child td{border-bottom:0}
    th{font-weight:600;color:var(--soft);background:var(--raised);white-space:nowrap}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    code,pre,textarea{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88rem}
    code{overflow-wrap:anywhere}
    td code{overflow-wrap:break-word}
    td{min-width:4rem}
    td:nth-child(n+4):last-child{min-width:13rem}
    pre{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:.7rem .9rem;overflow-x:auto;margin:.5rem 0}
    form{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.7rem 1rem;background:var(--raised);\
    border:1px solid var(--line);border-radius:8px;padding:1rem}
    label{display:block;font-size:.88rem;color:var(--soft)}
    input,select,textarea{width:100%;margin-top:.2rem;padding:.42rem .55rem;border:1px solid var(--line);border-radius:6px;\
    background:var(--ground);color:var(--ink);font-size:.95rem}
    .wide{grid-column:1/-1}
    fieldset{grid-column:1/-1;display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.7rem 1rem;margin:0;padding:.5rem 0 0;\
    border:0;border-top:1px solid var(--line)}
    legend{padding:0 .5rem 0 0;font-size:.88rem;font-weight:600;color:var(--soft)}
    label small{display:block;margin-top:.2rem;line-height:1.35}
    td:nth-child(3):has(progress){min-width:14rem}
    progress{width:7rem;accent-color:var(--accent);vertical-align:middle}
    .done{font-variant-numeric:tabular-nums;white-space:nowrap}
    summary .scroll,details .scroll{margin:.6rem 0}
    button{padding:.5rem 1.2rem;border:0;border-radius:6px;background:var(--accent);color:var(--ground);font:inherit;font-weight:600;cursor:pointer}
    button:disabled{opacity:.55;cursor:wait}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    .tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin:.8rem 0}
    .tile{border:1px solid var(--line);border-radius:8px;padding:.5rem .9rem;min-width:8rem;background:var(--raised)}
    .tile b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums}
    .tile span{color:var(--soft);font-size:.85rem}
    .verb{display:inline-block;min-width:4.2rem;font:600 .8rem ui-monospace,Menlo,Consolas,monospace;color:var(--accent)}
    details{border:1px solid var(--line);border-radius:8px;padding:.5rem .9rem;margin:.5rem 0}
    details[open]{padding-bottom:.9rem}
    summary{cursor:pointer}
    @media (max-width:40rem){main{padding:.6rem .8rem 3rem}header{padding:.6rem .8rem}}
    """
}

#endif
