"""The wheel is the whole product: installed on its own, it finds its templates, migrations and reference files."""

import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services import ROOT, unavailable

_START_SECONDS = 60


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``handrail`` of an environment that holds the wheel, what it depends on, and nothing of this checkout."""
    uv = shutil.which("uv") or unavailable("uv", "uv is not on the PATH")
    folder = tmp_path_factory.mktemp("wheel")
    environment, locked = folder / "environment", folder / "requirements.txt"

    def run(*arguments: str | Path) -> None:
        command = [uv, *arguments, "--quiet", "--no-python-downloads"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    run("build", "--wheel", "--out-dir", folder)
    run("export", "--locked", "--no-dev", "--no-emit-project", "--output-file", locked)
    run("venv", "--python", sys.executable, environment)
    run("pip", "install", "--python", environment, "--requirements", locked)
    run("pip", "install", "--python", environment, "--no-deps", next(folder.glob("*.whl")))
    return environment / "bin" / "handrail"


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """The environment variables of a person who has nothing but an empty home."""
    return {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def test_the_wheel_explains_itself(program: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    told = subprocess.run(
        [program, "--help"], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True
    )
    assert {"demo", "search", "import", "serve"} <= set(re.findall(r"^ +(\w+)", told.stdout, re.MULTILINE))


def test_the_wheel_knows_its_terms_and_places(program: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    def handrail(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, *words], cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=False
        )

    upgraded = handrail("db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    answered = handrail("search", "--need", "emergency-shelter", "--near", "saint louis, mo", "--json")
    assert answered.returncode in {0, 3}, answered.stderr
    assert json.loads(answered.stdout)["place"]["country"] == "US"
    assert handrail("search", "--need", "no-such-kind", "--near", "02114").returncode == 4
    assert handrail("search", "--need", "hotline", "--near", "No Such Place XQ").returncode == 4


def test_the_wheel_shows_its_pages(program: Path, surroundings: dict[str, str], tmp_path: Path) -> None:
    port = _free_port()
    with (tmp_path / "log").open("wb") as log:
        demo = subprocess.Popen(
            [program, "demo", "--port", str(port)], cwd=tmp_path, env=surroundings, stdout=log, stderr=log
        )
    try:
        page = _fetch(port, "/", demo, tmp_path / "log")
        assert "<form" in page
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert styles
        assert all("{" in _fetch(port, style, demo, tmp_path / "log") for style in styles)
    finally:
        demo.send_signal(signal.SIGINT)
        ended = demo.wait(_START_SECONDS)
    assert ended == 0


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _fetch(port: int, path: str, server: subprocess.Popen[bytes], log: Path) -> str:
    give_up = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        asking = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            asking.request("GET", path)
            answer = asking.getresponse()
            assert answer.status == 200
            return answer.read().decode()
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            asking.close()
    msg = f"no answer:\n{log.read_text()[-2000:]}"
    raise AssertionError(msg)
