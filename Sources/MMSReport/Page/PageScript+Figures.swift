// SPDX-License-Identifier: Apache-2.0

extension PageScript {
  static let trading = """
    function costs() {
      const short = {half_spread: 'spread', calibrated_excess: 'excess', delay: 'delay', temporary_impact: 'temp.',
        lasting_impact: 'lasting', stop_overshoot: 'stop', fees: 'fees', opportunity: 'missed'};
      const names = R.costs.map(c => c[0].replaceAll('_', ' ')).concat(['shortfall']);
      const from = [], to = [];
      let sum = 0;
      for (const [, bp] of R.costs) { from.push(sum); sum += bp; to.push(sum); }
      from.push(0); to.push(sum);
      const values = R.costs.map(c => c[1]).concat([sum]);
      const low = Math.min(0, ...to), high = Math.max(0, ...to), room = (high - low || 1) * 0.06;
      chart('c-costs', values.map((v, i) => [i, v]), ['cause', 'bp'], {
        plotter: bar(i => css(i === values.length - 1 ? '--c1' : values[i] < 0 ? '--c3' : '--c2'), {from, to}),
        dateWindow: [-0.6, values.length - 0.4], valueRange: [low - room, high + room], highlightCircleSize: 0, colors: [css('--soft')], yAxisLabelWidth: 40,
        axes: {x: {ticker: ticks(R.costs.map(c => short[c[0]] || c[0]).concat(['all'])), drawGrid: false,
          axisLabelWidth: 46, valueFormatter: i => names[i]}, y: axisY(figure)}});
    }
    function fills() {
      const q = R.fill_quality;
      if (!q) return;
      const rows = q.reliability.map(r => {
        const e = 2 * (r.standard_error || 0);
        return [r.predicted, [r.realised - e, r.realised, r.realised + e], one(r.predicted)];
      });
      rows.push([0, none, one(0)], [1, none, one(1)]);
      rows.sort((a, b) => a[0] - b[0]);
      chart('c-reliability', rows, ['predicted', 'realised', 'as predicted'], {
        customBars: true, dateWindow: [-0.04, 1.04], valueRange: [-0.04, 1.06], colors: [css('--c1'), css('--c6')], yAxisLabelWidth: 36,
        series: {realised: {strokeWidth: 0, drawPoints: true, pointSize: 5, plotter: whiskers}, 'as predicted': {strokePattern: [4, 3], strokeWidth: 1}},
        axes: {x: {valueFormatter: figure}, y: axisY(figure)}});
      const w = q.time_to_fill, last = w.limits.length;
      const names = w.limits.map((l, i) => i && w.limits[i - 1] + 1 < l ? (w.limits[i - 1] + 1) + '–' + l : String(l)).concat(['more']);
      chart('c-wait', w.counts.map((n, i) => [i, n]), ['steps', 'parents'], {
        plotter: bar(css('--c1'), {}), colors: [css('--soft')], dateWindow: [-0.6, last + 0.6], valueRange: [0, Math.max(1, ...w.counts) * 1.08],
        highlightCircleSize: 0, yAxisLabelWidth: 40,
        axes: {x: {ticker: ticks(names), drawGrid: false, axisLabelWidth: 44, valueFormatter: i => names[i] + ' steps'}, y: axisY(figure)}});
      const steps = [...new Set(q.markouts.map(m => m.steps))], kinds = [false, true].filter(k => q.markouts.some(m => m.maker === k));
      const place = steps.map((s, i) => [i].concat(kinds.map(k => {
        const m = q.markouts.find(m => m.maker === k && m.steps === s), e = m && m.standard_error ? 2 * m.standard_error : 0;
        return m ? [1e4 * (m.move - e), 1e4 * m.move, 1e4 * (m.move + e)] : none;
      })));
      chart('c-markout', place, ['steps'].concat(kinds.map(k => k ? 'provided' : 'took')), {
        customBars: true, dateWindow: [-0.4, steps.length - 0.6], colors: [css('--c2'), css('--c3')], includeZero: true,
        drawPoints: true, pointSize: 5, strokeWidth: 1, plotter: whiskers, yAxisLabelWidth: 40,
        axes: {x: {ticker: ticks(steps.map(s => s + (s === 1 ? ' step' : ' steps'))), drawGrid: false, axisLabelWidth: 70,
          valueFormatter: i => steps[i] + ' steps later'}, y: axisY(figure)}});
    }
    function metaorders() {
      const m = R.metaorders;
      if (!m || !$('c-metaorders')) return;
      const seen = m.sizes.filter(s => s.mean > 0 && s.quantity > 0), law = x => m.prefactor === null ? null : 1e4 * m.prefactor * Math.pow(x, m.exponent);
      const rows = seen.map(s => {
        const v = 1e4 * s.mean, e = 2e4 * s.standard_error, l = law(s.quantity);
        return [s.quantity, [Math.max(v - e, v / 10), v, v + e], l === null ? none : one(l)];
      });
      const xs = rows.map(r => r[0]);
      chart('c-metaorders', rows, ['quantity', 'book moved', 'fitted law'], {
        customBars: true, logscale: true, colors: [css('--c1'), css('--c2')], yAxisLabelWidth: 56,
        dateWindow: [Math.min(...xs) / 1.6, Math.max(...xs) * 1.6],
        series: {'book moved': {strokeWidth: 0, plotter: whiskers}, 'fitted law': {strokePattern: [5, 3], strokeWidth: 1.6}},
        axes: {x: {logscale: true, valueFormatter: x => figure(x), axisLabelFormatter: x => figure(x)}, y: axisY(figure)}});
    }
    function impact() {
      const m = R.impact;
      if (!m || !m.scales) return;
      const law = m.fit ? x => 1e4 * m.fit.prefactor * Math.pow(x, m.fit.exponent) : () => null;
      const seen = m.sizes.filter(s => s.share_of_day > 0 && s.price_impact > 0).sort((a, b) => a.share_of_day - b.share_of_day);
      // Powers of ten, every second or third of them where many would crowd.
      const powers = text => (low, high) => {
        const from = Math.ceil(Math.log10(low) - 1e-9), to = Math.floor(Math.log10(high) + 1e-9), list = [];
        for (let e = from; e <= to; e += Math.ceil((to - from + 1) / 5)) list.push({v: Math.pow(10, e), label: text(Math.pow(10, e))});
        return list;
      };
      const plain = x => String(Number(x.toPrecision(2)));
      // A little room on both sides, in the logarithm.
      const span = list => [Math.min(...list) / 1.6, Math.max(...list) * 1.6];
      chart('c-impact', seen.map(s => [100 * s.share_of_day, 1e4 * s.price_impact, law(s.share_of_day)]),
        ['order size', 'impact', 'fitted law'], {
        logscale: true, colors: [css('--c1'), css('--c2')], yAxisLabelWidth: 44,
        dateWindow: seen.length ? span(seen.map(s => 100 * s.share_of_day)) : null,
        valueRange: seen.length ? span(seen.map(s => 1e4 * s.price_impact)) : null,
        series: {impact: {strokeWidth: 0, drawPoints: true, pointSize: 4.5}, 'fitted law': {strokePattern: [5, 3]}},
        axes: {x: {logscale: true, ticker: powers(x => plain(x) + ' %'), valueFormatter: x => figure(x) + ' % of a day'},
          y: axisY(figure, {ticker: powers(plain)})}});
      const short = x => x >= 1e9 ? figure(x / 1e9) + ' bn' : x >= 1e6 ? figure(x / 1e6) + ' m' : x >= 1e3 ? figure(x / 1e3) + ' k' : figure(x);
      chart('c-capacity', m.sizes.map(s => [s.equity, 100 * s.total_return, s.sharpe_ratio]), ['equity', 'return, %', 'Sharpe'], {
        colors: [css('--c1'), css('--c2')], drawPoints: true, pointSize: 4, series: {Sharpe: {axis: 'y2', strokePattern: [5, 3]}},
        yAxisLabelWidth: 44, dateWindow: span(m.sizes.map(s => s.equity)),
        axes: {x: {logscale: true, ticker: powers(short), valueFormatter: x => thousands(x) + ' ' + R.currency},
          y: axisY(figure), y2: axisY(figure, {drawGrid: false, independentTicks: true, axisLabelWidth: 36})}});
    }

    """

