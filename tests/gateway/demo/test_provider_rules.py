"""What the stand-in decides without a network: orders, lists, faults, words, writing."""

import pytest

from gateway.demo.provider import (
    Account,
    Button,
    Channel,
    File,
    NotPossible,
    On,
    Point,
    Rule,
    ScriptInvalid,
    Sender,
    parse_script,
)
from gateway.demo.provider.answers import Reply, WebhookAnswer, read_answer
from gateway.demo.provider.courier import Patience
from gateway.demo.provider.faults import Answer, Cut, Delay, Double, Drop, Late, Posting, Swap
from gateway.demo.provider.listing import QueryInvalid, read_query
from gateway.demo.provider.orders import Accepted, judge, read_order
from gateway.demo.provider.refusals import Refusal
from gateway.demo.provider.script import FaultScript
from gateway.demo.provider.stopwords import OptOutType, meaning
from gateway.demo.provider.writing import Writing, split

SMS, WHATSAPP, CITIZEN = "+12025550100", "whatsapp:+12025550100", "+6281234567890"
ACCOUNT = Account(
    "AC1",
    "token",
    senders=(Sender(SMS), Sender(WHATSAPP), Sender("PemprovDKI")),
    services={"MG1": (SMS,)},
    templates={"HX1": "Laporan {{1}} telah {{ 2 }}."},
)
GOOD = {"To": CITIZEN, "From": SMS, "Body": "Laporan diterima"}
TEMPLATE = {"To": CITIZEN, "From": SMS, "ContentSid": "HX1"}


def verdict(**fields: str) -> Accepted | Refusal:
    return judge(read_order(list(fields.items())), ACCOUNT, {(SMS, "+6281111111111")})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "081234567890"}, 21211),
        ({"To": "+62"}, 21211),
        ({"To": "ID.abc"}, 21211),
        ({"From": ""}, 21603),
        ({"From": "+6281111111111"}, 21606),
        ({"From": "Dinas Lain"}, 21606),
        ({"From": "nomor-yang-terlalu-panjang"}, 21212),
        ({"From": "whatsapp:+6281111111111", "To": f"whatsapp:{CITIZEN}"}, 63007),
        ({"From": WHATSAPP}, 21910),
        ({"From": "", "MessagingServiceSid": "MG404"}, 21701),
        ({"From": "", "MessagingServiceSid": "MG1", "To": f"whatsapp:{CITIZEN}"}, 21703),
        ({"Body": ""}, 21602),
        ({"Body": "a" * 1601}, 21617),
        ({"StatusCallback": "/status"}, 21609),
        ({"StatusCallback": "http://[::1"}, 21609),
        ({"StatusCallback": "http://kanal.example.org:port/"}, 21609),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"To": "+6281111111111"}, 21610),
        ({"ContentSid": "HX404"}, 21655),
        ({"ContentVariables": "{}"}, 21654),
        (TEMPLATE | {"ContentVariables": "bukan json"}, 21656),
        (TEMPLATE | {"ContentVariables": '{"1": ""}'}, 21656),
    ],
)
def test_an_order_that_twilio_refuses_is_refused_with_its_code(change, code):
    refused = verdict(**(GOOD | change))
    assert isinstance(refused, Refusal)
    assert (refused.status, refused.code) == (400, code)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"Body": "a" * 1600},
        {"Body": "", "MediaUrl": "https://example.org/foto.jpg"},
        {"From": "PemprovDKI"},
        {"From": "", "MessagingServiceSid": "MG1"},
        {"From": WHATSAPP, "To": f"whatsapp:{CITIZEN}"},
        {"From": WHATSAPP, "To": "whatsapp:ID.13491208655302741918"},
        {"StatusCallback": "https://kanal.example.org/status?token=1", "ValidityPeriod": "36000"},
        {"SomethingNew": "1"},
    ],
)
def test_an_order_in_good_form_is_accepted(change):
    assert isinstance(verdict(**(GOOD | change)), Accepted)


def test_a_template_is_filled_in():
    filled = TEMPLATE | {"ContentVariables": '{"1": "JK2611200001", "2": "selesai"}'}
    accepted = verdict(**filled)
    assert isinstance(accepted, Accepted)
    assert accepted.body == "Laporan JK2611200001 telah selesai."


def test_dates_of_the_list_include_their_day_or_second():
    day = read_query({"DateSent": "2026-11-20"})
    assert (day.until - day.since).days == 1
    span = read_query({"DateSent>": "2026-11-20T03:00:00Z", "DateSent<": "2026-11-20"})
    assert span.since.isoformat() == "2026-11-20T03:00:00+00:00"
    assert span.until.isoformat() == "2026-11-21T00:00:00+00:00"
    assert read_query({"PageSize": "5000"}).page_size == 1000


@pytest.mark.parametrize("params", [{"DateSent": "kemarin"}, {"PageSize": "banyak"}])
def test_a_filter_that_cannot_be_read_is_refused(params):
    with pytest.raises(QueryInvalid):
        read_query(params)


