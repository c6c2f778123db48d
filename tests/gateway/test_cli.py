"""The command `kanal` as an operator uses it."""

import contextlib
import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main
from tests.normalizer.borders import collection, geojson

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


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def kanal(folder: Path, *arguments: str, said: str = "", **environ: str) -> Done:
    """Run a command in *folder*, in this process but as from a shell."""
    clean = {name: None for name in os.environ if name.startswith("KANAL_")}
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    try:
        with contextlib.chdir(folder):
            result = CliRunner().invoke(main, arguments, input=said, env=clean | environ)
    finally:
        logging.getLogger().handlers[:], logging.getLogger().level = handlers, level
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def write(folder: Path, content: str) -> None:
    (folder / "kanal.toml").write_text(content)


COMMANDS = [
    "init", "check", "doctor", "serve", "worker", "demo",
    "replay", "pause", "resume", "db", "token", "units", "clocks", "audit", "user",
    "understand", "boundaries", "roster", "report", "templates",
]  # fmt: skip


def test_help_names_every_command(tmp_path: Path) -> None:
    done = kanal(tmp_path, "--help")
    assert done.returncode == 0
    for command in COMMANDS:
        assert f"  {command} " in done.stdout


@pytest.mark.parametrize("command", [*COMMANDS, "db upgrade", "token create", "templates push"])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = kanal(tmp_path, *command.split(), "--help")
    assert done.returncode == 0
    assert len(done.stdout) > 100


def test_init_writes_a_configuration_that_sends_nothing(tmp_path: Path) -> None:
    done = kanal(tmp_path, "init", "--url", "https://lapor.example.go.id", "--other-numbers")
    assert done.returncode == 0, done.stderr
    written = (tmp_path / "kanal.toml").read_text()
    assert 'sending = "off"' in written
    assert "first_serial = 5001" in written
    assert (tmp_path / "var" / "keys.json").stat().st_mode & 0o077 == 0
    assert kanal(tmp_path, "check").returncode == 0
    again = kanal(tmp_path, "init", "--url", "https://x.example", "--no-other-numbers")
    assert again.returncode == 1
    assert "exists already" in again.stderr


@pytest.mark.parametrize(
    ("told", "missing"),
    [([], "say --url"), (["--url", "https://x.example"], "say --other-numbers or --no-other")],
)
def test_init_names_what_nobody_answers(tmp_path: Path, told: list[str], missing: str) -> None:
    done = kanal(tmp_path, "init", *told, said="")
    assert done.returncode == 1
    assert missing in done.stderr
    assert not (tmp_path / "kanal.toml").exists()


def test_init_asks_what_it_is_not_told(tmp_path: Path) -> None:
    done = kanal(tmp_path, "init", said="https://lapor.example.go.id\nn\n")
    assert done.returncode == 0, done.stderr
    assert "first_serial = 1 " in (tmp_path / "kanal.toml").read_text()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sending = 'maybe'", "sending: Input should be 'off', 'allowlist' or 'on'"),
        ("sendign = 'on'", "sendign: unknown key; did you mean 'sending'?"),
        ("[pauses]\ntext = 3", "pauses.text: unknown key; did you mean 'text_s'?"),
        ("public_base_url = 'kanal'", "public_base_url: Input should be a valid URL"),
        ("x = [", "not TOML"),
        (SETTINGS, "the environment has no TWILIO_AUTH_TOKEN"),
        (
            SETTINGS.replace("twilio-sms", "twilio-sm"),
            "no connector 'twilio-sm'; there are counter",
        ),
        (SETTINGS.replace("account_sid", "acount_sid"), "did you mean 'account_sid'?"),
        (SETTINGS.replace("AC000", "XX000"), "account_sid: starts with AC"),
        (SETTINGS.replace("from =", "form ="), "form: unknown key; did you mean 'from'?"),
        (SETTINGS + SETTINGS, "the account id 'sms' stands twice"),
        (SETTINGS.replace('name = "SMS"', ""), "accounts[0].name: is missing"),
        (
            SETTINGS.replace('id = "sms"', 'id = "SMS Kota"'),
            "accounts[0].id: is a name of small letters",
        ),
        (SETTINGS.replace("from", "# from"), "accounts[0] (sms).settings: sending needs from or"),
        (SETTINGS.replace("${TWILIO_AUTH_TOKEN}", ""), "(sms).settings.auth_token: is empty"),
        (SETTINGS + "currency = 'Rp'", "currency: is three capital letters, as in USD"),
        ("[numbers]\nprefix = 'JKT'", "numbers.prefix: is two capital letters, as in JK"),
    ],
)
def test_check_says_exactly_what_is_wrong(tmp_path: Path, content: str, said: str) -> None:
    write(tmp_path, content)
    environ = {} if "no TWILIO" in said else {"TWILIO_AUTH_TOKEN": "very-secret"}
    done = kanal(tmp_path, "check", **environ)
    assert done.returncode == 1
    assert said in done.stderr
    assert "very-secret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_check_says_all_that_is_wrong_at_once(tmp_path: Path) -> None:
    content = SETTINGS.replace('"+62811000112"', '"${SENDER}"').replace("account_sid", "acount_sid")
    write(tmp_path, content)
    done = kanal(tmp_path, "check")
    assert "settings.auth_token: the environment has no TWILIO_AUTH_TOKEN" in done.stderr
    assert "settings.from: the environment has no SENDER" in done.stderr
    assert "acount_sid: unknown key; did you mean 'account_sid'?" in done.stderr
    assert "is a number with +" not in done.stderr, "what is not known yet is not judged"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    done = kanal(tmp_path, "check", KANAL_CONFIG="/nowhere/kanal.toml")
    assert done.returncode == 1
    assert "/nowhere/kanal.toml: there is no such file; `kanal init` writes one" in done.stderr


