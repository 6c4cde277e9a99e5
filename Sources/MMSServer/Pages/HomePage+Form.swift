// SPDX-License-Identifier: Apache-2.0
#if Service

import MMSCore
import MMSReport
import MMSRuntime

extension HomePage {
  /// The form that runs a simulation; the script fills in the fields of the chosen strategy.
  var form: String {
    let symbols = options(vocabulary.symbols, selected: "BTCUSDT")
    let scenarios = options(vocabulary.usableScenarios, selected: "normal")
    let strategies = options(vocabulary.strategies.map(\.descriptor.id), selected: "threshold")
    return """
      <h2 id="run">Run a simulation</h2>
      <form id="form" method="post" action="/simulate">
      <label>Symbol<select name="symbol">\(symbols)</select></label>
      <label>Period<input name="period" value="30d" maxlength="10" required></label>
      <label>Scenario<select name="scenario">\(scenarios)</select></label>
      <label>Paths<input name="paths" type="number" min="1" max="1000000" value="1"></label>
      <label>Seed<input name="seed" inputmode="numeric" pattern="[0-9]{1,20}" placeholder="from symbol and dates"></label>
      <label>Strategy<select name="strategy">\(strategies)</select></label>
      <fieldset id="parameters"><legend>Parameters of the strategy</legend></fieldset>
      <div class="wide"><button>Run</button></div>
      </form>
      <noscript><p>The form needs JavaScript; without it, send the request with any HTTP client.</p></noscript>
      <div id="result" aria-live="polite"></div>
      <script type="application/json" id="strategy-data">\(strategyData)</script>

      """
  }

  private func options(_ names: [String], selected: String) -> String {
    names.map { name in
      let mark = name == selected ? " selected" : ""
      return "<option\(mark)>\(Markup.escape(name))</option>"
    }.joined()
  }

  /// The strategies' parameters for the script; inside a script element nothing may look like markup.
  private var strategyData: String {
    var object = JSONObject()
    for entry in vocabulary.strategies {
      object[entry.descriptor.id] = .array(entry.descriptor.parameters.map(\.json))
    }
    return JSONValue.object(object).write(pretty: false).replacing("<", with: "\\u003c")
  }

  // Everything that is shown goes through textContent: an answer can hold no markup.
  static let script = """
    const form = document.getElementById('form'), result = document.getElementById('result');
    const parameters = document.getElementById('parameters');
    const strategies = JSON.parse(document.getElementById('strategy-data').textContent);
    const examples = {threshold: {entry_threshold: '0.02', exit_threshold: '0.01', position_size: '0.1', stop_loss: '0.05'}};
    const add = (parent, tag, text, name) => {
      const node = document.createElement(tag);
      if (text !== undefined) node.textContent = text;
      if (name) node.className = name;
      return parent.appendChild(node);
    };
    const show = value => value === null || value === undefined ? '–' : String(Number(value.toPrecision(5)));
    const build = () => {
      const name = form.elements.strategy.value;
      for (const node of parameters.querySelectorAll('label, p')) node.remove();
      if (!(strategies[name] || []).length) add(parameters, 'p', 'It has none.', 'soft');
      for (const schema of strategies[name] || []) {
        const label = add(parameters, 'label', schema.name), words = schema.choices || (schema.type === 'true or false' ? ['true', 'false'] : null);
        const field = add(label, words ? 'select' : 'input');
        field.dataset.parameter = schema.name;
        if (words) {
          if (!schema.required) add(field, 'option', 'default: ' + JSON.stringify(schema.default).replaceAll('"', '')).value = '';
          for (const word of words) add(field, 'option', word);
        } else {
          field.value = (examples[name] || {})[schema.name] || '';
          field.placeholder = schema.required ? schema.type : 'default: ' + JSON.stringify(schema.default).replaceAll('"', '');
          field.required = schema.required;
        }
        const facts = [schema.unit, schema.range].filter(text => text).join('; ');
        add(label, 'small', schema.summary + (facts ? ' (' + facts + ')' : ''));
      }
    };
    form.elements.strategy.addEventListener('change', build);
    build();
    const chosen = () => {
      const values = {};
      for (const field of parameters.querySelectorAll('[data-parameter]')) {
        const text = field.value.trim();
        if (text === '') continue;
        // As JSON where it is some: a number, true, a list; text otherwise, such as 15 bps.
        try { values[field.dataset.parameter] = JSON.parse(text); } catch { values[field.dataset.parameter] = text; }
      }
      return values;
    };
    const answered = answer => {
      const tiles = add(result, 'div', undefined, 'tiles');
      for (const name of ['total_return', 'max_drawdown', 'sharpe_ratio', 'slippage', 'fill_probability', 'price_impact']) {
        const tile = add(tiles, 'div', undefined, 'tile'), error = answer.standard_errors[name];
        add(tile, 'b', show(answer[name]));
        add(tile, 'span', name.replaceAll('_', ' ') + (error === null ? '' : ' ± ' + Number(error.toPrecision(2))));
      }
      const line = add(result, 'p', answer.trades + ' trades, seed ' + answer.seed + ', ' + show(answer.execution_time) + ' s'
        + (answer.cached ? ', from the cache. Report: ' : '. Report: '));
      const address = '/reports/' + encodeURIComponent(answer.simulation_id);
      add(line, 'a', answer.simulation_id).href = address;
      line.append(' · ');
      add(line, 'a', 'JSON').href = address + '.json';
      line.append(' · ');
      add(line, 'a', 'series as CSV').href = address + '/series.csv';
      for (const text of answer.warnings) add(result, 'p', text, 'soft');
    };
    form.addEventListener('submit', async event => {
      event.preventDefault();
      const button = form.querySelector('button'), fields = new FormData(form);
      result.replaceChildren();
      const body = {};
      for (const name of ['symbol', 'period', 'scenario', 'strategy']) body[name] = fields.get(name);
      if (fields.get('paths')) body.paths = Number(fields.get('paths'));
      if (fields.get('seed')) body.seed = fields.get('seed');
      body.strategy_params = chosen();
      button.disabled = true;
      add(result, 'p', 'Running …', 'soft');
      try {
        const response = await fetch('/simulate', {
          method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
        const answer = await response.json();
        result.replaceChildren();
        if (response.ok) answered(answer);
        else for (const fault of answer.errors || [])
          add(result, 'p', fault.message + (fault.hint ? ' (' + fault.hint + ')' : ''), 'bad');
      } catch (error) {
        result.replaceChildren();
        add(result, 'p', 'The service did not answer: ' + error.message, 'bad');
      } finally { button.disabled = false; }
    });
    // Experiments that have not ended move.
    const moving = [...document.querySelectorAll('#experiments ~ .scroll progress')].map(bar => bar.closest('tr'))
      .filter(row => ['pending', 'running'].includes(row.querySelector('.state')?.textContent));
    const follow = async row => {
      const address = row.querySelector('a').dataset.state;
      try {
        const state = await (await fetch(address)).json();
        row.querySelector('progress').value = state.done;
        row.querySelector('.done').textContent = state.done + ' of ' + state.trials;
        row.querySelector('.state').textContent = state.status;
        row.querySelector('.left').textContent = state.seconds_left === null ? '' : ' · ' + Math.ceil(state.seconds_left) + ' s left';
        if (!['pending', 'running'].includes(state.status)) { location.reload(); return; }
      } catch { /* The service may be back at the next look. */ }
      setTimeout(follow, 2000, row);
    };
    for (const row of moving) setTimeout(follow, 1000, row);
    """
}

#endif
