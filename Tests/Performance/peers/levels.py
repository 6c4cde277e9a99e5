# SPDX-License-Identifier: Apache-2.0
"""The feed of levels in hftbacktest, alone or with two quotes. usage: levels.py LEVELS.bin none|MILLISECONDS

A millisecond each way for orders, quotes half a tick around the mid and a tick for each unit held away from it, looked
at every so many milliseconds; what has another price is cancelled and sent anew.
"""
import sys

import hftbacktest as package
import numba
import numpy as np

from common import tell, timed

record = np.dtype([("ev", "u8"), ("exch_ts", "i8"), ("local_ts", "i8"), ("px", "f8"), ("qty", "f8"),
                   ("order_id", "u8"), ("ival", "i8"), ("fval", "f8")])
events = np.fromfile(sys.argv[1], record)
every = None if sys.argv[2] == "none" else int(sys.argv[2]) * 1_000_000
SELLS = 1 << 24  # ids of bids are their ticks, those of asks lie above


@numba.njit
def alone(market):
    while market.elapse(1_000_000_000_000) == 0:
        pass
    return 0


@numba.njit
def quoting(market, every):
    sent = 0
    while market.elapse(every) == 0:
        market.clear_inactive_orders(0)
        book = market.depth(0)
        if book.best_bid_tick < 0 or book.best_ask_tick > 1 << 30:
            continue
        held = market.position(0)
        middle = (book.best_bid_tick + book.best_ask_tick) / 2.0 - held
        bid = min(np.int64(np.floor(middle - 0.5)), book.best_bid_tick)
        ask = max(np.int64(np.ceil(middle + 0.5)), book.best_ask_tick)
        has_bid, has_ask = False, False
        waiting = market.orders(0).values()
        while waiting.has_next():
            order = waiting.get()
            if order.order_id == bid:
                has_bid = True
            elif order.order_id == ask + SELLS:
                has_ask = True
            elif order.cancellable:
                market.cancel(0, order.order_id, False)
        if not has_bid and held < 1.0:
            market.submit_buy_order(0, bid, bid * 0.1, 0.05, package.GTX, package.LIMIT, False)
            sent += 1
        if not has_ask and held > -1.0:
            market.submit_sell_order(0, ask + SELLS, ask * 0.1, 0.05, package.GTX, package.LIMIT, False)
            sent += 1
    return sent


def work():
    asset = package.BacktestAsset().data([events]).linear_asset(1.0)
    asset = asset.constant_order_latency(1_000_000, 1_000_000).power_prob_queue_model(2.0)
    asset = asset.no_partial_fill_exchange().trading_value_fee_model(-0.00005, 0.0007)
    asset = asset.tick_size(0.1).lot_size(0.001).last_trades_capacity(0).roi_lb(45_000.0).roi_ub(55_000.0)
    market = package.ROIVectorMarketDepthBacktest([asset])
    sent = alone(market) if every is None else quoting(market, every)
    state = market.state_values(0)
    found = int(sent), int(state.num_trades), float(state.balance)
    market.close()
    return found


first, best, (sent, fills, balance) = timed(work, most=3, seconds=3)
tell("hftbacktest", best, first=first, elements=len(events), orders=sent, fills=fills, balance=balance)
