#!/usr/bin/env bash
# Everything that has to hold, in order; stops at the first thing that does not. `make check` calls it.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\n== %s\n' "$1"; }

say "format";  ruff format --check -q . || { echo "Run: make format"; exit 1; }
say "lint";    ruff check -q --output-format concise .
say "floors";  lint-imports --no-logo 2>/dev/null || lint-imports
say "types";   mypy
say "tests on SQLite"; python -m pytest -n 2 -q
if [ -n "${TEST_POSTGRES:-}" ]; then PG="$TEST_POSTGRES"; else PG="postgresql://postgres@127.0.0.1:5432/postgres"; fi
if python - "$PG" <<'PY' 2>/dev/null
import sys, psycopg
psycopg.connect(sys.argv[1], connect_timeout=3).close()
PY
then
  say "tests on PostgreSQL"
  env -u TEST_POSTGRES RESONANZ_DATABASE_URL="$PG" python -m pytest -n 2 -q -m "not e2e and not real and not load"
elif [ -n "${REQUIRE_POSTGRES:-}" ]; then
  echo "PostgreSQL is required but was not reached."; exit 1
else
  say "tests on PostgreSQL: left out, no server was reached"
fi
