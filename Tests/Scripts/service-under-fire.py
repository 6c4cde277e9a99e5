#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Loads a service and hurts it: every accepted task has to end, completed or failed with a reason, and none twice.

    Tests/Scripts/service-under-fire.py [PROGRAM] [SECONDS]

PROGRAM is the built mms (.build/release/mms), SECONDS how long each phase of the load lasts (3). Phases: workers
killed in turn, a worker stopped, the service killed and started again, Redis killed and started again (when
redis-server is installed), a full disk (when a small file system can be mounted). One client in eight asks all the
while for a model that kills its worker (when there is a C compiler). Prints the counts; ends with 1
when something was lost.
"""
import collections, http.client, json, os, re, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, threading, time

PROGRAM = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/mms")
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 3.0
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_poison(folder):
    """A plugin that ends its worker whenever it is asked; false without a compiler."""
    if not shutil.which("cc"):
        return False
    source, plugin = f"{ROOT}/Tests/Poison", f"{folder}/plugins/poison"
    os.makedirs(plugin)
    os.makedirs(f"{folder}/scenarios", exist_ok=True)
    shutil.copy(f"{source}/plugin.yaml", plugin)
    shutil.copy(f"{source}/scenario.yaml", f"{folder}/scenarios/poison.yaml")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", f"{plugin}/libpoison.so", f"{source}/poison.c"], check=True)
    return True


class Service:
    def __init__(self, folder, port, redis):
        self.folder, self.port, self.redis = folder, port, redis
        self.process = None

    def start(self):
        command = [PROGRAM, "serve", "--http", f"127.0.0.1:{self.port}", "--grpc", "none", "--workers", "2",
                   "--database", f"{self.folder}/mms.sqlite", "--quiet"]
        if self.redis:
            command += ["--redis", f"redis://127.0.0.1:{self.redis}"]
        self.log = open(f"{self.folder}/../serve.log", "ab")
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=self.log,
                                        env={**os.environ, "MMS_HOME": self.folder})
        limit = time.time() + 30
        while time.time() < limit:
            try:
                if self.get("/health")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("error: the service did not become healthy")

    def get(self, path):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def hurt(self, number, what):
        """Sends a signal to a worker; another is looked up when the model that crashes was quicker."""
        while True:
            workers = self.workers()
            try:
                if workers:
                    return os.kill(workers[number % len(workers)], what)
            except ProcessLookupError:
                pass
            time.sleep(0.02)

    def workers(self):
        return [w["pid"] for w in self.get("/status")[1]["details"]["workers"]]


class Load:
    """Clients that post distinct requests and remember every id that was accepted.

    With `poison`, the last of them asks for the model that crashes, now and then.
    """

    def __init__(self, port, poison, clients=8):
        self.port, self.seed, self.lock = port, 0, threading.Lock()
        self.statuses, self.poisoned, self.ids = collections.Counter(), collections.Counter(), []
        self.poisoner = clients - 1 if poison else None
        self.running = True
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        link = None
        while self.running:
            with self.lock:
                self.seed += 1
                seed = self.seed
            poison = number == self.poisoner
            statuses = self.poisoned if poison else self.statuses
            body = json.dumps({"symbol": "BTCUSDT", "period": "30d", "seed": seed,
                               "scenario": "poison" if poison else "normal",
                               "strategy_params": {"entry_threshold": 0.02, "exit_threshold": 0.01,
                                                   "position_size": 0.1, "stop_loss": 0.05}})
            headers = {"Content-Type": "application/json"}
            if number % 4 == 0:
                headers["Prefer"] = "respond-async"
            try:
                if link is None:
                    link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                link.request("POST", "/simulate", body, headers)
                answer = link.getresponse()
                document = json.loads(answer.read())
                with self.lock:
                    statuses[answer.status] += 1
                    if answer.status in (200, 202):
                        self.ids.append(document["simulation_id"])
            except (OSError, http.client.HTTPException, ValueError):
                with self.lock:
                    statuses["cut"] += 1
                link = None
                time.sleep(0.05)
            if poison:
                time.sleep(SECONDS / 2)
            elif number % 4 == 0:
                # Nobody holds this one back but itself; the others are to get in too.
                time.sleep(0.003)

    def stop(self):
        self.running = False
        for thread in self.threads:
            thread.join()


def start_redis(port, folder):
    server = subprocess.Popen(["redis-server", "--port", str(port), "--save", "", "--dir", folder],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(0.3)
    return server


def counts(folder):
    with sqlite3.connect(f"file:{folder}/mms.sqlite?mode=ro", uri=True) as database:
        tasks = dict(database.execute("SELECT status, COUNT(*) FROM simulation_tasks GROUP BY status"))
        twice = database.execute(
            "SELECT COUNT(*) FROM (SELECT task_id FROM simulation_results GROUP BY task_id HAVING COUNT(*) > 1)").fetchone()[0]
        unreasoned = database.execute(
            "SELECT COUNT(*) FROM simulation_tasks WHERE status = 'failed' AND error IS NULL").fetchone()[0]
        without = database.execute(
            "SELECT COUNT(*) FROM simulation_tasks t WHERE status = 'completed' AND NOT EXISTS"
            " (SELECT 1 FROM simulation_results r WHERE r.task_id = t.task_id)").fetchone()[0]
        known = {row[0] for row in database.execute("SELECT task_id FROM simulation_tasks")}
        reasons = collections.Counter(re.sub(r"sim_\d+_\d+", "…", row[0]).split(":")[0][:60] for row in database.execute(
            "SELECT error FROM simulation_tasks WHERE status = 'failed' AND error IS NOT NULL"))
    return tasks, twice, unreasoned, without, known, reasons


def main():
    base = tempfile.mkdtemp(prefix="mms-fire-")
    folder = f"{base}/home"
    os.mkdir(folder)
    disk = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", folder], stderr=subprocess.DEVNULL).returncode == 0
    redis_port = free_port() if shutil.which("redis-server") else None
    redis = start_redis(redis_port, base) if redis_port else None
    poison = write_poison(folder)
    service = Service(folder, free_port(), redis_port)
    service.start()
    load = Load(service.port, poison)
    try:
        time.sleep(SECONDS)
        print("killing each worker in turn")
        for number in range(2):
            service.hurt(number, signal.SIGKILL)
            time.sleep(SECONDS / 2)
        print("stopping a worker")
        service.hurt(0, signal.SIGSTOP)
        time.sleep(SECONDS + 3)
        if redis:
            print("killing Redis")
            redis.kill()
            redis.wait()
            time.sleep(SECONDS)
            # The model that crashes may have left no worker for a moment: that is worse than degraded.
            for _ in range(100):
                state = service.get("/status")[1]["service_status"]
                if state != "down":
                    break
                time.sleep(0.03)
            print(f"  without Redis the service is {state}")
            assert state == "degraded", state
            redis = start_redis(redis_port, base)
            time.sleep(SECONDS)
        print("killing the service and starting it again")
        service.process.kill()
        service.process.wait()
        time.sleep(0.2)
        service.start()
        time.sleep(SECONDS)
        if disk:
            print("filling the disk")
            with open(f"{folder}/ballast", "wb") as ballast:
                try:
                    while True:
                        ballast.write(b"\0" * (1 << 16))
                        ballast.flush()
                except OSError:
                    pass
            time.sleep(SECONDS)
            os.remove(f"{folder}/ballast")
            time.sleep(SECONDS)
        else:
            print("no small file system here: the full disk is left out")
        load.stop()
        limit = time.time() + 60
        while time.time() < limit:
            tasks, *_ = counts(folder)
            if not tasks.get("pending") and not tasks.get("running"):
                break
            time.sleep(0.2)
        details = service.get("/status")[1]["details"]
        service.process.send_signal(signal.SIGTERM)
        status = service.process.wait(30)
        tasks, twice, unreasoned, without, known, reasons = counts(folder)
        lost = [i for i in load.ids if i not in known]
        print(f"answers by status: {dict(load.statuses)}")
        print(f"tasks: {tasks}; acknowledged: {len(load.ids)}, lost: {len(lost)}, twice: {twice},"
              f" completed without result: {without}, failed without reason: {unreasoned}")
        print(f"reasons: {dict(reasons)}; worker deaths since the restart: {details['worker_deaths']};"
              f" resident {details['resident_bytes'] >> 20} MiB; exit status {status}")
        open_tasks = tasks.get("pending", 0) + tasks.get("running", 0)
        bad = load.statuses.keys() - {200, 202, 429, 503, "cut"}
        if poison:
            crashed = sum(n for reason, n in reasons.items() if "3 times" in reason)
            print(f"of the model that crashes: {dict(load.poisoned)}; tasks that say so: {crashed}")
            # 422: its task failed, after three tries.
            bad |= load.poisoned.keys() - {422, 429, 503, "cut"}
            if not load.poisoned[422] or crashed < load.poisoned[422]:
                raise SystemExit("error: a model that crashes did not fail its tasks")
        if lost or twice or without or unreasoned or open_tasks or status or bad:
            raise SystemExit(f"error: something was lost or wrong (open {open_tasks}, statuses {sorted(map(str, bad))})")
        print("every accepted task ended, none twice")
    finally:
        load.running = False
        if service.process and service.process.poll() is None:
            service.process.kill()
            service.process.wait()
        if redis:
            redis.kill()
            redis.wait()
        if disk:
            subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(base, ignore_errors=True)


main()
