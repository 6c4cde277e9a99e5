// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSStore

/// The first page: how the service is, a form that runs a simulation, recent ones, what is registered.
struct HomePage {
  let vocabulary: Vocabulary
  let recent: [StoredSimulation]
  let status: ServiceStatus

  /// The page.
  var html: String {
    let body =
      "<h1>Market microstructure simulation</h1>\n<p>What a strategy would have earned, and what trading "
      + "would have cost, in a market that reacts.</p>\n" + tiles + form + simulations + registered
    return PageFrame.page("MMS", body: body, script: Self.script)
  }

  private var tiles: String {
    func tile(_ title: String, _ value: String, _ style: String = "") -> String {
      "<div class=\"tile\"><b class=\"\(style)\">\(Markup.escape(value))</b><span>\(title)</span></div>"
    }
    let style = status.state == .running ? "good" : "bad"
    return "<div class=\"tiles\">" + tile("state", status.state.rawValue, style)
      + tile("workers", String(status.workers)) + tile("waiting", String(status.queueLength))
      + tile("mean response", "\(PageFrame.figure((status.averageResponseTime * 10).rounded() / 10)) ms")
      + tile("processors", "\(PageFrame.figure((status.cpuUsage * 100).rounded())) %")
      + tile("memory", "\(PageFrame.figure((status.memoryUsage * 100).rounded())) %") + "</div>\n"
  }

  private func options(_ names: [String], selected: String) -> String {
    names.map { name in
      let mark = name == selected ? " selected" : ""
      return "<option\(mark)>\(Markup.escape(name))</option>"
    }.joined()
  }

  private var form: String {
    let symbols = options(vocabulary.symbols, selected: "BTCUSDT")
    let scenarios = options(vocabulary.usableScenarios, selected: "normal")
    let strategies = options(vocabulary.strategies.map(\.descriptor.id), selected: "threshold")
    return """
      <h2>Run a simulation</h2>
      <form id="run" method="post" action="/simulate">
      <label>Symbol<select name="symbol">\(symbols)</select></label>
      <label>Period<input name="period" value="30d" maxlength="10" required></label>
      <label>Scenario<select name="scenario">\(scenarios)</select></label>
      <label>Strategy<select name="strategy">\(strategies)</select></label>
      <label>Paths<input name="paths" type="number" min="1" max="1000000" value="1"></label>
      <label>Seed<input name="seed" inputmode="numeric" pattern="[0-9]{1,20}" placeholder="from symbol and dates"></label>
      <label class="wide">Strategy's parameters, as JSON<textarea name="strategy_params" rows="4" spellcheck="false">\
      {"entry_threshold": 0.02, "exit_threshold": 0.01,
       "position_size": 0.1, "stop_loss": 0.05}</textarea></label>
      <div class="wide"><button>Run</button></div>
      </form>
      <noscript><p>The form needs JavaScript; without it, send the request with any HTTP client.</p></noscript>
      <div id="result" aria-live="polite"></div>

      """
  }

  private var simulations: String {
    let e = Markup.escape
    if recent.isEmpty { return "<h2>Recent simulations</h2>\n<p class=\"soft\">None yet.</p>\n" }
    let rows = recent.map { item in
      let state = item.status == "failed" ? "bad" : item.status == "completed" ? "good" : "soft"
      let name =
        item.status == "completed"
        ? "<a href=\"/reports/\(e(item.id))\">\(e(item.id))</a>"
        : "<a href=\"/simulations/\(e(item.id))\">\(e(item.id))</a>"
      return [
        name, e(item.symbol), e(item.period), e(item.scenario), e(item.strategy ?? "–"),
        item.numbers.map { PageFrame.figure($0.totalReturn) } ?? "–",
        "<span class=\"\(state)\">\(e(item.status))</span>",
      ]
    }
    return "<h2>Recent simulations</h2>\n"
      + Markup.table(
        ["Simulation", "Symbol", "Period", "Scenario", "Strategy", "Total return", "State"], rows,
        numbers: [5])
  }

  private var registered: String {
    let e = Markup.escape
    let scenarios = vocabulary.scenarios.map { item in
      [
        "<a href=\"/scenarios/\(e(item.name))\">\(e(item.name))</a>",
        item.fault.map { "<span class=\"bad\">\(e($0))</span>" } ?? e(item.summary),
      ]
    }
    let models = vocabulary.models.map { entry in
      [
        "<a href=\"/models/\(e(entry.descriptor.id))\">\(e(entry.descriptor.id))</a>",
        e(entry.descriptor.summary), e(entry.origin),
      ]
    }
    let strategies = vocabulary.strategies.map { entry in
      [
        "<a href=\"/models/\(e(entry.descriptor.id))\">\(e(entry.descriptor.id))</a>",
        e(entry.descriptor.summary),
        entry.descriptor.parameters.map { "<code>\(e($0.name))</code>" }.joined(separator: ", "),
      ]
    }
    return "<h2>Scenarios</h2>\n" + Markup.table(["Name", "What it is"], scenarios)
      + "<h2>Strategies</h2>\n" + Markup.table(["Name", "What it does", "Parameters"], strategies)
      + "<h2>Models</h2>\n" + Markup.table(["Id", "What it does", "From"], models)
  }

  // Everything that is shown goes through textContent: an answer can hold no markup.
  private static let script = """
    const form = document.getElementById('run'), result = document.getElementById('result');
    const add = (parent, tag, text, name) => {
      const node = document.createElement(tag);
      if (text !== undefined) node.textContent = text;
      if (name) node.className = name;
      return parent.appendChild(node);
    };
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const button = form.querySelector('button'), fields = new FormData(form);
      result.replaceChildren();
      const body = {};
      for (const name of ['symbol', 'period', 'scenario', 'strategy']) body[name] = fields.get(name);
      if (fields.get('paths')) body.paths = Number(fields.get('paths'));
      if (fields.get('seed')) body.seed = fields.get('seed');
      try { body.strategy_params = JSON.parse(fields.get('strategy_params') || '{}'); }
      catch (error) { add(result, 'p', 'The parameters are not JSON: ' + error.message, 'bad'); return; }
      button.disabled = true;
      add(result, 'p', 'Running …', 'soft');
      try {
        const response = await fetch('/simulate', {
          method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
        const answer = await response.json();
        result.replaceChildren();
        if (!response.ok) {
          for (const fault of answer.errors || [])
            add(result, 'p', fault.message + (fault.hint ? ' (' + fault.hint + ')' : ''), 'bad');
        } else {
          const tiles = add(result, 'div', undefined, 'tiles');
          for (const name of ['total_return', 'max_drawdown', 'sharpe_ratio', 'slippage', 'fill_probability', 'price_impact']) {
            const tile = add(tiles, 'div', undefined, 'tile'), error = answer.standard_errors[name];
            add(tile, 'b', Number(answer[name].toPrecision(5)));
            add(tile, 'span', name.replaceAll('_', ' ') + (error === null ? '' : ' ± ' + Number(error.toPrecision(2))));
          }
          const line = add(result, 'p', answer.trades + ' trades, ' + answer.execution_time.toPrecision(3) + ' s'
            + (answer.cached ? ', from the cache: ' : ': '));
          add(line, 'a', answer.simulation_id).href = '/reports/' + encodeURIComponent(answer.simulation_id);
          for (const text of answer.warnings) add(result, 'p', text, 'soft');
        }
      } catch (error) {
        result.replaceChildren();
        add(result, 'p', 'The service did not answer: ' + error.message, 'bad');
      } finally { button.disabled = false; }
    });
    """
}

#endif
