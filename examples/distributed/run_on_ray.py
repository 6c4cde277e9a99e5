#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs an experiment on a Ray cluster, shard by shard, and merges the shards.

    pip install ray
    python3 run_on_ray.py EXPERIMENT.yaml --output DIR [--shards 8] [--nodes 3] [--address auto] [--mms PROGRAM]

Without --address a cluster of --nodes nodes is started on this machine: real raylets that know nothing of each other,
with one worker each. Every shard is a task that Ray places on some node; a task whose node dies is run again by Ray and
goes on where its shard was stopped, since the folders are shared.
"""
import argparse
import os
import shutil
import subprocess
import sys

import ray


@ray.remote(num_cpus=1, max_retries=3)
def run_shard(program, experiment, shard, count, folder):
    """One shard, in its own folder; returns the folder and the node that ran it."""
    result = subprocess.run(
        [program, "experiment", "run", experiment, "--shard", f"{shard}/{count}", "--output", folder, "--jobs", "1",
         "--quiet", "--yes"], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"shard {shard}/{count}: {result.stderr.strip()}")
    return folder, ray.get_runtime_context().get_node_id()


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("experiment")
    options.add_argument("--output", required=True)
    options.add_argument("--shards", type=int, default=8)
    options.add_argument("--nodes", type=int, default=3)
    options.add_argument("--address", help="a running cluster whose nodes share this file system")
    options.add_argument("--mms", default=shutil.which("mms") or ".build/release/mms")
    options = options.parse_args()
    program, experiment = os.path.abspath(options.mms), os.path.abspath(options.experiment)
    output = os.path.abspath(options.output)

    cluster = None
    if options.address:
        ray.init(address=options.address)
    else:
        from ray.cluster_utils import Cluster

        cluster = Cluster()
        for _ in range(options.nodes):
            cluster.add_node(num_cpus=1, object_store_memory=80 * 2**20, include_dashboard=False)
        ray.init(address=cluster.address, log_to_driver=False)
    try:
        alive = [node for node in ray.nodes() if node["Alive"]]
        print(f"{len(alive)} nodes, {options.shards} shards")
        tasks = [run_shard.remote(program, experiment, k, options.shards, f"{output}.shards/{k}-of-{options.shards}")
                 for k in range(1, options.shards + 1)]
        folders, nodes = [], set()
        while tasks:
            ready, tasks = ray.wait(tasks)
            folder, node = ray.get(ready[0])
            folders.append(folder)
            nodes.add(node)
            print(f"done: {os.path.basename(folder)} on node {node[:8]}", flush=True)
        print(f"{len(folders)} shards came from {len(nodes)} nodes")
    finally:
        ray.shutdown()
        if cluster:
            cluster.shutdown()
    sys.exit(subprocess.run([program, "experiment", "merge", *folders, "--output", output]).returncode)


if __name__ == "__main__":
    main()
