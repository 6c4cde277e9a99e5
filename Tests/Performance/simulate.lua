-- SPDX-License-Identifier: Apache-2.0
--
-- wrk: POST /simulate, the specification's example over 30 days.
--   wrk -t2 -c8 -d10s -s simulate.lua URL -- distinct|cached [ROUND]
-- `distinct` asks with a seed of its own each time, other ones in each ROUND; `cached` with one and the same.

local thread_count = 0

function setup(thread)
  thread:set("number", thread_count)
  thread_count = thread_count + 1
end

function init(arguments)
  is_cached = arguments[1] == "cached"
  seed = (tonumber(arguments[2]) or 1) * 100000000 + number * 10000000
  if is_cached then seed = 1 end
end

function request()
  if not is_cached then seed = seed + 1 end
  local body = string.format(
    '{"symbol":"BTCUSDT","period":"30d","scenario":"normal","strategy":"threshold","seed":%d,' ..
    '"strategy_params":{"entry_threshold":0.02,"exit_threshold":0.01,"position_size":0.1,"stop_loss":0.05}}', seed)
  return wrk.format("POST", "/simulate", { ["Content-Type"] = "application/json" }, body)
end

function done(summary, latency)
  local faults = summary.errors
  print(string.format(
    "%9.0f requests/s   p50 %6.2f ms   p99 %6.2f ms   errors %d",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    faults.connect + faults.read + faults.write + faults.status + faults.timeout))
end
