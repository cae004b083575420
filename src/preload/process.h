/*
 * process.h - a process begins, forks and ends.
 *
 * Purpose:   read the settings, make the area, follow fork, note the end.
 * Ownership: the area is the process's until it ends.
 * Errors:    none are reported; without a folder or room for the file nothing is
 *            counted and every call passes straight through.
 */
#ifndef TM_PRELOAD_PROCESS_H
#define TM_PRELOAD_PROCESS_H

enum tm_process_phase {
	TM_PROCESS_EARLY, /* other libraries' constructors are at work */
	TM_PROCESS_COUNTED,
	TM_PROCESS_UNCOUNTED /* for good */
};

enum tm_process_phase tm_process_phase(void);

/* This is a child that was forked, and has no area of its own yet. */
void tm_process_forked(void);

#endif
