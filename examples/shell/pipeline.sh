#!/bin/sh
# pipeline.sh - a log goes through awk, which counts its users.
#
# Usage: pipeline.sh [--forget] [LINES]        (default: 1000000)
#
# Each line has a user that was not seen before.  awk keeps a counter for each
# of them, in a process that this shell only started: tidemark must say that the
# memory of all processes together grows.  With --forget awk empties its table
# every 1,000 lines, and it must say flat.

set -eu

forget=
if [ "${1:-}" = --forget ]; then
	forget='split("", seen)'
	shift
fi
lines=${1:-1000000}

marks=/dev/null
[ -z "${TIDEMARK_PIPE-}" ] || [ "$(readlink "/proc/self/fd/${TIDEMARK_FD-}")" != "$TIDEMARK_PIPE" ] ||
	marks=/dev/fd/$TIDEMARK_FD

log() {
	seq -f 'user-%.0f GET /' 1 "$lines"
}

count_users() {
	awk -v marks="$marks" '
		!seen[$1]++ { users++ }
		NR % 1000 == 0 {
			print NR " lines, " users " users"
			print "mark " NR >marks
			fflush(marks)
			'"$forget"'
		}'
}

log | count_users | tail -n 1
