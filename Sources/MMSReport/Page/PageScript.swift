// SPDX-License-Identifier: Apache-2.0

/// The script of a page: hands the numbers to the charting library.
enum PageScript {
  static let text = frame + shapes + overTime + trading + outcomes + start

  static let frame = """
    'use strict';
    (() => {
    const R = JSON.parse(document.getElementById('report-data').textContent);
    const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const $ = id => document.getElementById(id);
    let graphs = [], timed = [], sync = null;
    const when = ms => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
    const thousands = x => x.toLocaleString('en-US', {maximumFractionDigits: 2});
    const figure = x => x === null || !isFinite(x) ? '–' : Math.abs(x) >= 1000 ? thousands(Math.round(x))
      : String(Number(x.toPrecision(4)));
    // Touching a chart must scroll the page, so only mouse and wheel-free gestures reach it.
    const model = Object.assign({}, Dygraph.defaultInteractionModel);
    for (const name of ['touchstart', 'touchmove', 'touchend']) delete model[name];

    function chart(id, rows, labels, options) {
      const box = $(id);
      if (!box || !rows.length) { if (box) box.closest('figure').remove(); return null; }
      const settings = Object.assign({
        labels, labelsDiv: box.closest('figure').querySelector('.legend'), legend: 'always', labelsUTC: true,
        gridLineColor: css('--line'), axisLineColor: css('--line'), axisLabelFontSize: 11.5, strokeWidth: 1.4,
        highlightCircleSize: 3, interactionModel: model, rightGap: 12, yAxisLabelWidth: 58, fillAlpha: 0.16,
        drawCallback: () => { box.dataset.drawn = 'yes'; }
      }, options);
      const graph = new Dygraph(box, rows, settings);
      graphs.push(graph);
      return graph;
    }
    const axisY = (format, more) => Object.assign({axisLabelFormatter: format, valueFormatter: format}, more || {});
    const bar = (color, ends) => e => {
      if (e.seriesIndex !== 0) return;
      const g = e.dygraph, c = e.drawingContext, wide = (g.toDomXCoord(1) - g.toDomXCoord(0)) * (ends.width || 0.66);
      e.points.forEach((point, index) => {
        if (point.yval === null || isNaN(point.yval)) return;
        const from = ends.from ? ends.from[index] : 0, to = ends.to ? ends.to[index] : point.yval;
        const y0 = g.toDomYCoord(from), y1 = g.toDomYCoord(to), top = Math.min(y0, y1);
        c.fillStyle = typeof color === 'function' ? color(index) : color;
        c.fillRect(point.canvasx - wide / 2, top, wide, Math.max(1, Math.abs(y1 - y0)));
      });
    };
    const one = x => [x, x, x], none = [null, null, null];
    const ticks = names => () => names.map((label, v) => ({v, label}));

    """

