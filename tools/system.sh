#!/usr/bin/env bash
# What the tests need of the machine: PostgreSQL, MariaDB, Chromium, Chinese fonts, Pango, poppler; with the word `java` that too,
# for Spark in `make slow`.
# As root on Debian they are installed; elsewhere one line says what is skipped and how to get it.
# With CI=true a skip is a failure.
set -euo pipefail
packages=()
[ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null || command -v initdb || true)" ] || packages+=(postgresql)
[ -n "$(command -v mariadbd || command -v mysqld || ls /usr/sbin/mariadbd 2>/dev/null || true)" ] || packages+=(mariadb-server)
command -v chromium-headless-shell >/dev/null 2>&1 || { [ "$(id -u)" != 0 ] && command -v chromium >/dev/null 2>&1; } || packages+=(chromium-headless-shell)
fc-list :lang=zh 2>/dev/null | grep -q . || packages+=(fonts-noto-cjk fontconfig)
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
command -v pdftotext >/dev/null 2>&1 || packages+=(poppler-utils)
[ "${1:-}" != java ] || command -v java >/dev/null 2>&1 || packages+=(default-jre-headless)
[ ${#packages[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null && exit 0
fi
echo "skipped for want of: ${packages[*]} (Debian: sudo apt-get install ${packages[*]})" >&2
[ "${CI:-}" = true ] && exit 1
exit 0