  /// Shapes the library leaves to its users, in every page.
  static let shapes = """
    // Dots with whiskers from the low to the high of custom bars.
    function whiskers(e) {
      const c = e.drawingContext, area = e.plotArea;
      c.save();
      c.strokeStyle = c.fillStyle = e.color;
      c.lineWidth = 1.4;
      for (const p of e.points) {
        if (p.yval === null || isNaN(p.yval)) continue;
        if (p.y_top !== undefined && p.y_bottom !== p.y_top) {
          const a = area.y + area.h * p.y_top, b = area.y + area.h * p.y_bottom;
          c.beginPath(); c.moveTo(p.canvasx, a); c.lineTo(p.canvasx, b); c.stroke();
        }
        c.beginPath(); c.arc(p.canvasx, p.canvasy, 4, 0, 7); c.fill();
      }
      c.restore();
    }
    // A histogram of numbers that are shown times a factor; marks are [name, value].
    function histogram(id, h, marks, color, factor = 100, unit = '%') {
      if (!h || !$(id)) return;
      const e = h.edges, n = h.counts, high = Math.max(...n) * 1.12;
      const rows = n.map((count, i) => [factor * (e[i] + e[i + 1]) / 2, count]);
      const width = factor * (e[1] - e[0]), pad = width;
      chart(id, rows, ['return', 'count'], {
        dateWindow: [factor * e[0] - pad, factor * e[e.length - 1] + pad], valueRange: [0, high], highlightCircleSize: 0, yAxisLabelWidth: 40,
        colors: [css('--soft')], plotter: bar(i => css(rows[i][0] < 0 ? '--c4' : color), {width: width * 0.9}),
        underlayCallback: (c, area, g) => {
          c.save();
          c.font = '11px system-ui, sans-serif';
          marks.forEach(([name, value], index) => {
            const x = Math.round(g.toDomXCoord(factor * value)) + 0.5;
            c.strokeStyle = c.fillStyle = css('--soft');
            c.setLineDash([3, 3]);
            c.beginPath(); c.moveTo(x, area.y); c.lineTo(x, area.y + area.h); c.stroke();
            c.fillText(name, Math.min(x + 4, area.x + area.w - 2 - c.measureText(name).width), area.y + 11 + 13 * index);
          });
          c.restore();
        },
        axes: {x: {valueFormatter: x => figure(x) + ' ' + unit + ' ', drawGrid: false}, y: axisY(figure)}});
    }

    """

