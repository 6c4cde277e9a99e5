// SPDX-License-Identifier: Apache-2.0

extension PageScript {
  /// The script of an experiment's page.
  static let experiment = frame + shapes + cells + lines + runs

  private static let cells = """
    const unit = R.unit ? ' ' + R.unit : '';
    // What a chart says of the place that is pointed at, or touched.
    function pointed(id, graph, text) {
      const box = $(id), legend = box.closest('figure').querySelector('.legend');
      const say = e => {
        const r = box.getBoundingClientRect();
        legend.textContent = text(graph.toDataXCoord(e.clientX - r.left), graph.toDataYCoord(e.clientY - r.top)) || '';
      };
      box.onmousemove = box.onclick = say;
      box.onmouseleave = () => { legend.textContent = ''; };
    }
    const silent = {labelsDiv: undefined, legend: 'never', highlightCircleSize: 0};
    // Names along an axis, as many as there is room for.
    const sparse = (names, most) => () => {
      const step = Math.ceil(names.length / Math.max(1, most));
      return names.map((label, v) => ({v, label})).filter(t => t.v % step === 0);
    };
    function heat() {
      const h = R.heat, box = $('c-heat');
      if (!h || !box) return;
      const xs = h.x.labels, ys = h.y.labels, known = h.means.filter(v => v !== null);
      const low = Math.min(...known), high = Math.max(...known), at = (i, j) => j * xs.length + i;
      const good = v => high > low ? (R.maximised ? v - low : high - v) / (high - low) : 0.5;
      const wide = Math.max(0, ...ys.map(y => y.length)) * 6.4 + 12, left = ys.length > 1 ? Math.min(wide, box.clientWidth * 0.34) : 12;
      const draw = e => {
        if (e.seriesIndex !== 0) return;
        const g = e.dygraph, c = e.drawingContext, w = g.toDomXCoord(1) - g.toDomXCoord(0), t = g.toDomYCoord(0) - g.toDomYCoord(1);
        c.save();
        c.textAlign = 'center'; c.textBaseline = 'middle'; c.font = '11.5px system-ui, sans-serif';
        xs.forEach((_, i) => ys.forEach((_, j) => {
          const v = h.means[at(i, j)];
          if (v === null) return;
          const x = g.toDomXCoord(i), y = g.toDomYCoord(j), s = good(v);
          c.globalAlpha = 0.08 + 0.72 * Math.abs(2 * s - 1);
          c.fillStyle = css(s < 0.5 ? '--c2' : '--c1');
          c.fillRect(x - w / 2 + 0.5, y - t / 2 + 0.5, w - 1, t - 1);
          c.globalAlpha = 1;
          const text = String(Number(v.toPrecision(3)));
          if (c.measureText(text).width < w - 8 && t > 15) { c.fillStyle = css('--ink'); c.fillText(text, x, y); }
        }));
        c.restore();
      };
      const graph = chart('c-heat', xs.map((_, i) => [i, i % 2 ? ys.length - 1 : 0]), ['column', 'row'], Object.assign({
        plotter: draw, colors: [css('--soft')], dateWindow: [-0.5, xs.length - 0.5], valueRange: [-0.5, ys.length - 0.5],
        yAxisLabelWidth: left,
        axes: {x: {ticker: sparse(xs, box.clientWidth / (Math.max(...xs.map(x => x.length)) * 6.4 + 14)), drawGrid: false, axisLabelWidth: 130},
          y: {ticker: sparse(ys, box.clientHeight / 18), drawGrid: false}}
      }, silent));
      pointed('c-heat', graph, (x, y) => {
        const i = Math.round(x), j = Math.round(y);
        if (!(i >= 0 && i < xs.length && j >= 0 && j < ys.length)) return '';
        const n = h.counts[at(i, j)], where = h.x.name + ' ' + xs[i] + (ys.length > 1 ? ', ' + h.y.name + ' ' + ys[j] : '');
        return where + ': ' + (n ? figure(h.means[at(i, j)]) + unit + ', ' + n + (n === 1 ? ' run' : ' runs') : 'no run');
      });
    }

    """

