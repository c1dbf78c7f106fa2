"""Settings: environment over file over default, each with its source, and bad ones named."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from chat.settings import Settings, SettingsError, load, unknown_names


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (
        *(f"TERTULIA_{field.upper()}" for field in Settings.model_fields),
        *unknown_names(),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("TERTULIA_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_serve_this_machine() -> None:
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.url == "sqlite:///data/tertulia.db"
    assert set(settings.sources().values()) == {"default"}


def test_the_environment_is_over_the_file_over_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("tertulia.toml").write_text('port = 9000\nhost = "0.0.0.0"\nsession_days = 7\n')
    monkeypatch.setenv("TERTULIA_PORT", "9100")
    settings = load()
    assert (settings.port, settings.host, settings.session_days) == (9100, "0.0.0.0", 7)
    sources = settings.sources()
    assert sources["port"] == "environment"
    assert sources["host"] == "tertulia.toml"
    assert sources["data"] == "default"
    assert settings.public_url == "http://127.0.0.1:9100"


def test_an_option_is_over_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PORT", "9100")
    settings = load(port=9200)
    assert settings.port == 9200
    assert settings.sources()["port"] == "option"


def test_the_file_may_lie_in_the_data_folder_or_be_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TERTULIA_DATA", "elsewhere")
    Path("elsewhere").mkdir()
    Path("elsewhere/tertulia.toml").write_text("port = 1\n")
    assert load().port == 1
    named = tmp_path / "other.toml"
    named.write_text("port = 2\n")
    monkeypatch.setenv("TERTULIA_CONFIG", str(named))
    assert load().port == 2


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PORT", "")
    assert load().port == 8000


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "abc", "TERTULIA_PORT=abc: "),
        ("PORT", "65536", "TERTULIA_PORT=65536: "),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy", "'proxy' is no address"),
        ("PUBLIC_URL", "talk.example.org", "must look like https://"),
        ("PUBLIC_URL", "https://talk.example.org/club", "must have no path"),
        ("PUBLIC_URL", "https://talk.example.org:port", "must look like"),
        ("DATABASE_URL", "mysql://x/y", "must start with postgresql://"),
        ("REDIS_URL", "http://x", "must start with redis://"),
        ("LOG_FORMAT", "xml", "TERTULIA_LOG_FORMAT=xml: "),
        ("SESSION_DAYS", "0", "TERTULIA_SESSION_DAYS=0: "),
    ],
)
def test_a_bad_value_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"TERTULIA_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load()
    line = str(caught.value)
    assert says in line
    assert line.startswith(f"TERTULIA_{name}")
    assert "\n" not in line


def test_a_bad_value_in_the_file_names_the_file() -> None:
    Path("tertulia.toml").write_text('log_level = "loud"\n')
    with pytest.raises(SettingsError, match=r"^log_level \(tertulia\.toml\)=loud: "):
        load()
    Path("tertulia.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"^prot \(tertulia\.toml\): there is no such setting"):
        load()
    Path("tertulia.toml").write_text("port 1\n")
    with pytest.raises(SettingsError, match="not TOML"):
        load()


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_CONFIG", "nowhere.toml")
    with pytest.raises(SettingsError, match=r"nowhere\.toml: cannot be read"):
        load()


@pytest.mark.attack
def test_passwords_are_neither_shown_nor_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_DATABASE_URL", "postgres://ana:geheim@db:5432/t?sslmode=require")
    monkeypatch.setenv("TERTULIA_REDIS_URL", "redis://:geheim@cache/0")
    settings = load()
    assert settings.url == "postgresql+psycopg://ana:geheim@db:5432/t?sslmode=require"
    assert "geheim" not in str(settings.shown())
    monkeypatch.setenv("TERTULIA_DATABASE_URL", "mysql://ana:geheim@db/t")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "geheim" not in str(caught.value)


def test_a_network_named_by_one_of_its_addresses_is_that_network() -> None:
    settings = Settings(trusted_proxies=("10.1.2.3/8", "127.0.0.1", "fd00::7/8"))
    assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1", "fd00::/8")


def test_misspelt_names_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PROT", "1")
    assert unknown_names() == ["TERTULIA_PROT"]


def test_made_by_keyword_nothing_else_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PORT", "9100")
    Path("tertulia.toml").write_text("port = 9000\n")
    settings = Settings(data=Path("x"))
    assert settings.port == 8000
    assert settings.sources()["data"] == "given"
    with pytest.raises(ValidationError):
        settings.port = 1


def test_a_v6_address_makes_a_url() -> None:
    assert Settings(host="::1", port=80).public_url == "http://[::1]:80"
    assert Settings(host="::", port=80).public_url == "http://127.0.0.1:80"
