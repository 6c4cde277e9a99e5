# SPDX-License-Identifier: Apache-2.0
"""One threshold strategy in backtesters. usage: threshold.py PEER BARS.npy [sweep]

PEER is floor, raptorbt, vectorbt-numba, vectorbt-rust, backtesting, backtrader or nautilus. What they are given is in
memory before the clock starts; signals, run and figures are inside it.
"""
import sys
import warnings

import numpy as np

from common import CASH, COST, ENTRY, FEE, SIZE, SLIPPAGE, SWEEP, WINDOW, tell, timed

warnings.filterwarnings("ignore")
peer, table, is_sweep = sys.argv[1], np.load(sys.argv[2]), "sweep" in sys.argv
moments = table[:, 0].astype(np.int64)
opening, high, low, close, volume = (np.ascontiguousarray(table[:, column]) for column in range(1, 6))
entries = SWEEP if is_sweep else [ENTRY]


def frame():
    import pandas as pd

    names = ("open", "high", "low", "close", "volume")
    columns = dict(zip(names, (opening, high, low, close, volume)))
    return pd.DataFrame(columns, index=pd.to_datetime(moments, utc=peer == "nautilus"))


def floor():
    """What a loop written by hand for this one strategy takes: no product, the least one can do."""
    import numba

    @numba.njit
    def run(close, window, entry, size, fee, slippage, cash):
        total, held, trades, peak, fall = 0.0, 0.0, 0, cash, 0.0
        before, mean, square = cash, 0.0, 0.0
        for row in range(len(close)):
            price = close[row]
            total += price
            if row >= window:
                total -= close[row - window]
            if row >= window - 1:
                signal = price / (total / window) - 1
                if held == 0.0:
                    if signal >= entry:
                        held = size * cash / price
                        cash -= held * price * (1 + slippage) * (1 + fee)
                elif signal <= 0.0:
                    cash += held * price * (1 - slippage) * (1 - fee)
                    held = 0.0
                    trades += 1
            equity = cash + held * price
            change = equity / before - 1
            mean += change
            square += change * change
            before = equity
            peak = max(peak, equity)
            fall = min(fall, equity / peak - 1)
        mean /= len(close)
        return trades, before, fall, mean / np.sqrt(square / len(close) - mean * mean) * np.sqrt(525_600.0)

    def work():
        found = [run(close, WINDOW, entry, SIZE, FEE, SLIPPAGE, CASH) for entry in entries]
        return found[0][0], found[0][1]

    return "numba", work, 500


def raptorbt():
    import raptorbt as package

    def one(entry):
        signal = close / package.sma(close, WINDOW) - 1
        settings = package.BacktestConfig(
            initial_capital=CASH, fees=FEE, slippage=SLIPPAGE, fill_timing="same_bar_close",
            session_minutes=package.SESSION_CONTINUOUS)
        instrument = package.InstrumentConfig(alloted_capital=CASH * SIZE)
        return package.run_single_backtest(
            timestamps=moments, open=opening, high=high, low=low, close=close, volume=volume, entries=signal >= entry,
            exits=signal <= 0, direction=1, weight=1.0, symbol="SEEDED", config=settings,
            instrument_config=instrument).metrics

    def work():
        found = [one(entry) for entry in entries]
        # It sizes every entry from the capital at the start, so that its equity is another one.
        return found[0].total_closed_trades, None

    return "raptorbt", work, 30


def vectorbt(engine):
    import pandas as pd
    import vectorbt as package

    package.settings["engine"] = engine
    package.settings.array_wrapper["freq"] = "1min"
    package.settings.returns["year_freq"] = "365 days"
    prices = pd.Series(close, index=pd.to_datetime(moments))
    # Its share is of the cash with fee and slippage in it; ours of the equity without.
    share = SIZE * (1 + SLIPPAGE) * (1 + FEE)

    def work():
        signal = prices / prices.vbt.rolling_mean(WINDOW, minp=WINDOW) - 1
        if is_sweep:
            values = signal.to_numpy()[:, None]
            enter = pd.DataFrame(values >= np.array(entries), index=prices.index)
            leave = pd.DataFrame(np.broadcast_to(values <= 0, enter.shape), index=prices.index)
        else:
            enter, leave = signal >= ENTRY, signal <= 0
        run = package.Portfolio.from_signals(
            prices, enter, leave, size=share, size_type="percent", init_cash=CASH, fees=FEE, slippage=SLIPPAGE)
        _ = run.max_drawdown(), run.sharpe_ratio()
        first = lambda value: float(np.asarray(value).flat[0])
        return int(first(run.trades.closed.count())), CASH * (1 + first(run.total_return()))

    return "vectorbt", work, 5 if is_sweep else 20