@pytest.mark.parametrize(
    ("status", "media_type", "body", "replies", "error"),
    [
        (204, "", b"", [], 0),
        (200, "text/xml", b"<Response/>", [], 0),
        (200, "application/xml", b"<Response><Message>Terima kasih</Message></Response>",
         [Reply("Terima kasih")], 0),
        (200, "text/xml", b"<Response><Message to='+628111'><Body>Foto</Body>"
         b"<Media>https://example.org/a.jpg</Media></Message></Response>",
         [Reply("Foto", ("https://example.org/a.jpg",), "+628111")], 0),
        (200, "text/plain", b"OK", [Reply("OK")], 0),
        (200, "text/plain", b" \n", [], 0),
        (200, "application/json", b"{}", [], 12300),
        (200, "text/xml", b"<Response>", [], 12100),
        (200, "text/html", b"<html></html>", [], 12200),
        (503, "text/plain", b"down", [], 11200),
        (0, "", b"", [], 11200),
    ],
)  # fmt: skip
def test_a_webhook_answer_is_read_as_twilio_reads_it(status, media_type, body, replies, error):
    instructions = read_answer(WebhookAnswer(status, media_type, body))
    assert (list(instructions.replies), instructions.error) == (replies, error)


def test_connection_overrides_are_read_from_the_fragment():
    patience = Patience.of("rc=9&rp=5xx,ct&ct=2000&rt=bad")
    assert patience == Patience(5, frozenset({"5xx", "ct"}), connect_s=2.0)
    assert patience.again("5xx")
    assert not patience.again("4xx")
    assert not patience.again("")
    assert Patience.of("rp=all").again("rt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stop", OptOutType.STOP),
        (" REVOKE\n", OptOutType.STOP),
        ("Start", OptOutType.START),
        ("INFO", OptOutType.HELP),
        ("stop dulu", None),
        ("BERHENTI", None),
    ],
)
def test_stop_words_count_alone_only(text, expected):
    assert meaning(text) is expected


def test_a_script_is_read_line_by_line():
    rules = parse_script("""
        # the crash run
        create answer status=429 code=20429 retry_after=2 times=3
        create cut handled=yes skip=100 every=50   # answer lost
        callback late seconds=0.5 to=+6281234567890
    """)
    assert rules == (
        Rule(On.CREATE, Answer(429, 20429, 2), times=3),
        Rule(On.CREATE, Cut(handled=True), skip=100, every=50),
        Rule(On.CALLBACK, Late(0.5), to=CITIZEN),
    )


@pytest.mark.parametrize(
    "line",
    ["create", "create drop", "nowhere drop", "create answer status", "create answer status=x",
     "create answer nothing=1", "create cut every=0", "create answer 'status=1"],
)  # fmt: skip
def test_a_script_that_cannot_be_names_its_line(line):
    with pytest.raises(ScriptInvalid, match="line 2"):
        parse_script(f"\n{line}")


def test_a_fault_fits_its_place():
    with pytest.raises(ScriptInvalid, match="cannot strike"):
        Rule(On.LIST, Drop())


def test_rules_count_what_concerns_them():
    rule = Rule(On.CREATE, Delay(), skip=2, every=3, times=2)
    assert [n for n in range(1, 15) if rule.strikes(n)] == [3, 6]
    script = FaultScript([Rule(On.CALLBACK, Drop(), to=CITIZEN, skip=1)])
    assert script.postings(On.CALLBACK, CITIZEN) == (Posting(),)
    assert script.postings(On.CALLBACK, "+62899") == (Posting(),)
    assert script.postings(On.CALLBACK, CITIZEN) == ()


def test_faults_on_a_post_add_up():
    script = FaultScript([Rule(On.WEBHOOK, fault) for fault in (Double(), Late(1), Swap())])
    assert script.postings(On.WEBHOOK, CITIZEN) == (Posting(1, held=True),) * 2


def test_whatsapp_takes_one_file_per_message_and_the_location_alone():
    photo, place = File("image/jpeg", b"1"), Point(-6.2, 106.8)
    parts = split(Writing("Banjir", (photo, photo), place, quotes="SM1"), Channel.WHATSAPP)
    assert [(p.text, len(p.files), p.location, p.quotes) for p in parts] == [
        ("Banjir", 1, None, "SM1"),
        ("", 1, None, "SM1"),
        ("", 0, place, "SM1"),
    ]


@pytest.mark.parametrize(
    "writing",
    [
        Writing(),
        Writing(location=Point(-6.2, 106.8)),
        Writing("Ya", button=Button("Ya", "yes")),
        Writing("Ya", quotes="SM1"),
        Writing(files=(File("image/png", b""),) * 11),
    ],
)
def test_sms_carries_text_and_ten_files_only(writing):
    with pytest.raises(NotPossible):
        split(writing, Channel.SMS)
