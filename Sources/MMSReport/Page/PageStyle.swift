// SPDX-License-Identifier: Apache-2.0

/// How pages look, in light and in dark.
enum PageStyle {
  static let text = """
    :root{color-scheme:light dark;--ink:#16202e;--soft:#566273;--faint:#8793a3;--line:#e3e8ee;--ground:#fbfcfd;--card:#fff;\
    --accent:#1f6feb;--good:#1a7f4b;--bad:#c2372b;--warn:#9a6700;--warnground:#fff6dd;\
    --c1:#1f6feb;--c2:#d9822b;--c3:#1a9a74;--c4:#c2372b;--c5:#8250df;--c6:#8793a3;--stress:217,130,43;--shadow:0 1px 2px rgba(20,30,50,.05)}
    @media (prefers-color-scheme:dark){:root{--ink:#e3e9f1;--soft:#9eabbb;--faint:#6f7c8d;--line:#28313d;--ground:#0e131a;--card:#151c25;\
    --accent:#6cb0ff;--good:#5fce96;--bad:#ff8a80;--warn:#e5b84b;--warnground:#2b2412;\
    --c1:#6cb0ff;--c2:#f0a860;--c3:#4fd1a5;--c4:#ff8a80;--c5:#c09bff;--c6:#7f8c9d;--stress:240,168,96;--shadow:none}}
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;scroll-padding-top:3.2rem}
    body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;\
    -webkit-text-size-adjust:100%}
    main,.head{max-width:72rem;margin:0 auto;padding:0 1.25rem}
    .head{padding-top:2rem}
    .kicker{color:var(--soft);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase;margin:0 0 .5rem}
    h1{font-size:1.65rem;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin:0 0 1rem;max-width:56rem;text-wrap:pretty}
    h2{font-size:1.22rem;font-weight:650;letter-spacing:-.005em;margin:0 0 .35rem}
    h3{font-size:.95rem;font-weight:600;margin:1.4rem 0 .4rem}
    section{margin:2.8rem 0}
    p{margin:.35rem 0}
    .lead{color:var(--soft);max-width:50rem;margin-bottom:.9rem;text-wrap:pretty}
    .note{color:var(--soft);font-size:.82rem;margin:.4rem 0 0}
    .chips{display:flex;flex-wrap:wrap;gap:.4rem;margin:0 0 1.4rem;padding:0;list-style:none}
    .chips li{border:1px solid var(--line);background:var(--card);border-radius:99px;padding:.12rem .7rem;font-size:.82rem;color:var(--soft)}
    .chips b{color:var(--ink);font-weight:600}
    .tiles{display:grid;grid-template-columns:repeat(6,1fr);gap:.7rem}
    .tile{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.75rem .9rem;box-shadow:var(--shadow);min-width:0}
    .tile span{display:block;color:var(--soft);font-size:.8rem}
    .tile b{display:block;font-size:1.32rem;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em;white-space:nowrap}
    .tile i{display:block;font-style:normal;color:var(--faint);font-size:.8rem;font-variant-numeric:tabular-nums}
    .good{color:var(--good)}.bad{color:var(--bad)}.soft{color:var(--soft)}
    .notes{background:var(--warnground);border-radius:10px;padding:.6rem 1rem;margin:1rem 0 0;font-size:.88rem}
    .notes ul{margin:.2rem 0;padding-left:1.1rem}.notes b{color:var(--warn)}
    nav{position:sticky;top:0;z-index:20;background:color-mix(in srgb,var(--ground) 92%,transparent);backdrop-filter:blur(6px);\
    border-bottom:1px solid var(--line);margin-top:1.6rem}
    nav div{max-width:72rem;margin:0 auto;padding:0 1.25rem;display:flex;gap:1.1rem;overflow-x:auto;scrollbar-width:none}
    nav a{color:var(--soft);text-decoration:none;font-size:.86rem;padding:.6rem 0;white-space:nowrap}
    nav a:hover{color:var(--accent)}
    a{color:var(--accent)}
    figure{margin:.7rem 0;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.7rem .8rem .5rem;box-shadow:var(--shadow);min-width:0}
    figcaption{display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:baseline;font-size:.86rem;min-height:1.5rem;margin-bottom:.25rem}
    figcaption b{font-weight:600}
    .legend{font-size:.8rem;color:var(--soft);font-variant-numeric:tabular-nums}
    .legend>span{margin-right:.7rem}
    .chart{width:100%;height:230px}.chart.tall{height:330px}.chart.low{height:150px}
    .two{display:grid;grid-template-columns:1fr 1fr;gap:.8rem;align-items:start}
    .two>*{min-width:0}
    .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;margin:.7rem 0;box-shadow:var(--shadow)}
    .scroll.long{max-height:32rem;overflow:auto}
    .long th{position:sticky;top:0;background:var(--card)}
    table{border-collapse:collapse;width:100%;font-size:.87rem}
    caption{text-align:left;font-weight:600;padding:.6rem .8rem .3rem;font-size:.86rem}
    th,td{text-align:left;padding:.42rem .8rem;border-bottom:1px solid var(--line);vertical-align:top}
    tbody tr:last-child td{border-bottom:0}
    th{font-weight:550;color:var(--soft);font-size:.8rem;white-space:nowrap}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
    code,pre{font:.82rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
    code{overflow-wrap:anywhere}
    pre{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.7rem .9rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:.5rem 0}
    dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.1rem 1.2rem;font-size:.88rem;margin:.6rem 0}
    dt{font-weight:600;padding-top:.5rem;border-top:1px solid var(--line)}
    dt small{display:block;font-weight:400;color:var(--soft)}
    dd{margin:0;padding-top:.5rem;border-top:1px solid var(--line)}
    footer{color:var(--faint);font-size:.8rem;padding:1rem 0 3rem}
    .dygraph-axis-label{color:var(--soft);font-size:11.5px}
    .dygraph-ylabel,.dygraph-y2label{color:var(--soft);font-size:11.5px}
    .dygraph-legend{background:transparent}
    .dygraph-rangesel-fgcanvas{opacity:.8}
    :focus-visible{outline:2px solid var(--accent);outline-offset:2px}
    @media (max-width:60rem){.tiles{grid-template-columns:repeat(3,1fr)}}
    @media (max-width:44rem){.two{grid-template-columns:1fr}.tiles{grid-template-columns:1fr 1fr}h1{font-size:1.3rem}\
    main,.head,nav div{padding-left:.8rem;padding-right:.8rem}.head{padding-top:1.2rem}section{margin:2rem 0}\
    figure{padding:.6rem .4rem .4rem}figcaption{padding:0 .3rem}.chart.tall{height:270px}dl{grid-template-columns:1fr}dd{border:0;padding-top:0}}
    @media print{nav{display:none}figure,.scroll{break-inside:avoid}}
    """
}
