#!/bin/sh
mark() {
	[ -z "${TIDEMARK_FD-}" ] || echo "mark $1" >&"$TIDEMARK_FD"
	[ -z "${TIDEMARK_ACK_FD-}" ] || read -r _ <&"$TIDEMARK_ACK_FD"
}
for i in $(seq 100); do mark "$i"; done # your loop
