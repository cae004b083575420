/*
 * jvm_socket.h - what a JVM that was asked leaves in /tmp when it is killed.
 *
 * Purpose:   remember in a run's folder which JVMs were asked, and remove the
 *            socket of one that could not remove it itself.
 * Ownership: none.
 * Units:     none.
 * Errors:    none: what is not surely the socket of an ended JVM of this user
 *            stays.
 */
#ifndef TM_HEAP_JVM_SOCKET_H
#define TM_HEAP_JVM_SOCKET_H

#include "heap/jvm_process.h"

/* Before it is asked.  Not for a JVM whose /tmp is another. */
void tm_jvm_socket_remember(const char *folder,
			    const struct tm_jvm_process *process);

/* `name` is that of any file in the folder.  Returns 0 while the JVM lives that it
 * stands for. */
int tm_jvm_socket_remove(const char *name);

#endif
