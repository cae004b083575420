#include "preload/python_heap.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "preload/python_walk.h"
#include "preload/thread.h"

/* What the program may have to wait for a walk. */
#define WALK_NS 500000000u

static struct tm_python_object *gc, *is_enabled, *get_debug, *is_gil_enabled;
static int is_too_large; /* a walk has taken too long: none is tried again */

int tm_python_heap_start(void)
{
	struct tm_python_object *sys;

	gc = tm_python.PyImport_ImportModule("gc");
	sys = tm_python.PyImport_ImportModule("sys");
	if (!gc || !sys)
		return 0;
	is_enabled = tm_python.PyObject_GetAttrString(gc, "isenabled");
	get_debug = tm_python.PyObject_GetAttrString(gc, "get_debug");
	if (!is_enabled || !get_debug || !tm_python_walk_start(gc))
		return 0;
	is_gil_enabled =
		tm_python.PyObject_GetAttrString(sys, "_is_gil_enabled");
	tm_python.PyErr_Clear();
	return tm_python_types_start();
}

/* What a function without arguments says; -1 when it fails. */
static long call(struct tm_python_object *function)
{
	struct tm_python_object *value =
		tm_python.PyObject_CallObject(function, NULL);
	long number =
		value ? (long)tm_python.PyNumber_AsSsize_t(value, NULL) : -1;

	if (number == -1)
		tm_python.PyErr_Clear();
	tm_python.Py_DecRef(value);
	return number;
}

static int runs_by_itself(void)
{
	return call(is_enabled) == 1;
}

/* With gc.set_debug() a collection prints. */
static int collect(void)
{
	if (!runs_by_itself() || call(get_debug) != 0)
		return 0;
	tm_python.PyGC_Collect();
	tm_python.PyErr_Clear();
	return 1;
}

/* gc.garbage: a new reference, NULL when the program has made something else
 * of it. */
static struct tm_python_object *garbage(ssize_t *size)
{
	struct tm_python_object *list =
		tm_python.PyObject_GetAttrString(gc, "garbage");

	*size = list ? tm_python.PyList_Size(list) : -1;
	if (*size >= 0)
		return list;
	tm_python.PyErr_Clear();
	tm_python.Py_DecRef(list);
	return NULL;
}

/* --- answers -------------------------------------------------------------- */

#define say(question, ...)                                                     \
	((question)->length += (size_t)snprintf(                               \
		 (question)->answer + (question)->length,                      \
		 TM_PYTHON_ANSWER_SIZE - (question)->length, __VA_ARGS__))

static void refuse(struct tm_python_question *question, const char *why)
{
	question->length = 0;
	say(question, "no %lu %s\n", question->number, why);
}

static void refuse_walk(struct tm_python_question *question,
			enum tm_python_walk_end end)
{
	if (end == TM_PYTHON_TOO_MANY)
		is_too_large = 1;
	refuse(question,
	       end == TM_PYTHON_TOO_MANY
		       ? "counting its objects takes longer than 500 ms"
		       : "no memory to count its objects");
}

/* Only collections find garbage: where none runs, its number is not known.  In a
 * program that debugs them, its own run. */
static void say_garbage(struct tm_python_question *question)
{
	ssize_t uncollectable;

	tm_python.Py_DecRef(garbage(&uncollectable));
	if (uncollectable >= 0)
		say(question, " uncollectable=%zd", uncollectable);
}

/* `types`: what a collection left; NULL: there was none. */
static void say_figures(struct tm_python_question *question,
			const struct tm_python_types *types, uint64_t begun_ns)
{
	say(question, "heap %lu", question->number);
	if (types)
		say(question,
		    " live_bytes=%" PRIu64 " live_objects=%" PRIu64
		    " pause_ns=%" PRIu64,
		    types->bytes, types->objects,
		    tm_python_walk_clock() - begun_ns);
	if (types || runs_by_itself())
		say_garbage(question);
	say(question, "\n");
}

static void say_type(struct tm_python_question *question,
		     const struct tm_python_type *row)
{
	char name[200], bytes[24] = "-";

	if (tm_python_types_name(row, name, sizeof(name)) == 0)
		return;
	if (!row->has_no_size)
		snprintf(bytes, sizeof(bytes), "%" PRIu64, row->bytes);
	say(question, "type %lu %" PRIu64 " %s %" PRIu64 " %s\n",
	    question->number, row->objects, bytes, row->uncollectable, name);
}

static void say_types(struct tm_python_question *question,
		      struct tm_python_types *types)
{
	ssize_t count, i;
	struct tm_python_object *list = garbage(&count);
	size_t row;

	for (i = 0; i < count; i++)
		tm_python_types_add_garbage(types,
					    tm_python.PyList_GetItem(list, i));
	tm_python.Py_DecRef(list);
	for (row = 0; row < TM_PYTHON_TYPES_ROWS; row++)
		if (types->row[row].objects)
			say_type(question, &types->row[row]);
	say(question, "end %lu\n", question->number);
}

/* Without its lock other threads change what is walked. */
static int is_free_threaded(void)
{
	return is_gil_enabled && call(is_gil_enabled) == 0;
}

static void walk(struct tm_python_question *question, int has_collected,
		 uint64_t begun_ns)
{
	struct tm_python_types types;
	enum tm_python_walk_end end;

	if (!tm_python_types_open(&types)) {
		refuse_walk(question, TM_PYTHON_NOT_WALKED);
		return;
	}
	end = tm_python_walk(&types, WALK_NS);
	if (end != TM_PYTHON_WALKED)
		refuse_walk(question, end);
	else if (question->is_census)
		say_types(question, &types);
	else
		say_figures(question, has_collected ? &types : NULL, begun_ns);
	tm_python_types_close(&types);
}

void tm_python_heap_answer(struct tm_python_question *question)
{
	uint64_t begun_ns = tm_python_walk_clock();
	struct tm_thread *self = &tm_thread;
	int was_busy = self->busy, has_collected;

	question->length = 0;
	if (is_too_large) {
		refuse_walk(question, TM_PYTHON_TOO_MANY);
		return;
	}
	/* A census follows a collection. */
	has_collected = !question->is_census && collect();
	/* What is allocated from here on is no sample of the program. */
	self->busy = 1;
	if (is_free_threaded())
		refuse(question, "it runs without the interpreter's lock");
	else if (question->is_census || has_collected)
		walk(question, has_collected, begun_ns);
	else
		say_figures(question, NULL, begun_ns);
	self->busy = was_busy;
	tm_python.PyErr_Clear();
}

void tm_python_heap_forget_thread(void)
{
	struct tm_python_object *threading = tm_python.PyDict_GetItemString(
		tm_python.PyImport_GetModuleDict(), "threading");
	struct tm_python_object *active = NULL, *self;

	if (threading)
		active = tm_python.PyObject_GetAttrString(threading, "_active");
	self = tm_python.PyLong_FromUnsignedLong((unsigned long)pthread_self());
	if (active && self)
		(void)tm_python.PyDict_DelItem(active, self);
	tm_python.Py_DecRef(self);
	tm_python.Py_DecRef(active);
	tm_python.PyErr_Clear();
}
