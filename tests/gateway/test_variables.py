"""Secrets from the environment or from files, and what is said where a file gives none."""

from pathlib import Path

import pytest

from gateway.configuration.settings import Environment, SettingsInvalid, load

SETTINGS = """
[[accounts]]
id = "sms"
connector = "twilio-sms"
name = "SMS"
[accounts.settings]
account_sid = "AC00000000000000000000000000000000"
auth_token = "${TWILIO_AUTH_TOKEN}"
from = "+62811000112"
"""


def secret(folder: Path, content: bytes) -> str:
    path = folder / "secret"
    path.write_bytes(content)
    return str(path)


def token(folder: Path, **environ: str) -> object:
    """The auth token that the connector would be given."""
    (folder / "kanal.toml").write_text(SETTINGS)
    (account,) = load(folder / "kanal.toml", environ).accounts
    return account.settings["auth_token"]


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"s3cret", "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\n", "s3cret"),
        (b" s3 cret \n", " s3 cret "),
        (b"two\n\n", "two\n"),
        ("kunci–é\n".encode(), "kunci–é"),
    ],
)
def test_a_secret_is_the_file_without_its_last_newline(
    tmp_path: Path, content: bytes, value: str
) -> None:
    assert token(tmp_path, TWILIO_AUTH_TOKEN_FILE=secret(tmp_path, content)) == value


def test_the_variable_itself_comes_first(tmp_path: Path) -> None:
    path = secret(tmp_path, b"from the file")
    both = {"TWILIO_AUTH_TOKEN": "direct", "TWILIO_AUTH_TOKEN_FILE": path}
    assert token(tmp_path, **both) == "direct"
    # As `environment:` in a compose file leaves it where the host has no such variable.
    assert token(tmp_path, **both | {"TWILIO_AUTH_TOKEN": ""}) == "from the file"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"", "is empty; write the value into it"),
        (b"\n", "is empty; write the value into it"),
        (b"hush\xff", "is not UTF-8 text"),
        (b"hush" * 20_000, "is too large to be a secret"),
    ],
)
def test_a_file_that_gives_nothing_is_named_and_not_shown(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = str(tmp_path / "nowhere") if content is None else secret(tmp_path, content)
    with pytest.raises(SettingsInvalid) as of_settings:
        token(tmp_path, TWILIO_AUTH_TOKEN_FILE=path)
    with pytest.raises(SettingsInvalid) as of_environment:
        Environment.read({"KANAL_DATABASE_URL_FILE": path, "KANAL_REDIS_URL_FILE": path})
    (problem,) = of_settings.value.problems
    assert f"accounts[0].settings.auth_token: TWILIO_AUTH_TOKEN_FILE: {path} {said}" in problem
    database, redis = of_environment.value.problems
    assert database.startswith(f"KANAL_DATABASE_URL_FILE: {path} {said}")
    assert redis.startswith(f"KANAL_REDIS_URL_FILE: {path} {said}")
    assert "hush" not in problem + database + redis


def test_a_folder_is_no_secret(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        token(tmp_path, TWILIO_AUTH_TOKEN_FILE=str(tmp_path))


def test_the_other_way_is_named_where_a_variable_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="the environment has no TWILIO_AUTH_TOKEN") as error:
        token(tmp_path)
    assert "TWILIO_AUTH_TOKEN_FILE" in str(error.value)


def test_the_addresses_of_servers_may_lie_in_files(tmp_path: Path) -> None:
    database = tmp_path / "database"
    database.write_text("postgresql://kanal:pw@db/kanal\n")
    read = Environment.read(
        {"KANAL_DATABASE_URL_FILE": str(database), "KANAL_REDIS_URL": "redis://cache"}
    )
    assert read.database_url == "postgresql://kanal:pw@db/kanal"
    assert read.redis_url == "redis://cache"


def test_a_secret_from_a_file_is_not_put_into_a_childs_environment(tmp_path: Path) -> None:
    path = secret(tmp_path, b"postgresql://kanal:pw@db/kanal\n")
    read = Environment.read({"KANAL_DATABASE_URL_FILE": path, "KANAL_REDIS_URL": "redis://cache"})
    handed_on = read.to_variables()
    assert "pw" not in "".join(handed_on.values())
    assert "KANAL_DATABASE_URL" not in handed_on
    assert Environment.read(handed_on) == read


def test_a_name_that_is_nearly_ours_is_told_from_a_strangers() -> None:
    place = Environment.read(
        {
            "KANAL_DATABSE_URL": "x", "KANAL_REDISURL": "x", "KANAL_CONFIG": "kanal.toml",
            "KANAL_SERVICE_HOST": "10.0.0.1", "KANAL_TEST_DATABASE_URL": "x", "PATH": "/bin",
        }
    )  # fmt: skip
    assert place.misspelt == {
        "KANAL_DATABSE_URL": "KANAL_DATABASE_URL", "KANAL_REDISURL": "KANAL_REDIS_URL"
    }  # fmt: skip