  private static let overTime = """
    const S = R.series, F = R.fan;
    const dark = () => matchMedia('(prefers-color-scheme: dark)').matches;
    // Stress as a tint, halts as a shade, events as dashed lines: the same in every chart over time.
    // Where all of the time is stressed, a faint tint is enough.
    const tint = S && S.stress && Math.min(...S.stress[1]) > 0.5 ? 0.05 : 0.18;
    function shade(c, area, g) {
      if (!S) return;
      const t = S.time;
      for (let i = 0; i < t.length; i++) {
        const w = S.stress ? S.stress[2][i] : 0, halted = S.halted ? S.halted[2][i] : 0;
        if (w < 0.02 && halted < 0.5) continue;
        const a = g.toDomXCoord(i ? t[i - 1] : t[0]), b = g.toDomXCoord(t[i]);
        if (b < area.x || a > area.x + area.w) continue;
        const x = Math.round(Math.max(a, area.x)), end = Math.round(Math.min(b, area.x + area.w));
        if (end <= x) continue;
        c.fillStyle = halted > 0.5 ? (dark() ? 'rgba(0,0,0,.5)' : 'rgba(40,50,70,.28)')
          : 'rgba(' + css('--stress') + ',' + (tint * w).toFixed(3) + ')';
        c.fillRect(x, area.y, end - x, area.h);
      }
      c.save();
      c.strokeStyle = css('--c4'); c.setLineDash([4, 3]); c.lineWidth = 1;
      for (const [time] of R.events) {
        const x = Math.round(g.toDomXCoord(time)) + 0.5;
        c.beginPath(); c.moveTo(x, area.y); c.lineTo(x, area.y + area.h); c.stroke();
      }
      c.restore();
    }
    function overTime(id, rows, labels, options) {
      const graph = chart(id, rows, labels, Object.assign({
        underlayCallback: shade, xValueParser: Number,
        axes: {x: {valueFormatter: ms => when(ms)}, y: axisY(figure, {pixelsPerLabel: 26})}
      }, options));
      if (graph) timed.push(graph);
      return graph;
    }
    const column = (name, factor) => S && S[name]
      ? S.time.map((t, i) => [new Date(t), [S[name][1][i] * factor, S[name][0][i] * factor, S[name][2][i] * factor]]) : [];
    // Where a few moments dwarf the rest, the logarithm shows both.
    function skewed(rows) {
      const all = rows.map(r => r[1][1]).filter(v => v > 0).sort((a, b) => a - b);
      if (!all.length || Math.max(...rows.map(r => r[1][2])) < 30 * all[all.length >> 1]) return {includeZero: true};
      for (const row of rows) row[1] = row[1].map(v => Math.max(v, all[0]));
      return {logscale: true};
    }

    function equity() {
      const many = F && F.paths > 1, selector = {
        showRangeSelector: true, rangeSelectorHeight: 26, rangeSelectorPlotStrokeColor: css('--c6'),
        rangeSelectorPlotFillColor: css('--line'), rangeSelectorForegroundStrokeColor: css('--faint'), customBars: true};
      if (many) {
        const e = F.equity, samples = F.samples.length;
        const rows = F.time.map((t, i) => [new Date(t), [e.p5[i], e.p50[i], e.p95[i]], [e.p25[i], e.p50[i], e.p75[i]]]
          .concat(F.samples.map(s => one(s[i])), [one(F.buy_and_hold[i])]));
        const labels = ['time', '5–95 %', 'median, 25–75 %'].concat(F.samples.map((_, i) => 'path ' + i), ['buy and hold']);
        const series = {'5–95 %': {strokeWidth: 0}, 'median, 25–75 %': {strokeWidth: 2.2},
          'buy and hold': {strokeWidth: 1.3, strokePattern: [5, 3]}};
        F.samples.forEach((_, i) => { series['path ' + i] = {strokeWidth: 0.8}; });
        overTime('c-equity', rows, labels, Object.assign(selector, {series,
          colors: [css('--c1'), css('--c1')].concat(Array(samples).fill(css('--c6')), [css('--c2')])}));
        const d = F.drawdown;
        overTime('c-drawdown', F.time.map((t, i) => [new Date(t), [100 * d.p5[i], 100 * d.p50[i], 100 * d.p95[i]]]),
          ['time', 'median, 5–95 %'], {customBars: true, colors: [css('--c4')]});
      } else if (S && S.equity) {
        // Holding is known at the fan's times; between them the last known value stands.
        let k = 0;
        const rows = S.time.map((t, i) => {
          while (F && k + 1 < F.time.length && F.time[k] < t) k++;
          return [new Date(t), [S.equity[1][i], S.equity[0][i], S.equity[2][i]], F ? one(F.buy_and_hold[k]) : none];
        });
        overTime('c-equity', rows, ['time', 'equity', 'buy and hold'], Object.assign(selector, {
          series: {equity: {strokeWidth: 2}, 'buy and hold': {strokePattern: [5, 3]}}, colors: [css('--c1'), css('--c2')]}));
        overTime('c-drawdown', S.drawdown ? S.time.map((t, i) => [new Date(t), 100 * S.drawdown[1][i]]) : [],
          ['time', 'drawdown'], {fillGraph: true, colors: [css('--c4')]});
      }
    }
    const triangle = (side, hollow) => (g, name, c, x, y, color) => {
      c.beginPath();
      c.moveTo(x, y - 6 * side); c.lineTo(x - 5, y + 5 * side); c.lineTo(x + 5, y + 5 * side); c.closePath();
      c.fillStyle = hollow ? css('--card') : color; c.strokeStyle = hollow ? color : css('--card');
      c.lineWidth = hollow ? 1.6 : 1; c.fill(); c.stroke();
    };
    function market() {
      if (!S || !S.mid) { for (const id of ['price', 'spread', 'depth', 'volatility', 'volume']) chart('c-' + id, []); return; }
      const kinds = [['buys', 1, 0], ['sells', -1, 0], ['buys, resting', 1, 1], ['sells, resting', -1, 1]]
        .filter(k => R.fills.some(f => f[1] === k[1] && f[3] === k[2]));
      const rows = [];
      let f = 0;
      const mid = i => [S.mid[1][i], S.mid[0][i], S.mid[2][i]];
      S.time.forEach((t, i) => {
        // A fill stands at its own time, on the price of the bucket it belongs to.
        for (; f < R.fills.length && R.fills[f][0] < t; f++)
          rows.push([new Date(R.fills[f][0]), mid(i)].concat(kinds.map(k =>
            k[1] === R.fills[f][1] && k[2] === R.fills[f][3] ? one(R.fills[f][2]) : none)));
        const at = kinds.map(() => none);
        for (; f < R.fills.length && R.fills[f][0] === t; f++)
          kinds.forEach((k, j) => { if (k[1] === R.fills[f][1] && k[2] === R.fills[f][3]) at[j] = one(R.fills[f][2]); });
        rows.push([new Date(t), mid(i)].concat(at));
      });
      const series = {mid: {strokeWidth: 1.2}};
      kinds.forEach(k => { series[k[0]] = {strokeWidth: 0, drawPoints: true, pointSize: 5,
        drawPointCallback: triangle(k[1], k[2]), drawHighlightPointCallback: triangle(k[1], k[2])}; });
      overTime('c-price', rows, ['time', 'mid'].concat(kinds.map(k => k[0])), {customBars: true, series,
        colors: [css('--c6')].concat(kinds.map(k => css(k[1] > 0 ? '--c3' : '--c4')))});
      for (const [name, factor, label, color] of [['half_spread', 1e4, 'half spread', '--c5'],
        ['volatility', 100, 'volatility', '--c2'], ['volume', 1, 'volume', '--c1']]) {
        const rows = column(name, factor);
        overTime('c-' + name.replace('half_', ''), rows, ['time', label],
          Object.assign(skewed(rows), {customBars: true, colors: [css(color)], strokeWidth: 1.1}));
      }
      overTime('c-depth', S.bid_depth ? S.time.map((t, i) => [new Date(t), S.bid_depth[0][i], S.ask_depth[0][i]]) : [],
        ['time', 'bid', 'ask'], {colors: [css('--c3'), css('--c4')], includeZero: true, strokeWidth: 1.1});
    }

    """
}
