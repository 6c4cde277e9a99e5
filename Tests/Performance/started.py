# SPDX-License-Identifier: Apache-2.0
"""Where a service that was just started answers; for the scripts beside this one."""
import re
import time


def address(process, log, seconds=30):
    """Waits for the line in a service's log that names its HTTP address, such as 127.0.0.1:40123."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        found = re.search(r"serving HTTP on http://([^/\s]+)", log.read_text())
        if found:
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the service did not start: {log.read_text()[-800:]}")
