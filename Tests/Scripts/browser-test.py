#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens report pages in headless Chromium as people do and looks at what they see.

usage: browser-test.py MMS [SCREENSHOTS]

Writes pages with the program MMS, then opens each of them narrow and wide, in light and in dark: no error on
the console, no request but for the page itself, every chart drawn, nothing wider than the screen, zoom in one chart
over time moves the others, pointing at a chart shows its numbers. Screenshots are kept in SCREENSHOTS
(.build/report-screenshots). Needs Chromium (CHROMIUM names another one) and the standard library only: the browser is
spoken to over its debugging pipe.
"""

import base64
import itertools
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

SIZES = {"narrow": (390, 844, True), "wide": (1280, 900, False)}
THEMES = ("light", "dark")
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
        browser = Browser(executable, folder / "profile")
        openings, failures = {}, 0
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
