/*
 * python_heap.h - collect in CPython, and say what is alive.
 *
 * Purpose:   the text of an answer to one question of heap/agents.h.
 * Ownership: the answer's memory is mapped for the time that it is needed.
 * Errors:    an answer "no NUMBER WHY".  A program that has switched its
 *            collector off, or debugs it, sees no collection: then what is
 *            alive is not known, and a census counts all that exists.
 * Threads:   one that holds the interpreter's lock.
 */
#ifndef TM_PRELOAD_PYTHON_HEAP_H
#define TM_PRELOAD_PYTHON_HEAP_H

#include <stddef.h>

/* A line of each type, none longer than 256 bytes. */
#define TM_PYTHON_ANSWER_SIZE ((size_t)(4096 + 8) * 256)

struct tm_python_question {
	int is_census; /* else: collect */
	unsigned long number;
	char *answer; /* TM_PYTHON_ANSWER_SIZE bytes */
	size_t length;
};

/* Once.  0 when Python refused: then a Python exception may be set. */
int tm_python_heap_start(void);

/* Nothing of Python's is left behind, no exception either. */
void tm_python_heap_answer(struct tm_python_question *question);

/* This thread is not one of the program's; a finalizer that asked which thread
 * it is in has made `threading` remember it. */
void tm_python_heap_forget_thread(void);

#endif
