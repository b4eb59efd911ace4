"""Somebody's first minutes, alone with an installed Headway: `visitor.py FOLDER [ADDRESS...]`, told as one JSON object.

Runs without any package, inside a network of its own where there is one, so it wakes the loopback first.
"""

import fcntl
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


def main(folder: Path, addresses: list[str]) -> None:
    wake_loopback()
    port = free_port()
    start = time.monotonic()
    demo = [str(Path(sys.executable).parent / "headway"), "demo", "--port", str(port)]
    with (folder / "said.txt").open("w") as said:
        server = subprocess.Popen(demo, cwd=folder, stdout=said, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        try:
            pages = {"/": opened(port, "/", server, start + 600)}
            seconds = time.monotonic() - start
            pages |= {address: opened(port, address, server, start + 900) for address in addresses}
        finally:
            server.terminate()
            server.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "pages": pages}
    print(json.dumps(told | {"said": (folder / "said.txt").read_text()}))


def opened(port: int, address: str, server: subprocess.Popen, end: float) -> str:
    """A page as soon as it is there; a page with a mistake ends the visit, and so does a server that is gone."""
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=300) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as wrong:
            raise SystemExit(f"{address}: {wrong.code}\n{wrong.read().decode()}") from None
        except urllib.error.URLError:
            if server.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"no page at {address}; the server ended with {server.poll()}") from None
            time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wake_loopback() -> None:
    """A network of one's own begins with its loopback asleep; where it is awake already, this changes nothing."""
    get, put, up = 0x8913, 0x8914, 1
    with socket.socket() as any_socket:
        asked = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(any_socket, get, asked))[1]
        if not flags & up:
            fcntl.ioctl(any_socket, put, struct.pack("16sh22x", b"lo", flags | up))


if __name__ == "__main__":
    os.environ.setdefault("NETWORK_LOG", os.devnull)
    main(Path(sys.argv[1]), sys.argv[2:])
