"""Dockerfile and docker-compose.yml keep their promises, as far as is seen without Docker."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.configuration.settings import Environment

ROOT = Path(__file__).parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, s in SERVICES.items() if s["image"].startswith("kanal:")}
GATEWAYS = {name for name in OURS if SERVICES[name]["command"][0] == "serve"}
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")

every_service = pytest.mark.parametrize("name", sorted(SERVICES))


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, with continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [
        (line.split(maxsplit=1)[0], line.split(maxsplit=1)[1])
        for line in joined.splitlines()
        if line.strip()
    ]


def of(instruction: str) -> list[str]:
    return [rest for name, rest in instructions() if name == instruction]


# --- the compose file --------------------------------------------------------------------------


def test_there_are_gateways_workers_and_the_servers_they_need() -> None:
    assert {"gateway-a", "gateway-b"} == GATEWAYS
    assert {"worker", "migrate"} | GATEWAYS == OURS
    assert set(SERVICES) - OURS == {"postgres", "redis"}
    assert SERVICES["worker"]["deploy"]["replicas"] >= 2


@every_service
def test_nobody_is_root_and_nothing_can_be_written_beside_the_volumes(name: str) -> None:
    service = SERVICES[name]
    assert int(service["user"].split(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert "cap_add" not in service


@every_service
def test_everybody_has_limits(name: str) -> None:
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert {"cpus", "memory", "pids"} <= set(limits)


@every_service
def test_whoever_stays_is_asked_whether_he_lives(name: str) -> None:
    health = SERVICES[name]["healthcheck"]
    if name == "migrate":
        assert health == {"disable": True}
        assert SERVICES[name]["restart"] == "no"
        return
    assert health["test"][0] == "CMD", "without a shell"
    assert {"interval", "timeout", "retries"} <= set(health)
    assert SERVICES[name]["restart"] == "unless-stopped"


@every_service
def test_images_are_pinned(name: str) -> None:
    image = re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", SERVICES[name]["image"])
    assert re.search(r":\d+\.\d+", image), image


def test_each_gateway_has_a_spool_of_its_own_and_all_share_the_media() -> None:
    spools = []
    for name in GATEWAYS:
        places = {v["target"]: v for v in SERVICES[name]["volumes"]}
        spool = places["/var/lib/kanal/spool"]
        assert spool["type"] == "volume"
        spools.append(spool["source"])
        assert SERVICES[name].get("deploy", {}).get("replicas", 1) == 1
    assert len(set(spools)) == len(GATEWAYS)
    assert set(spools) <= set(COMPOSE["volumes"])
    for name in GATEWAYS | {"worker"}:
        sources = {v["target"]: v["source"] for v in SERVICES[name]["volumes"]}
        assert sources["/var/lib/kanal/media"] == "media"


def test_nobody_of_ours_starts_before_the_schema_is_there() -> None:
    assert SERVICES["migrate"]["command"] == ["db", "upgrade"]
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in OURS - {"migrate"}:
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["postgres"]["condition"] == "service_healthy"
        assert waits["redis"]["condition"] == "service_started", "hints only"


def test_secrets_are_files_and_none_stands_here() -> None:
    declared = COMPOSE["secrets"]
    for name, secret in declared.items():
        assert secret == {"file": f"./secrets/{name}"}
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|TOKEN|SECRET|KEY|DATABASE_URL", variable):
                assert variable.endswith("_FILE"), variable
                path = str(value)
                assert path.startswith("/run/secrets/")
                assert path.removeprefix("/run/secrets/") in service["secrets"]
            assert not re.search(r"://[^/\s]+:[^/\s]+@", str(value)), "a password in an address"
    assert set(declared) == {s for service in SERVICES.values() for s in service.get("secrets", [])}


def test_what_ours_are_given_is_what_the_program_reads(tmp_path: Path) -> None:
    given = SERVICES["worker"]["environment"]
    variables = {}
    for name, value in given.items():
        if name.endswith("_FILE") and name != "KANAL_KEYS_FILE":
            path = tmp_path / name
            path.write_text("postgresql://kanal:x@postgres/kanal\n")
            variables[name] = str(path)
        else:
            variables[name] = str(value)
    read = Environment.read(variables)
    assert read.database_url == "postgresql://kanal:x@postgres/kanal"
    assert read.redis_url == "redis://redis:6379/0"
    assert str(read.keys_file) == "/run/secrets/keys.json"


def test_the_servers_are_reached_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    for name in GATEWAYS:
        assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


def test_a_process_is_given_the_time_it_takes_to_end() -> None:
    from gateway.processes import beside, worker

    seconds = {name: int(SERVICES[name]["stop_grace_period"].rstrip("s")) for name in OURS
               if "stop_grace_period" in SERVICES[name]}  # fmt: skip
    assert seconds["worker"] > 2 * worker._IN_FLIGHT_S
    for name in GATEWAYS:
        command = SERVICES[name]["command"]
        lingers = int(command[command.index("--linger") + 1])
        assert seconds[name] > lingers + beside._STOP_S


def compose() -> list[str] | None:
    """The command that reads compose files, where there is one."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    return None


