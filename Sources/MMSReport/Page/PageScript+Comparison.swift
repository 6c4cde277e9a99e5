// SPDX-License-Identifier: Apache-2.0

extension PageScript {
  /// The script of a comparison's page.
  static let comparison = frame + shapes + pairs

  private static let pairs = """
    function intervals() {
      const rows = R.metrics.map((m, i) => [i, m.se ? [m.low / m.se, m.difference / m.se, m.high / m.se] : none]);
      const colors = R.metrics.map(m => css(m.verdict === 'A' ? '--c1' : m.verdict === 'B' ? '--c2' : '--c6'));
      chart('c-intervals', rows, ['metric', 'A less B'], {
        customBars: true, dateWindow: [-0.5, rows.length - 0.5], includeZero: true, colors: [css('--soft')], yAxisLabelWidth: 36,
        plotter: e => e.points.forEach((p, i) => whiskers(Object.assign({}, e, {points: [p], color: colors[Math.round(p.xval)]}))),
        underlayCallback: (c, area, g) => {
          const y = Math.round(g.toDomYCoord(0)) + 0.5;
          c.strokeStyle = css('--soft'); c.setLineDash([4, 3]);
          c.beginPath(); c.moveTo(area.x, y); c.lineTo(area.x + area.w, y); c.stroke(); c.setLineDash([]);
        },
        axes: {x: {ticker: ticks(R.metrics.map(m => m.short)), drawGrid: false, axisLabelWidth: 70,
          valueFormatter: i => R.metrics[Math.round(i)].name}, y: axisY(x => figure(x) + ' s.e.', {axisLabelWidth: 56})}});
    }
    function scatter() {
      const p = R.pairs, all = p.a.concat(p.b), low = Math.min(...all), high = Math.max(...all), pad = (high - low || 1) * 0.05;
      const rows = p.a.map((a, i) => [a, p.b[i], a]).concat([[low - pad, null, low - pad], [high + pad, null, high + pad]]);
      rows.sort((x, y) => x[0] - y[0]);
      chart('c-scatter', rows, ['A', 'B', 'A = B'], {
        dateWindow: [low - pad, high + pad], valueRange: [low - pad, high + pad], colors: [css('--c1'), css('--c6')], yAxisLabelWidth: 44,
        series: {B: {strokeWidth: 0, drawPoints: true, pointSize: 2.6}, 'A = B': {strokeWidth: 1, strokePattern: [4, 3]}},
        axes: {x: {valueFormatter: x => 'A ' + figure(x) + ' ' + R.unit}, y: axisY(figure)}});
    }
    function draw() {
      graphs.forEach(g => g.destroy());
      graphs = [];
      document.querySelectorAll('.chart').forEach(box => { delete box.dataset.drawn; });
      intervals();
      if (R.pairs) { scatter(); histogram('c-differences', R.differences, [['mean', R.mean / 100]], '--c1'); }
      document.documentElement.dataset.charts = String(graphs.length);
    }
    draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    })();
    """
}
