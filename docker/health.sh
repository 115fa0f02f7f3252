#!/usr/bin/env bash
# Exit status 0 where GET /health answers 200; needs nothing but bash.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/${CHANGEPOST_HTTP_PORT:-8080}"
printf 'GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
IFS= read -r -t 2 status <&3
case $status in
  'HTTP/1.'?' 200 '*) exit 0 ;;
  *) exit 1 ;;
esac