  static let outcomes = """
    function realism() {
      const m = R.realism && R.realism.memory;
      chart('c-memory', m ? m.lags.map((lag, i) => [lag, m.recorded[i], m.simulated[i]]) : [], ['lag', 'recorded', 'simulated'], {
        colors: [css('--c6'), css('--c1')], drawPoints: true, pointSize: 2.5, includeZero: true, yAxisLabelWidth: 40,
        axes: {x: {valueFormatter: x => 'lag ' + x}, y: axisY(figure)}});
    }

    """

  static let start = """
    function draw() {
      if (sync) sync.detach();
      graphs.forEach(g => g.destroy());
      graphs = []; timed = [];
      document.querySelectorAll('.chart').forEach(box => { delete box.dataset.drawn; });
      equity(); market(); costs(); fills(); impact(); metaorders();
      const o = R.outcomes;
      histogram('c-outcomes', o && o.histogram, [['VaR 99 %', -o.var_99], ['VaR 95 %', -o.var_95], ['median', o.p50]], '--c1');
      histogram('c-falls', o && o.drawdown_histogram, [], '--c4');
      realism();
      sync = timed.length > 1 ? Dygraph.synchronize(timed, {selection: true, zoom: true, range: false}) : null;
      document.documentElement.dataset.charts = String(graphs.length);
    }
    draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    })();
    """
}
