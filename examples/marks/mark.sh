#!/bin/sh
is_ours() { # FD PIPE
	[ "$(readlink "/proc/self/fd/$1")" = "${2:-none}" ]
}
marks='' answers='' # asked once: at each mark it would be a process, and measured
! is_ours "${TIDEMARK_FD-}" "${TIDEMARK_PIPE-}" || marks=$TIDEMARK_FD
! is_ours "${TIDEMARK_ACK_FD-}" "${TIDEMARK_ACK_PIPE-}" || answers=$TIDEMARK_ACK_FD
mark() {
	[ -p "/dev/fd/$marks" ] || return 0
	echo "mark $1" >&"$marks"
	[ ! -p "/dev/fd/$answers" ] || read -r _ <&"$answers"
}
for i in $(seq 100); do mark "$i"; done # your loop
