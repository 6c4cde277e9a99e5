// SPDX-License-Identifier: Apache-2.0

/// The first version of the tables: those of the specification, letter for letter, and additions.
///
/// - `market_data.timestamp` is the bar's OPEN in UTC, `YYYY-MM-DD HH:MM:SS` with a fraction only
///   where there is one: the convention of the exchanges. The engine's time is the close, open +
///   `resolution_ns`.
/// - Added columns stand last and have defaults, so that a statement written for the specification's
///   columns works.
/// - `bar_chunks` caches one UTC day of one series as columns. Triggers empty a day's cache whenever a
///   row of the day changes, whoever changes it, so `market_data` stays the truth.
enum SchemaV1 {
  static let sql = """
    CREATE TABLE simulation_tasks (
        task_id VARCHAR(50) PRIMARY KEY,
        symbol VARCHAR(20) NOT NULL,
        period VARCHAR(10) NOT NULL,
        scenario VARCHAR(30) NOT NULL,
        strategy_params TEXT NOT NULL, -- JSON
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        started_at TIMESTAMP,
        completed_at TIMESTAMP,
        status VARCHAR(20) DEFAULT 'pending' CHECK (status IN ('pending', 'running', 'completed', 'failed')),
        strategy TEXT,
        seed INTEGER, -- the bits of an unsigned number
        paths INTEGER,
        request TEXT, -- JSON
        error TEXT
    );
    CREATE INDEX idx_simulation_tasks_symbol ON simulation_tasks(symbol);
    CREATE INDEX idx_simulation_tasks_status ON simulation_tasks(status);
    CREATE INDEX idx_simulation_tasks_created_at ON simulation_tasks(created_at DESC);

    CREATE TABLE simulation_results (
        result_id VARCHAR(50) PRIMARY KEY,
        task_id VARCHAR(50) NOT NULL,
        slippage REAL NOT NULL,
        fill_probability REAL NOT NULL,
        price_impact REAL NOT NULL,
        total_return REAL NOT NULL,
        max_drawdown REAL NOT NULL,
        sharpe_ratio REAL NOT NULL,
        report_path VARCHAR(255),
        created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        execution_time REAL,
        details TEXT, -- JSON, the whole answer
        FOREIGN KEY (task_id) REFERENCES simulation_tasks(task_id)
    );
    CREATE INDEX idx_simulation_results_task_id ON simulation_results(task_id);
    CREATE INDEX idx_simulation_results_created_at ON simulation_results(created_at DESC);
    CREATE UNIQUE INDEX unique_simulation_results_task ON simulation_results(task_id);

    CREATE TABLE market_data (
        data_id VARCHAR(50) PRIMARY KEY,
        symbol VARCHAR(20) NOT NULL,
        timestamp TIMESTAMP NOT NULL,
        open_price REAL NOT NULL,
        high_price REAL NOT NULL,
        low_price REAL NOT NULL,
        close_price REAL NOT NULL,
        volume REAL NOT NULL,
        bid_price REAL,
        ask_price REAL,
        resolution_ns INTEGER NOT NULL DEFAULT 60000000000,
        source TEXT NOT NULL DEFAULT 'unknown'
    );
    CREATE INDEX idx_market_data_symbol_timestamp ON market_data(symbol, timestamp);
    CREATE INDEX idx_market_data_timestamp ON market_data(timestamp DESC);
    CREATE UNIQUE INDEX unique_market_data_bar ON market_data(symbol, source, resolution_ns, timestamp);

    CREATE TABLE calibration_params (
        param_id VARCHAR(50) PRIMARY KEY,
        symbol VARCHAR(20) NOT NULL,
        scenario VARCHAR(30) NOT NULL,
        base_slippage REAL NOT NULL,
        volatility_factor REAL NOT NULL,
        liquidity_factor REAL NOT NULL,
        calibrated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
        is_active BOOLEAN DEFAULT TRUE,
        details TEXT -- JSON: standard errors, method, data digest
    );
    CREATE INDEX idx_calibration_params_symbol_scenario ON calibration_params(symbol, scenario);
    CREATE INDEX idx_calibration_params_active ON calibration_params(is_active);

    INSERT INTO calibration_params (param_id, symbol, scenario, base_slippage, volatility_factor, liquidity_factor) VALUES
        ('cal_btcusdt_normal', 'BTCUSDT', 'normal', 0.001, 1.0, 1.0),
        ('cal_btcusdt_black_swan', 'BTCUSDT', 'black_swan', 0.005, 3.0, 0.3),
        ('cal_ethusdt_normal', 'ETHUSDT', 'normal', 0.0012, 1.1, 0.9),
        ('cal_ethusdt_high_volatility', 'ETHUSDT', 'high_volatility', 0.003, 2.0, 0.6);

    CREATE TABLE bar_chunks (
        symbol TEXT NOT NULL,
        source TEXT NOT NULL,
        resolution_ns INTEGER NOT NULL,
        day TEXT NOT NULL,
        bars INTEGER,
        first_ns INTEGER, -- closes, like BarSeries.time
        last_ns INTEGER,
        columns BLOB, -- null: rows of the day changed since
        PRIMARY KEY (symbol, source, resolution_ns, day)
    );
    CREATE INDEX idx_bar_chunks_stale ON bar_chunks(symbol) WHERE columns IS NULL;

    \(trigger("insert", "AFTER INSERT", rows: ["NEW"]))
    \(trigger("delete", "AFTER DELETE", rows: ["OLD"]))
    \(trigger("update", "AFTER UPDATE", rows: ["OLD", "NEW"]))

    -- INSERT OR REPLACE removes the row of the same id without firing the trigger of deletion.
    CREATE TRIGGER market_data_replace BEFORE INSERT ON market_data
    WHEN EXISTS (SELECT 1 FROM market_data WHERE data_id = NEW.data_id)
    BEGIN
      UPDATE bar_chunks SET columns = NULL WHERE (symbol, source, resolution_ns, day) =
        (SELECT symbol, source, resolution_ns, substr(timestamp, 1, 10) FROM market_data
         WHERE data_id = NEW.data_id);
    END;
    """

  /// Two plain statements instead of an upsert: the conflict clause of the statement that fires a
  /// trigger overrides those inside it.
  private static func trigger(_ name: String, _ event: String, rows: [String]) -> String {
    var body = ""
    for row in rows {
      let key = "\(row).symbol, \(row).source, \(row).resolution_ns, substr(\(row).timestamp, 1, 10)"
      body += """
          UPDATE bar_chunks SET columns = NULL
          WHERE (symbol, source, resolution_ns, day) = (\(key)) AND columns IS NOT NULL;
          INSERT INTO bar_chunks (symbol, source, resolution_ns, day) SELECT \(key)
          WHERE NOT EXISTS (SELECT 1 FROM bar_chunks
            WHERE (symbol, source, resolution_ns, day) = (\(key)));

        """
    }
    return "CREATE TRIGGER market_data_\(name) \(event) ON market_data BEGIN\n\(body)END;"
  }
}