  private static let lines = """
    function parallel() {
      const p = R.parallel, box = $('c-parallel');
      if (!p || !box) return;
      const n = p.axes.length, narrow = box.clientWidth / n < 92, last = p.lines.length - 1;
      const draw = e => {
        const g = e.dygraph, c = e.drawingContext, area = e.plotArea, xs = p.axes.map((_, i) => g.toDomXCoord(i));
        const faint = Math.max(0.12, Math.min(0.6, 40 / p.lines.length));
        c.save();
        c.lineJoin = 'round';
        p.lines.forEach((line, k) => {
          const good = line[0] <= 0.1 || k === last;
          c.globalAlpha = k === last ? 1 : good ? Math.min(1, 2.5 * faint) : faint;
          c.lineWidth = k === last ? 3 : 1;
          c.strokeStyle = css(good ? '--c1' : '--c6');
          c.beginPath();
          for (let i = 0; i < n; i++) {
            const y = g.toDomYCoord(line[3 + i]);
            if (i) c.lineTo(xs[i], y); else c.moveTo(xs[i], y);
          }
          c.stroke();
        });
        c.globalAlpha = 1;
        c.font = '11px system-ui, sans-serif';
        c.textBaseline = 'middle';
        c.lineWidth = 3.5;
        p.axes.forEach((axis, i) => {
          c.fillStyle = css('--faint');
          c.fillRect(Math.round(xs[i]), g.toDomYCoord(1), 1, g.toDomYCoord(0) - g.toDomYCoord(1));
          c.textAlign = i === 0 ? 'left' : i === n - 1 ? 'right' : 'center';
          axis.marks.forEach(([at, label]) => {
            const text = narrow && label.length > 9 ? label.slice(0, 8) + '…' : label;
            const y = g.toDomYCoord(at) + (at === 0 ? 11 : at === 1 ? -11 : 0);
            c.strokeStyle = css('--card'); c.strokeText(text, xs[i], y);
            c.fillStyle = css('--ink'); c.fillText(text, xs[i], y);
          });
        });
        c.restore();
      };
      const names = p.axes.map((a, i) => narrow ? String(i + 1) : a.name.length > 20 ? a.name.slice(0, 19) + '…' : a.name);
      const graph = chart('c-parallel', p.axes.map((_, i) => [i, i % 2]), ['axis', 'run'], Object.assign({
        plotter: draw, colors: [css('--soft')], dateWindow: [-0.25, n - 0.75], valueRange: [-0.1, 1.1],
        axes: {x: {ticker: ticks(names), drawGrid: false, axisLabelWidth: narrow ? 20 : 130}, y: {drawAxis: false, drawGrid: false}}
      }, silent));
      pointed('c-parallel', graph, (x, y) => {
        const i = Math.max(0, Math.min(n - 2, Math.floor(x))), t = Math.max(0, Math.min(1, x - i));
        let nearest = null, least = 0.04;
        p.lines.forEach(line => {
          const d = Math.abs(line[3 + i] * (1 - t) + line[4 + i] * t - y);
          if (d <= least) { nearest = line; least = d; }
        });
        return nearest ? 'trial ' + nearest[1] + ': ' + figure(nearest[2]) + unit : '';
      });
    }

    """

  private static let runs = """
    function best() {
      const b = R.best;
      if (!b.length) return;
      const span = ([, v, e]) => e === null ? [v, v, v] : [v - 2 * e, v, v + 2 * e];
      const spans = b.map(span), low = Math.min(...spans.map(s => s[0])), high = Math.max(...spans.map(s => s[2]));
      const room = (high - low || Math.abs(high) || 1) * 0.08;
      chart('c-best', spans.map((s, i) => [i, s]), ['trial', R.title], {
        customBars: true, plotter: whiskers, colors: [css('--c1')], dateWindow: [-0.6, b.length - 0.4], valueRange: [low - room, high + room],
        axes: {x: {ticker: sparse(b.map(r => String(r[0])), $('c-best').clientWidth / 48), drawGrid: false, axisLabelWidth: 46,
          valueFormatter: i => 'trial ' + b[Math.round(i)][0]}, y: axisY(figure)}});
    }
    function walk() {
      const w = R.walk;
      if (!w) return;
      chart('c-walk', w, ['window', 'fitted', 'after it'], {
        colors: [css('--c6'), css('--c1')], drawPoints: true, pointSize: 4, includeZero: true,
        dateWindow: [w[0][0] - 0.3, w[w.length - 1][0] + 0.3], series: {fitted: {strokePattern: [5, 3]}},
        axes: {x: {ticker: sparse(w.map(r => String(r[0])), 12), drawGrid: false, valueFormatter: i => 'window ' + i}, y: axisY(figure)}});
    }
    function draw() {
      graphs.forEach(g => g.destroy());
      graphs = [];
      document.querySelectorAll('.chart').forEach(box => { delete box.dataset.drawn; });
      best(); heat(); parallel(); walk();
      if (R.luck) {
        // The marks have to be inside.
        const l = R.luck, marks = [['best by luck', l.luck], ['best', l.best]].filter(m => m[1] !== null);
        histogram('c-luck', l.histogram, marks, '--c1', 1, '');
        const graph = graphs[graphs.length - 1], [low, high] = graph.xAxisRange();
        const ends = [low, high].concat(marks.map(m => m[1])), a = Math.min(...ends), b = Math.max(...ends), pad = (b - a) * 0.06;
        graph.updateOptions({dateWindow: [a - pad, b + pad]});
      }
      document.documentElement.dataset.charts = String(graphs.length);
    }
    draw();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    })();
    """
}
