#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens report pages in headless Chromium as people do and looks at what they see.

usage: browser-test.py MMS [SCREENSHOTS]

Writes pages with the program MMS, then opens each of them narrow and wide, in light and in dark: no error on
the console, no request but for the page itself, every chart drawn, nothing wider than the screen, zoom in one chart
over time moves the others, pointing at a chart shows its numbers. The report of a 30-day run is written in 0.3 s. Then
it starts a service, and does the same with its first page, whose form runs a simulation. Screenshots are kept in
SCREENSHOTS (.build/report-screenshots). Needs Chromium (CHROMIUM names another one) and the standard library only: the
browser is spoken to over its debugging pipe.
"""

import base64
import itertools
import json
import os
import pathlib
import re
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

SIZES = {"narrow": (390, 844, True), "wide": (1280, 900, False)}
THEMES = ("light", "dark")
WRITING_LIMIT = 0.3  # seconds, for the report of a 30-day run: passed or of processors, whichever is less
OPENING_LIMIT = 1.0  # seconds of the page's thread, the best of all openings: other work on the machine is no part of it


class Failure(Exception):
    pass


class Browser:
    """Chromium at the other end of two pipes; messages are JSON, each ended by a zero byte."""

    def __init__(self, executable, profile):
        commands, self.output = os.pipe()
        self.input, answers = os.pipe()

        def take_pipes():
            # Away from 3 and 4 first: either end may have one of these numbers.
            read, write = os.dup(commands), os.dup(answers)
            read, write = os.dup2(read, 30), os.dup2(write, 31)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [executable, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu",
             "--disable-background-networking", "--no-first-run", f"--user-data-dir={profile}", "about:blank"],
            preexec_fn=take_pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.numbers = itertools.count(1)
        self.buffer = b""
        self.events = []

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            if not select.select([self.input], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failure("the browser did not answer in time")
            data = os.read(self.input, 1 << 20)
            if not data:
                raise Failure("the browser went away")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, session=None, seconds=60, **parameters):
        message = {"id": next(self.numbers), "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.output, data):]
        deadline = time.monotonic() + seconds
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise Failure(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait(self, method, seconds=60):
        deadline = time.monotonic() + seconds
        while not any(event["method"] == method for event in self.events):
            event = self.receive(deadline)
            if "method" in event:
                self.events.append(event)

    def close(self):
        try:
            self.call("Browser.close", seconds=5)
        except (Failure, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Tab:
    """One page in one window."""

    def __init__(self, browser, size, theme):
        self.browser = browser
        width, height, mobile = SIZES[size]
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call("Performance.enable", timeDomain="threadTicks")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=mobile)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def run(self, script):
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise Failure(f"the page threw: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, url):
        self.browser.events.clear()
        began = time.monotonic()
        self.call("Page.navigate", url=url)
        self.browser.wait("Page.loadEventFired")
        # Drawn means painted: two frames after the load.
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
        elapsed = time.monotonic() - began
        figures = {f["name"]: f["value"] for f in self.call("Performance.getMetrics")["metrics"]}
        return elapsed, figures["TaskDuration"]

    def mouse(self, kind, x, y, buttons=0):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, buttons=buttons,
                  button="left" if kind != "mouseMoved" or buttons else "none",
                  clickCount=1 if kind != "mouseMoved" else 0)

    def screenshot(self, file):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        image = self.call(
            "Page.captureScreenshot", captureBeyondViewport=True,
            clip={"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000), "scale": 1})
        file.write_bytes(base64.b64decode(image["data"]))

    def close(self):
        self.browser.call("Target.closeTarget", targetId=self.target)


LOOK = r"""(() => {
  const charts = [...document.querySelectorAll('.chart')].map(box => {
    const canvas = box.querySelectorAll('canvas')[0];
    let painted = 0;
    if (canvas && canvas.width && canvas.height) {
      // Neither grid lines nor tints count: only what stands out from both.
      const grid = getComputedStyle(document.documentElement).getPropertyValue('--line').trim();
      const [r, g, b] = [1, 3, 5].map(i => parseInt(grid.slice(i, i + 2), 16));
      const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 128 && Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) > 80) painted++;
    }
    return {id: box.id, drawn: box.dataset.drawn === 'yes', painted, width: box.clientWidth};
  });
  const ground = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  return {charts, ground: (ground[0] + ground[1] + ground[2]) / 3, title: document.title,
    heading: document.querySelector('h1').textContent, tiles: document.querySelectorAll('.tile').length,
    wide: document.documentElement.scrollWidth, inner: window.innerWidth,
    sections: [...document.querySelectorAll('section')].map(s => s.id),
    outside: [...document.querySelectorAll('[src],[href]')].map(e => e.getAttribute('src') || e.getAttribute('href'))
      .filter(a => !a.startsWith('#') && !a.startsWith('data:'))};
})()"""

# What one chart's time axis says, and where it lies on the screen.
AXIS = """[...document.getElementById('%s').querySelectorAll('.dygraph-axis-label-x')].map(e => e.textContent).join('|')"""
PLACE = """(() => { const box = document.getElementById('%s'); box.scrollIntoView({block: 'center', behavior: 'instant'});
  const r = box.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()"""
LEGEND = """document.getElementById('%s').closest('figure').querySelector('.legend').textContent"""

# What each kind of page must have: sections in order, and charts.
KINDS = {
    "report": (
        ["equity", "market", "costs", "fills", "impact", "outcomes", "realism", "trades", "provenance",
         "definitions"],
        ["c-equity", "c-drawdown", "c-price", "c-spread", "c-depth", "c-volatility", "c-volume", "c-costs",
         "c-reliability", "c-wait", "c-markout", "c-outcomes", "c-memory", "c-impact", "c-capacity"]),
    "book": (
        ["equity", "market", "costs", "fills", "impact", "outcomes", "realism", "trades", "provenance",
         "definitions"],
        ["c-equity", "c-price", "c-metaorders", "c-memory"]),
    "comparison": (
        ["numbers", "charts", "evidence", "provenance"], ["c-intervals", "c-scatter", "c-differences"]),
    "experiment": (
        ["request", "best", "parameters", "lines", "luck", "provenance", "definitions"],
        ["c-best", "c-heat", "c-parallel", "c-luck"]),
    "walk-forward": (
        ["request", "best", "parameters", "lines", "luck", "walk", "provenance", "definitions"],
        ["c-best", "c-heat", "c-parallel", "c-luck", "c-walk"]),
}
TILES = {"report": 6, "book": 6, "comparison": 0, "experiment": 6, "walk-forward": 6}

# 10,000 runs, whose page must be no larger for it; and one with windows.
EXPERIMENTS = {
    "experiment": """
apiVersion: mms/v1
kind: Experiment
metadata: {name: many, summary: Four parameters through four scenarios.}
spec:
  base: {symbol: BTCUSDT, period: 1d, scenario: normal, seed: 11}
  matrix:
    scenario: [normal, high_volatility, black_swan, flash_crash]
  sobol:
    samples: 2500
    seed: 1
    parameters:
      strategy_params.entry_threshold: {min: 0.001, max: 0.02, scale: log}
      strategy_params.exit_threshold: {min: 0, max: 0.001}
      strategy_params.position_size: {min: 0.1, max: 1}
      strategy_params.mode: [reversion, momentum]
""",
    "walk-forward": """
apiVersion: mms/v1
kind: Experiment
metadata: {name: windows}
spec:
  base: {symbol: ETHUSDT, scenario: normal, seed: 7, paths: 8}
  matrix:
    strategy_params.entry_threshold: [0.003, 0.005, 0.01, 0.02]
    strategy_params.exit_threshold: [0, 0.001, 0.002]
  walk_forward: {start: 2025-07-18, end: 2025-08-01, train: 4d, test: 2d, step: 2d}
""",
}


def expect(condition, text):
    if not condition:
        raise Failure(text)


def look(tab, url, theme, kind):
    """What every page must be, whatever its size and colours."""
    sections, charts = KINDS[kind]
    events = tab.browser.events
    requests = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    foreign = [address for address in requests if address != url and not address.startswith("data:")]
    expect(not foreign, f"the page asked for {foreign}")
    said = [e["params"] for e in events
            if e["method"] == "Runtime.exceptionThrown"
            or e["method"] == "Runtime.consoleAPICalled" and e["params"]["type"] in ("error", "warning", "assert")
            or e["method"] == "Log.entryAdded" and e["params"]["entry"]["level"] in ("error", "warning")]
    expect(not said, f"the console says {said}")
    seen = tab.run(LOOK)
    expect(seen["heading"] and seen["title"], f"the head is incomplete: {seen}")
    expect(seen["tiles"] == TILES[kind], f"there are {seen['tiles']} tiles")
    expect(seen["sections"] == sections, f"the sections are {seen['sections']}")
    expect(not seen["outside"], f"the page refers to {seen['outside']}")
    expect(seen["wide"] <= seen["inner"], f"the page is {seen['wide']} wide on a screen of {seen['inner']}")
    expect((seen["ground"] < 90) == (theme == "dark"), f"the ground is {seen['ground']} in {theme}")
    missing = [name for name in charts if name not in [chart["id"] for chart in seen["charts"]]]
    expect(not missing, f"there is no chart {missing}")
    for chart in seen["charts"]:
        expect(chart["drawn"] and chart["painted"] > 60, f"the chart {chart} is not drawn")
        expect(chart["width"] <= seen["inner"], f"the chart {chart} is wider than the screen")
    return len(seen["charts"])


def handle(tab):
    """Zooms into one chart with the mouse; the others over time follow, and back again."""
    before = tab.run(AXIS % "c-volume")
    left, top, width, height = tab.run(PLACE % "c-spread")
    y = top + height / 2
    tab.mouse("mouseMoved", left + width * 0.5, y)
    expect(any(c.isdigit() for c in tab.run(LEGEND % "c-spread")), "pointing at a chart shows no numbers")
    expect(any(c.isdigit() for c in tab.run(LEGEND % "c-price")), "pointing at one chart shows nothing in another")
    tab.mouse("mousePressed", left + width * 0.5, y, 1)
    for share in (0.55, 0.65, 0.7):
        tab.mouse("mouseMoved", left + width * share, y, 1)
    tab.mouse("mouseReleased", left + width * 0.7, y)
    time.sleep(0.2)
    after = tab.run(AXIS % "c-volume")
    expect(after != before, "zooming into one chart leaves another as it was")
    expect(after == tab.run(AXIS % "c-price"), "charts over time show different spans")
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    time.sleep(0.2)
    expect(tab.run("document.querySelectorAll('.chart:not([data-drawn])').length") == 0,
           "charts are gone after the colours changed")


def feel(tab):
    """Points at the heat map and at the lines, which say what is there."""
    for name in ("c-heat", "c-parallel"):
        left, top, width, height = tab.run(PLACE % name)
        said = []
        for share in (0.3, 0.45, 0.6, 0.75):
            tab.mouse("mouseMoved", left + width * 0.6, top + height * share)
            said.append(tab.run(LEGEND % name))
        expect(any(c.isdigit() for text in said for c in text), f"pointing at {name} shows no numbers: {said}")
    tab.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    time.sleep(0.2)
    expect(tab.run("document.querySelectorAll('.chart:not([data-drawn])').length") == 0,
           "charts are gone after the colours changed")


def write_pages(mms, folder):
    """One path through a crash, many paths of resting orders, two sides compared, and experiments."""
    home = dict(os.environ, MMS_HOME=str(folder / "home"))
    pages = {
        "one-path": ["simulate", "--period", "30d", "--scenario", "black_swan"],
        "many-paths": ["simulate", "--period", "7d", "--scenario", "high_volatility", "--paths", "40", "--param",
                       "order_type=limit", "--param", "entry_threshold=0.01", "--param", "exit_threshold=0.005"],
        "book": ["simulate", "--period", "2h", "--scenario", "normal_book", "--paths", "8", "--strategy", "twap",
                 "--param", "quantity=2000", "--param", "side=buy"],
        "comparison": ["compare", "normal", "high_volatility", "--period", "7d", "--paths", "60"],
    }
    for name, options in pages.items():
        page = folder / f"{name}.html"
        subprocess.run([mms, *options, "--symbol", "BTCUSDT", "--quiet", "--report", str(page)], env=home, check=True,
                       stdout=subprocess.DEVNULL)
        yield name, page, name if name in KINDS else "report"
    for name, text in EXPERIMENTS.items():
        file, results, page = folder / f"{name}.yaml", folder / name, folder / f"{name}.html"
        file.write_text(text.lstrip())
        subprocess.run([mms, "experiment", "run", str(file), "--output", str(results), "--quiet"], env=home, check=True,
                       stdout=subprocess.DEVNULL)
        began = time.monotonic()
        subprocess.run([mms, "experiment", "report", str(results), "--output", str(page)], env=home, check=True,
                       stdout=subprocess.DEVNULL)
        print(f"ok      {name}: page written in {1000 * (time.monotonic() - began):.0f} ms")
        yield name, page, name


RUN = """(async () => {
  const form = document.getElementById('form');
  form.elements.period.value = %s;
  form.querySelector('[data-parameter=entry_threshold]').value = '0.002';
  form.querySelector('[data-parameter=exit_threshold]').value = '0.001';
  form.querySelector('button').click();
  for (let i = 0; i < 300; i++) {
    await new Promise(done => setTimeout(done, 100));
    const found = document.querySelector('#result a, #result .bad');
    if (found) return {tiles: document.querySelectorAll('#result .tile').length, href: found.getAttribute('href'),
      said: document.getElementById('result').textContent};
  }
  return {said: 'nothing', tiles: 0};
})()"""

HOME = """(() => ({wide: document.documentElement.scrollWidth, inner: window.innerWidth,
  models: document.querySelectorAll('#models ~ details').length, rows: document.querySelectorAll('details tr').length,
  ground: getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number)[0],
  studies: ['comparisons', 'experiments'].map(id => document.querySelector(`#${id} + .scroll tbody tr a`)?.href)}))()"""


def serve(mms, folder):
    """A service and its address."""
    log = folder / "serve.log"
    with open(log, "w") as output:
        process = subprocess.Popen([mms, "serve", "--http", "127.0.0.1:0", "--grpc", "none", "--workers", "1", "--database",
                                    str(folder / "home.sqlite")], stderr=output)
    for _ in range(300):
        found = re.search(r"serving HTTP on (http://\S+?)/\s", log.read_text())
        if found:
            return process, found.group(1)
        time.sleep(0.1)
    process.kill()
    raise Failure(f"the service did not start: {log.read_text()}")


def send(address, body):
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def first_page(mms, folder, browser, pictures):
    """The service's first page: lists what there is, and its form runs a simulation whose report opens."""
    process, url = serve(mms, folder)
    try:
        send(f"{url}/compare", {"a": "normal", "b": "high_volatility", "symbol": "BTCUSDT", "period": "1d", "paths": 12,
                                "strategy": "buy_and_hold"})
        state = send(f"{url}/experiments", {
            "apiVersion": "mms/v1", "kind": "Experiment", "metadata": {"name": "thresholds"},
            "spec": {"base": {"symbol": "BTCUSDT", "period": "1d", "scenario": "normal", "seed": 1},
                     "matrix": {"strategy_params.entry_threshold": [0.002, 0.004]}}})
        # It has what others leave: a minute or two where they leave little.
        deadline = time.monotonic() + 120
        while state["status"] != "completed" and time.monotonic() < deadline:
            time.sleep(0.1)
            with urllib.request.urlopen(url + state["location"]) as answer:
                state = json.load(answer)
        expect(state["status"] == "completed", f"the experiment is {state['status']}: {state['error']}")
        for size, theme in itertools.product(SIZES, THEMES):
            tab = Tab(browser, size, theme)
            tab.open(f"{url}/")
            ran = tab.run(RUN % "'2d'")
            expect(ran["tiles"] == 6 and (ran["href"] or "").startswith("/reports/sim_"), f"the form says {ran}")
            wrong = tab.run(RUN % "'900d'")
            expect(not wrong["tiles"] and "900" in wrong["said"], f"the form says {wrong} of a period without data")
            seen = tab.run(HOME)
            expect(seen["wide"] <= seen["inner"], f"the first page is {seen['wide']} wide on {seen['inner']}")
            expect((seen["ground"] < 90) == (theme == "dark"), f"the first page's ground is {seen['ground']} in {theme}")
            expect(seen["models"] > 20 and seen["rows"] > 100, f"the first page shows few models: {seen}")
            expect(all(seen["studies"]), f"the first page lists no studies: {seen}")
            tab.screenshot(pictures / f"first-page-{size}-{theme}.png")
            # The refused request is an error of the network for the browser, and nothing else is.
            said = [e["params"] for e in browser.events if e["method"] == "Runtime.exceptionThrown"
                    or e["method"] == "Log.entryAdded" and e["params"]["entry"]["source"] != "network"]
            expect(not said, f"the console says {said}")
            for address in [url + ran["href"]] + seen["studies"]:
                tab.open(address)
                expect(tab.run("document.querySelectorAll('.chart[data-drawn=yes]').length") > 0, f"{address} has no charts")
            print(f"ok      first page, {size}, {theme}: form, lists, reports of what it lists")
            tab.close()
    finally:
        process.terminate()
        process.wait(30)


def writing_time(mms, folder):
    """What the report of a 30-day run takes, beyond the run: the best of five with it less the best of five without it.

    Seconds that passed, and seconds of processors, which other work on the machine lengthens less.
    """
    home = dict(os.environ, MMS_HOME=str(folder / "home"))
    command = [mms, "simulate", "--symbol", "BTCUSDT", "--period", "30d", "--scenario", "black_swan", "--quiet"]

    def best(more):
        times = []
        for _ in range(5):
            before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            subprocess.run(command + more, env=home, check=True, stdout=subprocess.DEVNULL)
            passed, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append((passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
        return [min(column) for column in zip(*times)]

    plain, reported = best([]), best(["--report", str(folder / "timed.html")])
    return reported[0] - plain[0], reported[1] - plain[1]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    mms = sys.argv[1]
    pictures = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".build/report-screenshots")
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") \
        or shutil.which("google-chrome")
    if not executable:
        print("error: there is no Chromium; apt-get install chromium", file=sys.stderr)
        sys.exit(69)
    pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        pages = list(write_pages(mms, folder))
        passed, used = writing_time(mms, folder)
        late = int(min(passed, used) > WRITING_LIMIT)
        print(f"{'failed' if late else 'ok    '}  the report of a 30-day run takes {1000 * passed:.0f} ms, "
              f"{1000 * used:.0f} ms of processors")
        browser = Browser(executable, folder / "profile")
        openings, failures = {}, late
        try:
            for (name, page, kind), size, theme in itertools.product(pages, SIZES, THEMES):
                length = page.stat().st_size
                expect(length < 2_000_000, f"{name}.html has {length} bytes")
                tab = Tab(browser, size, theme)
                url = page.as_uri()
                try:
                    elapsed, busy = tab.open(url)
                    openings.setdefault(name, []).append(busy)
                    charts = look(tab, url, theme, kind)
                    tab.screenshot(pictures / f"{name}-{size}-{theme}.png")
                    if kind == "report" and size == "wide" and theme == "light":
                        handle(tab)
                    if kind in EXPERIMENTS and size == "wide" and theme == "light":
                        feel(tab)
                    print(f"ok      {name}, {size}, {theme}: {charts} charts, opened in "
                          f"{elapsed * 1000:.0f} ms, {busy * 1000:.0f} ms of them its own")
                except Failure as failure:
                    failures += 1
                    print(f"failed  {name}, {size}, {theme}: {failure}")
                tab.close()
            try:
                first_page(mms, folder, browser, pictures)
            except Failure as failure:
                failures += 1
                print(f"failed  first page: {failure}")
        finally:
            browser.close()
        for name, all_seconds in openings.items():
            if min(all_seconds) > OPENING_LIMIT:
                failures += 1
                print(f"failed  {name} took {min(all_seconds):.2f} s to open, at best")
        print(f"screenshots: {pictures}")
        sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
