#!/bin/sh
# What the tests against real servers need: Postfix, Dovecot (Debian packages) and snac2 (built from Debian's source).
# Sources come from the mirror that this machine already uses; the system's package lists stay as they are.
# tools/real_servers.sh         build and install what is missing (as root, or with sudo that asks no password)
# tools/real_servers.sh --say   only say what is there
# tools/real_servers.sh --bluesky   the software of Bluesky's network, from npm (two to three minutes, so only where asked for)
set -eu

suite=trixie
cache="${XDG_CACHE_HOME:-$HOME/.cache}/resonanz-real"
snac="$cache/snac"

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

get() {
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

say() {
    for program in postfix dovecot; do
        if [ -x "/usr/sbin/$program" ]; then echo "$program: there"; else echo "$program: missing"; fi
    done
    if [ -x "$snac" ]; then echo "snac: there"; else echo "snac: missing"; fi
}

mirror() {
    # the first Debian mirror that the machine's own sources name, in either format
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
        grep -v '^#' | grep -Eo 'https?://[^ ]*/debian/?( |$)' | head -n 1 | tr -d ' '
}

install_mail() {
    [ -x /usr/sbin/postfix ] && [ -x /usr/sbin/dovecot ] && return
    # no service may start by itself on a build machine
    policy=/usr/sbin/policy-rc.d
    made=no
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod +x "$policy"
        made=yes
    fi
    done=yes
    get postfix dovecot-imapd dovecot-lmtpd || done=no
    if [ "$made" = yes ]; then as_root rm -f "$policy"; fi
    [ "$done" = yes ]
}

install_headers() {
    [ -e /usr/include/openssl/ssl.h ] && command -v gcc make dpkg-source >/dev/null &&
        { ls /usr/include/*/curl/curl.h >/dev/null 2>&1 || [ -e /usr/include/curl/curl.h ]; } && return
    get gcc make libc6-dev libcurl4-openssl-dev libssl-dev dpkg-dev
}

build_snac() {
    [ -x "$snac" ] && return
    from="$(mirror)"
    [ -n "$from" ] || { echo "no Debian mirror in this machine's package sources" >&2; exit 1; }
    work="$(mktemp -d)"
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/source" "$cache"
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    echo "deb-src [signed-by=$keyring] $from $suite main" >"$work/sources.list"
    set -- -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root
    apt-get "$@" update
    (cd "$work/source" && apt-get "$@" source --download-only snac2 && tar -xf snac2_*.orig.tar.*)
    folder="$(find "$work/source" -name mastoapi.c -exec dirname {} \; | head -n 1)"
    make -C "$folder" -j2 >"$work/make.log" 2>&1 || { tail -n 30 "$work/make.log" >&2; exit 1; }
    cp "$folder/snac" "$snac"
}

install_bluesky() {
    command -v npm >/dev/null || get nodejs npm
    mkdir -p "$cache/bluesky"
    cd "$cache/bluesky"
    [ -d node_modules/@atproto/dev-env ] && return
    [ -e package.json ] || npm init -y >/dev/null
    npm install --no-fund --no-audit @atproto/dev-env@0.3
    npm install-scripts approve better-sqlite3 2>/dev/null || : # older npm asks nobody
    npm rebuild better-sqlite3
}

if [ "${1:-}" = --say ]; then say; exit 0; fi
if [ "${1:-}" = --bluesky ]; then install_bluesky; exit 0; fi
if [ "${1:-}" = --snac ]; then
    install_headers
    build_snac
    exit 0
fi
failed=0
install_mail || failed=1 # what cannot be had leaves the other alone
[ -x "$snac" ] || sh "$0" --snac || failed=1
say
exit "$failed"
