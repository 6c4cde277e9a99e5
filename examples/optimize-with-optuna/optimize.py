#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks for better parameters of the threshold strategy: Optuna asks, a running `mms serve` answers.

    pip install optuna
    python3 optimize.py [--url http://127.0.0.1:50051] [--trials 200]

Every trial is one POST /simulate over the first three weeks of the bundled month; the best parameters are then tried
on the rest, which the search has not seen.
"""

import argparse
import json
import os
import urllib.error
import urllib.request

import optuna

SYMBOL, SCENARIO, SEED = "BTCUSDT", "normal", 7
TRAINING = {"period": "21d", "start_time": "2025-07-18T00:00:00Z", "end_time": "2025-08-08T00:00:00Z"}
UNSEEN = {"period": "8d", "start_time": "2025-08-08T00:00:00Z", "end_time": "2025-08-16T00:00:00Z"}
DEFAULTS = {"entry_threshold": 0.02, "exit_threshold": 0.01, "position_size": 0.1, "stop_loss": 0.05}


def simulate(url, window, parameters, paths, study=None):
    """The answer of POST /simulate."""
    body = {"symbol": SYMBOL, "scenario": SCENARIO, "seed": SEED, "paths": paths, "strategy_params": parameters, **window}
    if study:
        body["study_id"] = study
    headers = {"Content-Type": "application/json"}
    if token := os.environ.get("MMS_TOKEN"):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(f"{url}/simulate", json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        # The service says what is wrong with a value, and what to do.
        raise SystemExit(f"error: {json.load(error)['detail']}") from None
    except urllib.error.URLError as error:
        raise SystemExit(f"error: no service at {url} ({error.reason}); start one with: mms serve") from None


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--url", default="http://127.0.0.1:50051")
    options.add_argument("--trials", type=int, default=200)
    options.add_argument("--paths", type=int, default=4, help="paths of each trial")
    options.add_argument("--study", default="thresholds", help="what trials are counted under")
    arguments = options.parse_args()

    def objective(trial):
        entry = trial.suggest_float("entry_threshold", 0.001, 0.03, log=True)
        parameters = {
            "entry_threshold": entry,
            # A position is left before the price has come all the way back.
            "exit_threshold": entry * trial.suggest_float("exit_share", 0.1, 1.0),
            "position_size": DEFAULTS["position_size"],
            "stop_loss": trial.suggest_float("stop_loss", 0.005, 0.1, log=True),
        }
        answer = simulate(arguments.url, TRAINING, parameters, arguments.paths, arguments.study)
        trial.set_user_attr("parameters", parameters)
        trial.set_user_attr("simulation_id", answer["simulation_id"])
        return answer["total_return"]

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=SEED))
    study.optimize(objective, n_trials=arguments.trials)

    best = study.best_trial
    print(f"{len(study.trials)} trials, the best is number {best.number}, {best.user_attrs['simulation_id']}")
    for name, value in best.user_attrs["parameters"].items():
        print(f"  {name:<16} {value:.5f}")
    print(f"{'total return':<20} {'defaults':>22} {'found':>22}")
    for name, window in (("training, 21 days", TRAINING), ("unseen, 8 days", UNSEEN)):
        cells = []
        for parameters in (DEFAULTS, best.user_attrs["parameters"]):
            answer = simulate(arguments.url, window, parameters, 200)
            error = answer["standard_errors"]["total_return"]
            cells.append(f"{answer['total_return']:+.5f} ± {error:.5f}")
        print(f"{name:<20} {cells[0]:>22} {cells[1]:>22}")


if __name__ == "__main__":
    main()