def backtesting():
    import backtesting as package
    import pandas as pd

    bars = frame().rename(columns=str.capitalize)
    package.backtesting._tqdm = lambda items, **_: items
    # It buys whole units: with this much cash they are fine enough.
    scale = 1e7

    class Threshold(package.Strategy):
        def init(self):
            self.mean = self.I(lambda x: pd.Series(x).rolling(WINDOW).mean().to_numpy(), self.data.Close, plot=False)

        def next(self):
            signal = self.data.Close[-1] / self.mean[-1] - 1
            if self.position:
                if signal <= 0:
                    self.position.close()
            elif signal >= ENTRY:
                self.buy(size=int(SIZE * self.equity / self.data.Close[-1]))

    def work():
        run = package.Backtest(bars, Threshold, cash=CASH * scale, commission=COST, trade_on_close=True)
        found = run.run()
        return int(found["# Trades"]), found["Equity Final [$]"] / scale

    return "backtesting", work, 2


def backtrader():
    import backtrader as package

    bars = frame()

    class Threshold(package.Strategy):
        def __init__(self):
            self.mean = package.ind.SMA(self.data.close, period=WINDOW)

        def next(self):
            price = self.data.close[0]
            signal = price / self.mean[0] - 1
            if self.position.size > 0:
                if signal <= 0:
                    self.close()
            elif signal >= ENTRY:
                self.buy(size=self.broker.getvalue() * SIZE / price)

    def work():
        engine = package.Cerebro(stdstats=False)
        engine.adddata(package.feeds.PandasData(dataname=bars, timeframe=package.TimeFrame.Minutes))
        engine.addstrategy(Threshold)
        engine.broker.setcash(CASH)
        engine.broker.setcommission(COST)
        engine.broker.set_coc(True)
        engine.addanalyzer(package.analyzers.DrawDown)
        engine.addanalyzer(package.analyzers.TradeAnalyzer, _name="trades")
        found = engine.run()[0]
        return found.analyzers.trades.get_analysis().total.closed, engine.broker.getvalue()

    return "backtrader", work, 1


def nautilus():
    from decimal import Decimal

    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig
    from nautilus_trader.model.currencies import BTC, USDT
    from nautilus_trader.model.data import BarType
    from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
    from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
    from nautilus_trader.model.instruments import CurrencyPair
    from nautilus_trader.model.objects import Money, Price, Quantity
    from nautilus_trader.persistence.wranglers import BarDataWrangler
    from nautilus_trader.trading.strategy import Strategy

    name = "BTCUSDT.SEEDED"
    kind = BarType.from_str(f"{name}-1-MINUTE-LAST-EXTERNAL")
    pair = CurrencyPair(
        instrument_id=InstrumentId.from_str(name), raw_symbol=Symbol("BTCUSDT"), base_currency=BTC,
        quote_currency=USDT, price_precision=2, size_precision=8, price_increment=Price.from_str("0.01"),
        size_increment=Quantity.from_str("0.00000001"), ts_event=0, ts_init=0, maker_fee=Decimal(str(COST)),
        taker_fee=Decimal(str(COST)))
    bars = BarDataWrangler(kind, pair).process(frame())

    class Threshold(Strategy):
        def __init__(self):
            super().__init__()
            self.window, self.total, self.quantity, self.trades = [], 0.0, None, 0

        def on_start(self):
            self.subscribe_bars(kind)

        def send(self, side, quantity):
            self.submit_order(self.order_factory.market(pair.id, side, quantity))

        def on_bar(self, bar):
            price = float(bar.close)
            self.window.append(price)
            self.total += price
            if len(self.window) > WINDOW:
                self.total -= self.window.pop(0)
            if len(self.window) < WINDOW:
                return
            signal = price / (self.total / WINDOW) - 1
            if self.quantity is not None:
                if signal <= 0:
                    self.send(OrderSide.SELL, self.quantity)
                    self.quantity, self.trades = None, self.trades + 1
            elif signal >= ENTRY:
                cash = float(self.portfolio.account(pair.venue).balance_total(USDT))
                self.quantity = pair.make_qty(cash * SIZE / price)
                self.send(OrderSide.BUY, self.quantity)

    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=Venue("SEEDED"), oms_type=OmsType.NETTING, account_type=AccountType.CASH, base_currency=None,
        starting_balances=[Money(CASH, USDT), Money(0, BTC)])
    engine.add_instrument(pair)
    engine.add_data(bars)

    def work():
        engine.reset()
        engine.clear_strategies()
        strategy = Threshold()
        engine.add_strategy(strategy)
        engine.run()
        account = engine.portfolio.account(pair.venue)
        return strategy.trades, float(account.balance_total(USDT)) + float(account.balance_total(BTC)) * close[-1]

    return "nautilus_trader", work, 1


makers = {
    "floor": floor, "raptorbt": raptorbt, "vectorbt-numba": lambda: vectorbt("numba"),
    "vectorbt-rust": lambda: vectorbt("rust"), "backtesting": backtesting, "backtrader": backtrader,
    "nautilus": nautilus,
}
package, work, most = makers[peer]()
if most == 1:
    # Seconds each: one call, which has nothing to compile, is the figure.
    import time

    start = time.perf_counter()
    result = work()
    first = best = time.perf_counter() - start
else:
    first, best, result = timed(work, most)
tell(package, best, first=first, trades=result[0], equity=result[1])
