/*
 * exception.h - an exception of the model, as an object.
 *
 * Purpose:   what a callback raises, a promise fails with and a caller sees.
 * Ownership: an object; its text is copied.
 * Errors:    NULL when memory is short.
 */
#ifndef TM_LAB_RUNTIME_EXCEPTION_H
#define TM_LAB_RUNTIME_EXCEPTION_H

#include "lab/runtime/object.h"

#define TM_EXCEPTION_TEXT 120

struct tm_exception {
	struct tm_object object;
	char text[TM_EXCEPTION_TEXT]; /* cut when longer */
};

extern const struct tm_type tm_exception_type;

TM_CHECK struct tm_exception *tm_exception_new(struct tm_runtime *runtime,
					       const char *text);

#endif
