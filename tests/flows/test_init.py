"""`mandates init`: a configuration that loads, never over an existing one, and the command that comes next."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.sessions import load_sessions
from config.shipped import shipped
from config.sources import load_sources
from config.starter import NOT_CHOSEN, offered, sources_text
from config.subscriptions import load_subscriptions
from demo.site import PublicationSite
from flows.cli import cli
from tests.patience import until

pytestmark = pytest.mark.slow

MANDATES = str(Path(sys.executable).parent / "mandates")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no settings from outside."""
    for name in ("MANDATES_HOME", "MANDATES_CONFIG", "MANDATES_MAIL_URL", "SHELL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*words: str) -> Result:
    """Call it where nobody can answer questions."""
    return CliRunner().invoke(cli, ["init", *words], prog_name="mandates")


def called(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Call the command as a process in a folder."""
    return subprocess.run([MANDATES, *words], cwd=cwd, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_options_everything_that_is_on_is_watched(here: Path) -> None:
    """What is written loads, with the sources as they come and messages in files."""
    done = init()
    assert done.exit_code == 0, done.output
    found = load_sources(here / "config" / "sources.yaml")
    assert [source.id for source in found if source.enabled] == [name for name, _, off in offered() if off is None]
    assert load_sessions(here / "config" / "sessions.yaml") == load_sessions(shipped("sessions.yaml"))
    assert load_subscriptions(here / "config").targets["desk"].url == "mailbox"


def test_chosen_sources_are_on_and_the_others_can_be_chosen_later(here: Path) -> None:
    """The file is also the list to choose from; a source that needs something first stays off and says what."""
    done = init("--source", "ipu-archive", "--source", "reliefweb-migration")
    found = {source.id: source.off for source in load_sources(here / "config" / "sources.yaml")}
    assert found["ipu-archive"] is None
    assert found["aalco-51"] == found["un-ga-81"] == NOT_CHOSEN
    assert found["reliefweb-migration"] is not None
    assert found["reliefweb-migration"] in done.output
    assert set(found) == {name for name, _, _ in offered()}


def test_a_source_is_turned_off_without_another(here: Path) -> None:
    """No shipped source takes its keys from another one: each that is on can be the only one."""
    on = [name for name, _, off in offered() if off is None]
    assert len(on) > 1
    for name in on:
        path = here / "alone.yaml"
        path.write_text(sources_text({name}), encoding="utf-8")
        assert [source.id for source in load_sources(path) if source.enabled] == [name]


def test_nothing_is_ever_overwritten(here: Path) -> None:
    """A second call changes no byte, and says which options had no effect."""
    assert init("--source", "ipu-archive").exit_code == 0
    (here / "config" / "subscriptions.yaml").write_text("# mine\n")
    (here / ".env").write_text("SECRET=1\n")
    before = contents(here)
    done = init("--source", "iom-council", "--mail", "desk@example.org")
    assert contents(here) == before
    assert done.exit_code == 1
    assert "sources.yaml exists and was not changed: --source had no effect" in done.output
    assert init().exit_code == 0


def test_what_is_missing_is_added(here: Path) -> None:
    """A file that was deleted is written again; the others are kept."""
    init()
    (here / "config" / "sessions.yaml").unlink()
    (here / "config" / "sources.yaml").write_text("# mine\n")
    assert init().exit_code == 0
    assert (here / "config" / "sessions.yaml").exists()
    assert (here / "config" / "sources.yaml").read_text() == "# mine\n"


def test_the_mail_server_is_kept_out_of_the_yaml(here: Path) -> None:
    """The secret is in `.env`, which only its owner can read, and the commands find it there."""
    secret = "mailto://127.0.0.1:2525?mode=insecure&from=mandates@example.org"
    done = init("watch", "--mail", "desk@example.org", "--mail-server", secret, "--language", "fr")
    assert done.exit_code == 0, done.output
    folder = here / "watch"
    assert secret not in done.output
    assert all(secret.encode() not in raw for name, raw in contents(folder / "config").items())
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    checked = subprocess.run(
        [MANDATES, "subscriptions", "check"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert load_subscriptions(folder / "config").subscriptions[0].language == "fr"


def test_a_url_is_tried_and_watched(here: Path) -> None:
    """A page of one's own becomes a source that is on, after it has shown what it gives."""
    with PublicationSite(here / "site") as site:
        done = init("--source", f"{site.url}/resolutions64thAS", "--private")
        assert done.exit_code == 0, done.output
        assert "publications, such as “" in done.output
        on = [source for source in load_sources(here / "config" / "sources.yaml") if source.enabled]
        assert [source.url for source in on] == [f"{site.url}/resolutions64thAS"]
        refused = init("other", "--source", f"{site.url}/resolutions64thAS")
        assert refused.exit_code == 1
        assert "use --private for an intranet" in refused.output
        assert not (here / "other").exists()
        empty = init("third", "--source", f"{site.url}/robots.txt", "--private")
        assert empty.exit_code == 1
        assert not any(source.enabled for source in load_sources(here / "third" / "config" / "sources.yaml"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--source", "ipu-archiv"], "did you mean ipu-archive?"),
        (["--mail", "desk at example.org"], "is not one plain e-mail address"),
        (["--mail-server", "mailto://127.0.0.1"], "--mail-server needs --mail"),
    ],
)
def test_a_mistake_writes_nothing(here: Path, words: list[str], said: str) -> None:
    """A wrong option is a wrong call, and leaves the folder as it was."""
    done = init(*words)
    assert (done.exit_code, contents(here)) == (2, {})
    assert said in done.output


def test_the_next_command_fits_the_call(here: Path) -> None:
    """A folder, a home and a configuration of one's own are part of the command to copy; it is the last line."""
    (here / "elsewhere").mkdir()

    def last(*words: str) -> str:
        done = called(*words, cwd=here)
        return done.stdout.splitlines()[-1].partition("    #")[0].strip()

    assert last("init", "a watch") == f"cd 'a watch' && {MANDATES} run"
    assert last("--home", "elsewhere", "--config", "etc/yaml", "init") == (
        f"{MANDATES} --home elsewhere --config etc/yaml run"
    )
    assert (here / "etc" / "yaml" / "sources.yaml").exists()
    assert (here / ".env").exists()  # where commands look for it
    both = subprocess.run(
        [MANDATES, "--config", "yaml", "init", "x"], cwd=here, capture_output=True, text=True, check=False
    )
    assert (both.returncode, "leave FOLDER out" in both.stderr) == (2, True)


def test_beside_a_demonstration_real_documents_get_a_home_of_their_own(here: Path) -> None:
    """`mandates run` refuses the home of `mandates demo`, so the command that is named next has another."""
    (here / "data" / "demo").mkdir(parents=True)
    assert init("--source", "ipu-archive").exit_code == 0
    assert "MANDATES_HOME='./real'" in (here / ".env").read_text()
    ran = called("sources", "status", cwd=here)
    assert "history: real" in " ".join(ran.stdout.split())


def test_completion_is_printed_and_installed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line for the person's shell is shown; with --completion the script is where the shell looks, and it works."""
    monkeypatch.setenv("SHELL", "/bin/fish")
    monkeypatch.setenv("HOME", str(here))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert "_MANDATES_COMPLETE=fish_source mandates" in init("a").output
    assert init("b", "--completion").exit_code == 0
    assert "_MANDATES_COMPLETE=fish_complete" in (here / ".config/fish/completions/mandates.fish").read_text()
    asking = {**os.environ, "_MANDATES_COMPLETE": "bash_complete", "COMP_WORDS": "mandates so", "COMP_CWORD": "1"}
    done = subprocess.run([MANDATES], env=asking, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["plain,sources"]


def test_on_a_terminal_it_asks(here: Path) -> None:
    """Sources by number, an address, a hidden mail server: a person answers, and the files say the same."""
    number = [name for name, _, _ in offered()].index("ipu-archive") + 1
    answers = [str(number), "desk@example.org", "mailto://127.0.0.1:2525?from=a@example.org", "y", "es", ""]
    ours, theirs = pty.openpty()
    asking = subprocess.Popen([MANDATES, "init"], cwd=here, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    seen = ""
    hidden = "fill it in later]:"
    questions = ["or none [all]:", "messages become files]:", hidden, "[y/N]:", "[en]:", "[skip]:"]
    for question, answer in zip(questions, answers, strict=True):
        while question not in " ".join(seen.split()):
            seen += os.read(ours, 1000).decode()
        seen = ""
        if question == hidden:
            # What is typed before the terminal stops echoing is shown, and then forgotten.
            until(lambda: not termios.tcgetattr(ours)[3] & termios.ECHO)
        os.write(ours, f"{answer}\n".encode())
    told = b""
    try:
        while part := os.read(ours, 1000):
            told += part
    except OSError:  # the end of a terminal, on Linux
        pass
    assert asking.wait() == 0, told
    (subscription,) = load_subscriptions(here / "config").subscriptions
    assert (subscription.language, subscription.first_crawl, subscription.targets) == ("es", "tell", ("mail",))
    on = [source.id for source in load_sources(here / "config" / "sources.yaml") if source.enabled]
    assert on == ["ipu-archive"]
    assert "MANDATES_MAIL_URL='mailto://127.0.0.1:2525?from=a@example.org'" in (here / ".env").read_text()
    assert b"mailto://127" not in told
