/*
 * teller.h - callables that record when they are called.
 *
 * Purpose:   see in which order, and with what, promises call.
 * Ownership: stage_open() and stage_close() come in pairs; teller_new() gives a
 *            reference that the test owns.
 */
#ifndef TM_TESTS_PROMISE_TELLER_H
#define TM_TESTS_PROMISE_TELLER_H

#include "lab/promise/barrier.h"
#include "lab/promise/promise.h"
#include "lab/runtime/exception.h"
#include "lab/runtime/runtime.h"
#include "lab/runtime/weakref.h"

struct stage {
	struct tm_alloc alloc;
	struct tm_runtime *runtime;
	char said[64]; /* a letter a call, in order */
	size_t calls;
	struct tm_args last; /* of the last call; borrowed */
};

struct teller {
	struct tm_object object;
	struct tm_weakref *weakrefs;
	struct tm_object *answer; /* returned; may be NULL: None */
	struct tm_object *error;  /* raised instead, if not NULL */
	struct stage *stage;
	char letter;
};

extern const struct tm_type teller_type;

void stage_open(struct stage *stage);

/* Free the runtime; fails the test when a byte of it is left, or when objects
 * are alive that the test should have released. */
void stage_close(struct stage *stage);

struct teller *teller_new(struct stage *stage, char letter);

/* A teller that raises `text`. */
struct teller *raiser_new(struct stage *stage, char letter, const char *text);

struct tm_promise *promise_of(struct stage *stage, void *function);
struct tm_object *exception_of(struct stage *stage, const char *text);

/* then(), which must not raise; the callback stays the test's. */
void then(struct stage *stage, struct tm_promise *promise, void *callback);

/* then() of a teller for each letter, which the promise alone holds. */
void add_listeners(struct stage *stage, struct tm_promise *promise,
		   const char *letters);

/* Call with one argument (NULL: with none).  Answers what was raised, which the
 * test owns, or NULL. */
struct tm_object *call(struct stage *stage, struct tm_promise *promise,
		       void *argument);

/* Fail, with propagation.  Answers what was raised. */
struct tm_object *throw_at(struct stage *stage, struct tm_promise *promise,
			   void *reason);

void drop(struct stage *stage, void *object);

#endif
