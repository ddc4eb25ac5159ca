"""Small files, small functions. An exception bears its reason."""

from statistics import median

from tests.rules.source import house

FUNCTION_MOST, FILE_MOST = 40, 400
FUNCTION_MEDIAN, FILE_MEDIAN = 8, 100
LONG_FILES = {
    "connectors/contract.py": "the whole contract in one place, so that who writes a connector reads one file",
}


def sizes():
    return {
        f"{source.name}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for source in house()
        for function in source.functions()
    }


def test_no_function_is_longer_than_a_page():
    long = {name: lines for name, lines in sizes().items() if lines > FUNCTION_MOST}

    assert long == {}


def test_no_file_is_longer_than_a_person_reads():
    long = {source.name: source.lines for source in house() if source.lines > FILE_MOST}

    assert sorted(long) == sorted(LONG_FILES)


def test_the_usual_function_and_file_are_short(record_property):
    functions, files = median(sizes().values()), median(s.lines for s in house() if s.text.strip())
    record_property("median", f"function {functions}, file {files}")
    print(f"median: function {functions} lines, file {files} lines")  # noqa: T201 - the figure is the point

    assert (functions <= FUNCTION_MEDIAN, files <= FILE_MEDIAN) == (True, True)
