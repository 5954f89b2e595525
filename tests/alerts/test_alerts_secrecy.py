"""What is taken out of words, and what is not."""

from __future__ import annotations

import logging

import pytest

from alerts.secrecy import Redactor, mask


@pytest.mark.parametrize(
    ("url", "secrets", "words"),
    [
        (
            "mailtos://alice:hunter22@relay:587?from=a@example.org&mode=starttls",
            ["hunter22", "alice:hunter22@relay:587"],
            ["alice", "relay", "starttls", "mailtos"],
        ),
        ("slack://T0000TEST/B0000TEST/abcdefgh", ["T0000TEST", "B0000TEST", "abcdefgh"], ["slack"]),
        ("discord://424242424242/some-token", ["424242424242", "some-token"], ["discord"]),
        (
            "jsons://hooks.example.org/in/tok-1234?+Authorization=Bearer%20abcdef&-key=zyxwvu&method=POST",
            ["tok-1234", "/in/tok-1234", "Bearer abcdef", "Bearer%20abcdef", "zyxwvu"],
            ["hooks.example.org", "POST", "in"],
        ),
        ("json://user:p%40ss%3Aw0rd@127.0.0.1/", ["p%40ss%3Aw0rd", "p@ss:w0rd"], ["127.0.0.1", "user"]),
        ("twilio://AC0123456789:tok-1234@4115550100", ["AC0123456789", "tok-1234", "4115550100"], ["twilio"]),
        ("json://[tok-1234", ["json://[tok-1234"], ["json"]),
        ("tgram://123456789:abcdefg_hij/-100200300", ["abcdefg_hij", "-100200300"], ["tgram"]),
    ],
)
def test_telling_parts_are_masked(url: str, secrets: list[str], words: list[str]) -> None:
    """The whole address and each part by which someone could use it; hosts, settings and schemes stay readable."""
    redactor = Redactor()
    redactor.learn(url)
    for secret in (url, *secrets):
        assert secret not in redactor.clean(f"POST to <{secret}> failed"), secret
    for word in words:
        assert redactor.clean(f"about {word} now") == f"about {word} now"


def test_nothing_learnt_nothing_masked() -> None:
    """Without an address words stay as they are."""
    assert Redactor().clean("a b c") == "a b c"


def test_a_record_is_cleaned_with_its_arguments_and_its_traceback() -> None:
    """Secrets hide in arguments and exceptions too; what comes out has neither, and DEBUG goes no further."""
    redactor = Redactor()
    redactor.learn("json://127.0.0.1/tok-1234")
    heard = redactor.listen()
    error = ValueError("bad tok-1234")
    info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("apprise", logging.ERROR, __file__, 1, "at %s", ("tok-1234",), info)
    assert redactor.filter(record)
    assert logging.Formatter().format(record) == f"at {mask}: ValueError: bad {mask}"
    assert heard == [f"at {mask}: ValueError: bad {mask}"]
    quiet = logging.LogRecord("apprise", logging.DEBUG, __file__, 1, "tok-1234", (), None)
    assert not redactor.filter(quiet)
    assert heard[1:] == [mask]