def test_an_owner_that_is_no_unit_stops_the_start(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS.replace('name = "SMS"', 'name = "SMS"\nowner = "dinas-x"'))
    done = kanal(
        tmp_path, "token", "create", "--unit", "x", "--role", "supervisor", TWILIO_AUTH_TOKEN="t"
    )
    assert done.returncode == 1
    assert "there is no unit 'dinas-x'" in done.stderr


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    done = kanal(tmp_path, "check", KANAL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "the database does not answer" in done.stderr
    done = kanal(tmp_path, "serve", "--port", "0", KANAL_DATABASE_URL=url)
    assert done.returncode == 1
    assert "the database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_foreign_key_file_stops_the_start(tmp_path: Path) -> None:
    token = ("token", "create", "--unit", "biro-pemerintahan", "--role", "supervisor")
    assert kanal(tmp_path, *token).returncode == 0
    keys = tmp_path / "var" / "keys.json"
    content = json.loads(keys.read_text())
    keys.write_text(json.dumps(content | {"lookup": content["code"]}))
    done = kanal(tmp_path, *token)
    assert done.returncode == 1
    assert "belongs to another installation" in done.stderr
    keys.unlink()
    done = kanal(tmp_path, *token)
    assert done.returncode == 1
    assert "the key file is missing" in done.stderr


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = kanal(tmp_path, "serve", "--port", "0", KANAL_DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert "KANAL_DATA_DIR" in done.stderr


def test_tokens_are_printed_once_and_need_a_unit_and_a_role(tmp_path: Path) -> None:
    made = kanal(
        tmp_path, "token", "create", "--unit", "biro-pemerintahan", "--role", "system-admin"
    )
    assert made.returncode == 0
    assert made.stdout.startswith("kanal_")
    wrong = kanal(tmp_path, "token", "create", "--unit", "nowhere", "--role", "system-admin")
    assert wrong.returncode == 1
    assert "there is no unit 'nowhere'" in wrong.stderr
    role = kanal(tmp_path, "token", "create", "--unit", "biro-pemerintahan", "--role", "king")
    assert role.returncode == 2
    assert "agency-admin" in role.stderr


def test_a_token_that_leaked_is_revoked(tmp_path: Path) -> None:
    create = ("token", "create", "--unit", "biro-pemerintahan", "--role", "supervisor")
    made = kanal(tmp_path, *create).stdout.strip()
    listed = kanal(tmp_path, "token", "list").stdout
    assert "biro-pemerintahan  supervisor" in listed
    assert made not in listed
    token_id = listed.split()[0]
    done = kanal(tmp_path, "token", "revoke", token_id)
    assert (done.returncode, done.stdout) == (0, f"Token {token_id} is revoked.\n")
    assert "  revoked 20" in kanal(tmp_path, "token", "list").stdout
    again = kanal(tmp_path, "token", "revoke", token_id)
    assert again.returncode == 1
    assert "no token" in again.stderr
    said = kanal(tmp_path, "audit", "list").stdout
    assert f"token.create  token:{token_id}" in said
    assert f"token.revoke  token:{token_id}" in said


def test_people_are_let_in_and_out_from_the_shell(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS)
    secret = {"TWILIO_AUTH_TOKEN": "t"}
    of = ("--unit", "biro-pemerintahan", "--role", "channel-admin")
    made = kanal(tmp_path, "user", "add", "rina.s", *of, "--account", "sms", **secret)
    assert made.returncode == 0, made.stderr
    password = made.stdout.strip()
    assert len(password) == 24
    own = ("--password-stdin",)
    easy = kanal(tmp_path, "user", "add", "dedi", *of, *own, said="1234\n", **secret)
    assert (easy.returncode, "12 to 200 characters" in easy.stderr) == (1, True)
    given = kanal(tmp_path, "user", "add", "dedi", *of, *own, said="kuda besi monas\n", **secret)
    assert given.stdout == "dedi can sign in.\n"
    foreign = kanal(tmp_path, "user", "add", "x1", *of, "--account", "wa", **secret)
    assert (foreign.returncode, "it owns: sms" in foreign.stderr) == (1, True)
    assert kanal(tmp_path, "user", "disable", "dedi", **secret).returncode == 0
    assert kanal(tmp_path, "user", "password", "rina.s", **secret).stdout.strip() != password
    listed = kanal(tmp_path, "user", "list", **secret).stdout.splitlines()
    assert "channel-admin  all of the unit  disabled 20" in listed[0]
    assert "channel-admin  sms  one-time password until 20" in listed[1]
    assert password not in "".join(listed)
    moved = kanal(tmp_path, "user", "change", "rina.s", "--role", "supervisor", **secret)
    assert "supervisor" in moved.stdout
    both = ("--account", "sms", "--all-accounts")
    assert kanal(tmp_path, "user", "change", "rina.s", *both, **secret).returncode == 1
    unknown = kanal(tmp_path, "user", "disable", "siapa", **secret)
    assert (unknown.returncode, "`kanal user list`" in unknown.stderr) == (1, True)
    said = kanal(tmp_path, "audit", "list", **secret).stdout
    for action in ("user.add", "user.change", "user.disable", "user.password"):
        assert f"{action}  user:" in said
    assert "rina" not in said


def test_pausing_and_resuming_from_the_shell(tmp_path: Path) -> None:
    write(tmp_path, SETTINGS)
    secret = {"TWILIO_AUTH_TOKEN": "t"}
    done = kanal(tmp_path, "pause", "sms", "--reason", "uji templat", **secret)
    assert "paused on sms" in done.stdout
    done = kanal(tmp_path, "resume", "sms", "--held", "latest", **secret)
    assert "goes on on sms; 0 held notices released" in done.stdout
    done = kanal(tmp_path, "pause", "wa", "--reason", "x", **secret)
    assert done.returncode == 1
    assert "there is no account 'wa'; there are: sms" in done.stderr


def test_replay_of_nothing_says_so(tmp_path: Path) -> None:
    assert "Nothing is stuck." in kanal(tmp_path, "replay").stdout
    done = kanal(tmp_path, "replay", "12345")
    assert done.returncode == 1
    assert "none of these ids is stuck" in done.stderr


def test_the_database_is_upgraded_once(tmp_path: Path) -> None:
    assert "was empty and is current now" in kanal(tmp_path, "db", "upgrade").stdout
    assert "was current and is current now" in kanal(tmp_path, "db", "upgrade").stdout


@pytest.mark.parametrize("command", ["check", "init --url https://x.example", "db upgrade", "demo"])
def test_an_unreadable_secret_file_ends_every_command_with_a_sentence(
    tmp_path: Path, command: str
) -> None:
    said = ["--no-other-numbers"] if command.startswith("init") else []
    missing = str(tmp_path / "nowhere")
    done = kanal(tmp_path, *command.split(), *said, KANAL_DATABASE_URL_FILE=missing)
    assert done.returncode == 1
    assert f"KANAL_DATABASE_URL_FILE: {missing} cannot be read" in done.stderr


def test_understand_says_what_was_understood_and_from_which_words(tmp_path: Path) -> None:
    done = kanal(tmp_path, "understand", "gg mawar rt 4 rw 2 manggarai got mampet sejak kemarin")
    assert done.returncode == 0, done.stderr
    for said in ('got mampet, 90% karena "got mampet"', "dinas-sda", "Manggarai (31.74.01.1007)"):
        assert said in done.stdout


def test_understand_answers_a_line_for_a_line_in_order(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "text": "lampu jalan mati kel tebet timur", "at": "2026-11-21T10:00:00"},
        {"id": 2, "text": "KTP saya belum jadi", "channel": "sms"},
        {"id": None, "text": "", "lat": -6.2288, "lon": 106.8487},
    ]
    said = "\n".join(json.dumps(row) for row in rows)
    done = kanal(tmp_path, "understand", "--jsonl", said=said)
    assert done.returncode == 0, done.stderr
    lamp, card, pin = (json.loads(line) for line in done.stdout.splitlines())
    assert (lamp["id"], card["id"], pin["id"]) == ("a", 2, None)
    assert lamp["kelurahan"][0]["code"] == "31.74.01.1001"
    assert (lamp["agency"], lamp["complete"], lamp["question"]) == ("dinas-bina-marga", True, None)
    assert (card["kind"], card["missing"]) == ("personal", ["office"])
    assert "NIK" in card["question"]
    assert (pin["kind"], pin["missing"]) == ("unclear", ["problem"])
    assert pin["kelurahan"][0]["code"].startswith("31.74.01.")
    assert pin["place"]["approximate"]


@pytest.mark.parametrize("line", ["no json", "[1]", '{"text": "x", "at": "soon"}'])
def test_understand_names_the_line_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    done = kanal(tmp_path, "understand", "--jsonl", said=line)
    assert done.returncode == 1
    assert "line 1" in done.stderr


def test_understand_goes_on_behind_a_line_that_cannot_be_read(tmp_path: Path) -> None:
    said = '{"id": 1, "text": "banjir"}\n\n{"id": 2}\n{"id": 3, "text": "banjir"}\n'
    done = kanal(tmp_path, "understand", "--jsonl", said=said)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert [answer.get("line") for answer in answers] == [None, 3, None]
    assert "1 could not be read, the first is line 3" in done.stderr


def test_understand_needs_a_text(tmp_path: Path) -> None:
    assert "say what to read" in kanal(tmp_path, "understand").stderr


def test_borders_are_taken_in_and_check_says_which_answer_is_active(tmp_path: Path) -> None:
    data, source = {"KANAL_DATA_DIR": str(tmp_path / "var")}, tmp_path / "borders.json"
    kanal(tmp_path, "init", "--url", "https://k.example.go.id", "--no-other-numbers", **data)
    assert "nearest middle, approximate" in kanal(tmp_path, "check", **data).stdout
    source.write_bytes(geojson())
    done = kanal(tmp_path, "boundaries", "import", str(source), **data)
    assert "267 kelurahan in 44 kecamatan. SHA-256 " in done.stdout
    assert "by the borders of 267 kelurahan" in kanal(tmp_path, "check", **data).stdout
    row = '{"id": 1, "text": "lampu mati kel cawang", "lat": -6.2288, "lon": 106.8487}'
    answer = json.loads(kanal(tmp_path, "understand", "--jsonl", said=row, **data).stdout)
    assert not answer["place"]["approximate"]

    kept = tmp_path / "var" / "boundaries.jsonl"
    kept.write_text(kept.read_text().replace("106.8", "106.9"))
    done = kanal(tmp_path, "check", **data)
    assert done.returncode == 1
    assert "is damaged: run `kanal boundaries import FILE` again" in done.stderr


def test_borders_need_a_folder_that_can_be_written(tmp_path: Path) -> None:
    source = tmp_path / "borders.json"
    source.write_bytes(geojson())
    done = kanal(tmp_path, "boundaries", "import", str(source), KANAL_DATA_DIR="/proc/nosuch")
    assert done.returncode == 1
    assert "/proc/nosuch cannot be written" in done.stderr
    assert "put the boundaries.jsonl that is made there into this one" in done.stderr
    done = kanal(tmp_path, "boundaries", "import", "missing.json")
    assert "missing.json: No such file" in done.stderr


def test_a_file_without_all_kelurahan_changes_nothing(tmp_path: Path) -> None:
    source = tmp_path / "borders.json"
    source.write_bytes(geojson(collection(without={"31.71.01.1001"})))
    data = {"KANAL_DATA_DIR": str(tmp_path / "var")}
    done = kanal(tmp_path, "boundaries", "import", str(source), **data)
    assert done.returncode == 1
    assert "31.71.01.1001" in done.stderr
    assert not (tmp_path / "var" / "boundaries.jsonl").exists()
