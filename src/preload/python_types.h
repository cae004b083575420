/*
 * python_types.h - how many objects there are of each Python type.
 *
 * Purpose:   a row for each type, found by its address, with what its objects
 *            take.  A type's name is asked for at the end only.
 * Ownership: tm_python_types_open() maps memory that
 *            tm_python_types_close() gives back: the program's malloc sees
 *            none of it.
 * Units:     bytes as sys.getsizeof() says.  What it leaves out is left out
 *            here: the attributes of instances in 3.11 and 3.12 as long as
 *            they have no dict, and what extensions do not report.
 * Errors:    an object whose size the type does not report makes the bytes of
 *            its type unknown.
 * Threads:   one that holds the interpreter's lock.  No code of the program
 *            is called: sizes are asked of types written in C alone, and
 *            attributes of types past their metaclasses.
 */
#ifndef TM_PRELOAD_PYTHON_TYPES_H
#define TM_PRELOAD_PYTHON_TYPES_H

#include <stdint.h>

#include "preload/python_api.h"

/* tidemark keeps no more (heap/figures.h). */
#define TM_PYTHON_TYPES_MAX  4096
#define TM_PYTHON_TYPES_ROWS (2 * TM_PYTHON_TYPES_MAX) /* a power of two */

struct tm_python_type {
	struct tm_python_object *type;	/* NULL: a free row */
	struct tm_python_object *sizer; /* NULL: all are of `size` */
	uint64_t objects;
	uint64_t bytes;
	uint64_t uncollectable;
	uint32_t size;
	uint32_t head;	   /* that comes on top of what `sizer` says */
	int has_referents; /* its objects may refer to others */
	/* How those are visited; NULL: by gc.get_referents().  `is_gc`, where
	 * there is one, says whether an object has any. */
	tm_python_traverse traverse;
	tm_python_is_gc is_gc;
	int has_no_size; /* of at least one object */
	int is_instance; /* `type` is a class of 2.7's old style */
};

struct tm_python_types {
	struct tm_python_type *row; /* a hash table */
	struct tm_python_type *last;
	size_t used;
	uint64_t objects; /* of all */
	uint64_t bytes;
	int is_full; /* types beyond TM_PYTHON_TYPES_MAX were left out */
};

/* Once, with the interpreter's lock: find what is asked of types.  0 when that
 * failed; a Python exception may be set then. */
int tm_python_types_start(void);

int tm_python_types_open(struct tm_python_types *types);
void tm_python_types_close(struct tm_python_types *types);

/* Count `object`.  Returns its row, or NULL when there is no more room. */
struct tm_python_type *tm_python_types_add(struct tm_python_types *types,
					   struct tm_python_object *object);

/* Count `object`, which has been added, as one that cannot be collected. */
void tm_python_types_add_garbage(struct tm_python_types *types,
				 struct tm_python_object *object);

/* The name as Python writes it, without control characters: "dict",
 * "shop.views.Session".  Returns its length. */
size_t tm_python_types_name(const struct tm_python_type *row, char *name,
			    size_t size);

#endif
