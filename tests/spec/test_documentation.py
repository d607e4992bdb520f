"""How samples are found and changed, tried on a text of our own."""

from pathlib import Path

import pytest

from tests.spec.documentation import SHARED, Documentation, adapted, lacks, read_documentation

TEXT = """\
제목

무엇을 하는 곳인지 말해요:

curl -X POST https://api.koreacheckout.com/api/things/create \\
  -H "x-api-key: sk_live_your_key_here" \\
  -d '{
    "name": "한글",
    "count": 1
  }'

  • 목록의 한 줄

GET /api/things/{{thingId}}

curl -X GET https://api.koreacheckout.com/api/things/th_1 \\
  -H "x-api-key: sk_live_your_key_here"

// Response
{{
  "success": true,
  "data": {{
    "thingId": "th_1",  // an id
    "url": "https://x.example/a"
  }}
}}

지켜보기

// Watch it
const watch = async (id) => {{
  const answer = await fetch(`/api/things/${id}`, {{ headers: {{ 'a': 'b' }} }});
  return answer;
}};

🔐 끝

app.post('/hook', (req, res) => {
  res.send('확인');
});
"""
DOCUMENTATION = Documentation(TEXT)


def test_a_command_is_taken_with_all_its_lines() -> None:
    [create] = DOCUMENTATION.commands("/api/things/create")

    assert create.startswith("curl -X POST")
    assert create.endswith("  }'")
    assert '"name": "한글",' in create


def test_commands_are_found_by_the_beginning_of_their_path() -> None:
    assert len(DOCUMENTATION.commands("/api/things")) == 2
    assert DOCUMENTATION.commands("/api/thing") == []


def test_a_script_is_taken_without_the_prose_and_with_single_braces() -> None:
    script = DOCUMENTATION.script("watch")

    assert script.startswith("// Watch it\nconst watch = async (id) => {\n")
    assert "`/api/things/${id}`, { headers: { 'a': 'b' } }" in script
    assert script.endswith("};")


def test_single_braces_stay_as_they_are() -> None:
    assert DOCUMENTATION.script("app.post") == "app.post('/hook', (req, res) => {\n  res.send('확인');\n});"


def test_a_script_that_is_not_there_is_told() -> None:
    with pytest.raises(AssertionError, match="0 scripts use nothing"):
        DOCUMENTATION.script("nothing")


def test_an_answer_is_read_without_its_comments() -> None:
    assert DOCUMENTATION.answers("thingId") == [
        {"success": True, "data": {"thingId": "th_1", "url": "https://x.example/a"}}
    ]


def test_only_hosts_key_and_ids_are_changed() -> None:
    [_create, read] = DOCUMENTATION.commands("/api/things")

    changed = adapted(read, base="http://127.0.0.1:1", key="sk_test_1", ids={"th_1": "th_2"})

    assert changed == 'curl -X GET http://127.0.0.1:1/api/things/th_2 \\\n  -H "x-api-key: sk_test_1"'


@pytest.mark.parametrize(
    ("real", "problem"),
    [
        ({}, ".a is missing"),
        ({"a": "1"}, ".a is '1', documented is 1"),
        ({"a": None}, ".a is None, documented is 1"),
        ({"a": True}, ".a is True, documented is 1"),
        ([], "answer is no object"),
    ],
)
def test_what_an_answer_lacks_is_named(real: object, problem: str) -> None:
    assert lacks({"a": 1}, real) == [problem]


def test_what_an_answer_has_beyond_is_fine() -> None:
    assert lacks({"a": {"b": ["x"]}}, {"a": {"b": ["y", "z"], "c": 1}, "d": 2}) == []
    assert lacks({"a": [{"b": 1}]}, {"a": [{}]}) == [".a[].b is missing"]
    assert lacks({"a": [1]}, {"a": []}) == [".a has fewer entries"]


def test_the_file_is_where_the_environment_says(tmp_path: Path) -> None:
    path = tmp_path / "spec.txt"
    path.write_text("글")

    assert read_documentation({"SPEC_FILE": str(path), "CI": "true"}).text == "글"


def test_where_there_is_no_file_the_test_is_skipped_and_says_how_to_help(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="set SPEC_FILE"):
        read_documentation({"SPEC_FILE": str(tmp_path / "nowhere"), "CI": "true"})


@pytest.mark.parametrize("is_there", [True, False])
def test_on_ci_a_folder_without_the_file_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    shared = tmp_path / SHARED.name
    if is_there:
        shared.mkdir()
    monkeypatch.setattr("tests.spec.documentation.SHARED", shared)
    monkeypatch.setattr("tests.spec.documentation.FILE", shared / "spec.txt")
    outcome = pytest.fail.Exception if is_there else pytest.skip.Exception

    with pytest.raises(outcome):
        read_documentation({"CI": "true"})