def test_docker_compose_takes_it(tmp_path: Path) -> None:
    command = compose()
    if command is None:
        pytest.skip("NO COMPOSE: docker-compose.yml was not read by Docker Compose itself")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    read = json.loads(done.stdout)["services"]
    assert set(read) == set(SERVICES)
    for name in GATEWAYS:
        assert f"spool-{name[-1]}" in {v["source"] for v in read[name]["volumes"]}


def test_borders_can_be_mounted_as_the_handbook_says(tmp_path: Path) -> None:
    handbook = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    (text,) = re.findall(r"```yaml\n(x-borders.*?)```", handbook, re.DOTALL)
    override = yaml.safe_load(text)["services"]
    assert set(override) == GATEWAYS | {"worker"}
    command = compose()
    if command is None:
        pytest.skip("NO COMPOSE: docker-compose.yml was not read by Docker Compose itself")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "compose.override.yml").write_text(text)
    files = ["-f", "docker-compose.yml", "-f", "compose.override.yml"]
    done = subprocess.run(
        [*command, *files, "config", "--format", "json"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in override:
        service = json.loads(done.stdout)["services"][name]
        places = {v["target"] for v in service["volumes"]}
        assert {"/var/lib/kanal/boundaries.jsonl", "/var/lib/kanal/media"} <= places


# --- the image ---------------------------------------------------------------------------------


def test_the_image_is_built_from_locked_wheels_in_two_stages() -> None:
    stages = of("FROM")
    assert stages == ["${PYTHON_IMAGE} AS build", "${PYTHON_IMAGE}"]
    (image,) = [a for a in of("ARG") if a.startswith("PYTHON_IMAGE=")]
    assert re.search(r"=python:3\.\d+\.\d+-slim-\w+$", image)
    locked = [json.loads(r) for r in of("RUN") if "requirements.lock" in r]
    assert len(locked) == 1
    assert {"--require-hashes", "--only-binary", ":all:"} <= set(locked[0])
    assert of("ADD") == []


def test_the_image_runs_without_rights_and_without_a_shell() -> None:
    assert of("USER") == ["10001:10001"]
    assert SERVICES["worker"]["user"] == "10001:10001"
    assert json.loads(of("ENTRYPOINT")[0]) == ["kanal"]
    assert json.loads(of("CMD")[0])[0] == "serve"
    (health,) = of("HEALTHCHECK")
    assert (
        json.loads(health.partition("CMD ")[2]) == SERVICES["gateway-a"]["healthcheck"]["test"][1:]
    )
    assert of("VOLUME") == [], "a nameless volume would be lost with its container"


def test_the_image_holds_no_secret_and_nothing_that_is_not_needed() -> None:
    for line in (*of("ENV"), *of("ARG")):
        assert not re.search(r"PASSWORD|TOKEN|SECRET", line)
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert rules[1] == "*", "everything is left out that is not named"
    named = {r.removeprefix("!") for r in rules if r.startswith("!")}
    assert all((ROOT / name).exists() for name in named)
    assert not named & {".git", "tests", "var", "secrets", "kanal.toml", "docs", ".venv"}
    needed = {"core", "channels", "normalizer", "gateway", "pyproject.toml", "requirements.lock"}
    assert needed <= named


def test_secrets_made_beside_the_compose_file_are_not_committed() -> None:
    for name in ("secrets/database_url", "secrets/keys.json", "kanal.toml"):
        ignored = subprocess.run(
            ["git", "check-ignore", "-q", name], cwd=ROOT, check=False, env=os.environ
        )
        if ignored.returncode == 128:
            pytest.skip("not a git checkout")
        assert ignored.returncode == 0, name
