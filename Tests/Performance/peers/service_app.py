# SPDX-License-Identifier: Apache-2.0
"""POST /simulate as FastAPI around a backtester: 30 days of bars in memory, the strategy of threshold.py.

Environment: PEER is raptorbt, vectorbt-rust or vectorbt-numba; BARS is a .npy of make_bars.py.
"""
import os

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel

from common import CASH, ENTRY, FEE, SIZE, SLIPPAGE, WINDOW

peer = os.environ["PEER"]
table = np.load(os.environ["BARS"])
moments = table[:, 0].astype(np.int64)
opening, high, low, close, volume = (np.ascontiguousarray(table[:, column]) for column in range(1, 6))
if peer == "raptorbt":
    import raptorbt
else:
    import pandas as pd
    import vectorbt

    vectorbt.settings["engine"] = peer.removeprefix("vectorbt-")
    vectorbt.settings.array_wrapper["freq"] = "1min"
    vectorbt.settings.returns["year_freq"] = "365 days"
    prices = pd.Series(close, index=pd.to_datetime(moments))
app = FastAPI()


class Parameters(BaseModel):
    entry_threshold: float = ENTRY
    exit_threshold: float = 0.0
    position_size: float = SIZE


class Request(BaseModel):
    symbol: str
    period: str
    scenario: str
    strategy_params: Parameters = Parameters()


def run(parameters):
    enter, leave, size = parameters.entry_threshold, parameters.exit_threshold, parameters.position_size
    if peer == "raptorbt":
        signal = close / raptorbt.sma(close, WINDOW) - 1
        found = raptorbt.run_single_backtest(
            timestamps=moments, open=opening, high=high, low=low, close=close, volume=volume, entries=signal >= enter,
            exits=signal <= leave, direction=1, weight=1.0, symbol="SEEDED",
            config=raptorbt.BacktestConfig(
                initial_capital=CASH, fees=FEE, slippage=SLIPPAGE, fill_timing="same_bar_close",
                session_minutes=raptorbt.SESSION_CONTINUOUS),
            instrument_config=raptorbt.InstrumentConfig(alloted_capital=CASH * size)).metrics
        return found.total_return_pct / 100, found.max_drawdown_pct / 100, found.sharpe_ratio
    signal = prices / prices.vbt.rolling_mean(WINDOW, minp=WINDOW) - 1
    found = vectorbt.Portfolio.from_signals(
        prices, signal >= enter, signal <= leave, size=size, size_type="percent", init_cash=CASH, fees=FEE,
        slippage=SLIPPAGE)
    return float(found.total_return()), float(found.max_drawdown()), float(found.sharpe_ratio())


@app.post("/simulate")
def simulate(request: Request):
    total, fall, sharpe = run(request.strategy_params)
    return {"symbol": request.symbol, "total_return": total, "max_drawdown": fall, "sharpe_ratio": sharpe}


@app.get("/healthz")
def healthz():
    return {"ok": True}


# What is compiled or loaded at the first call is there before the service answers.
run(Parameters())
