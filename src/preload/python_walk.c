#include "preload/python_walk.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* Objects whose referents are asked for at once; after each the clock is
 * read. */
#define BATCH 256

struct to_visit {
	struct tm_python_object *object;
	tm_python_traverse traverse;
};

struct walk {
	struct tm_python_types *types;
	uint64_t end_ns;	       /* of own_time() */
	struct tm_python_object **set; /* those that were seen: a hash table */
	size_t places;		       /* a power of two */
	size_t seen;
	struct to_visit *queue; /* whose referents are to be seen */
	size_t room;
	size_t length;
};

static struct tm_python_object *get_objects, *get_referents;

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t tm_python_walk_clock(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static uint64_t own_time(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

int tm_python_walk_start(struct tm_python_object *gc)
{
	get_objects = tm_python.PyObject_GetAttrString(gc, "get_objects");
	get_referents = tm_python.PyObject_GetAttrString(gc, "get_referents");
	return get_objects && get_referents;
}

/* --- memory --------------------------------------------------------------- */

static void *take_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

static void give_pages(void *pages, size_t size)
{
	if (pages)
		munmap(pages, size);
}

static struct tm_python_object **place_of(struct tm_python_object **set,
					  size_t places,
					  const struct tm_python_object *object)
{
	uint64_t hash = ((uintptr_t)object >> 4) * 0x9e3779b97f4a7c15u;
	size_t i = (size_t)(hash >> 20) & (places - 1);

	while (set[i] && set[i] != object)
		i = (i + 1) & (places - 1);
	return &set[i];
}

static int double_set(struct walk *walk)
{
	size_t places = 2 * walk->places, i;
	struct tm_python_object **set = take_pages(places * sizeof(*set));

	if (!set)
		return 0;
	for (i = 0; i < walk->places; i++)
		if (walk->set[i])
			*place_of(set, places, walk->set[i]) = walk->set[i];
	give_pages(walk->set, walk->places * sizeof(*set));
	walk->set = set;
	walk->places = places;
	return 1;
}

static int double_queue(struct walk *walk)
{
	size_t size = walk->room * sizeof(*walk->queue);
	void *queue = mremap(walk->queue, size, 2 * size, MREMAP_MAYMOVE);

	if (queue == MAP_FAILED)
		return 0;
	walk->queue = queue;
	walk->room *= 2;
	return 1;
}

static int open_walk(struct walk *walk, size_t tracked)
{
	size_t places = 4096;

	while (places < 3 * tracked)
		places *= 2;
	walk->places = walk->room = places;
	walk->set = take_pages(places * sizeof(*walk->set));
	walk->queue = take_pages(places * sizeof(*walk->queue));
	return walk->set && walk->queue;
}

static void close_walk(struct walk *walk)
{
	give_pages(walk->set, walk->places * sizeof(*walk->set));
	give_pages(walk->queue, walk->room * sizeof(*walk->queue));
}

/* --- the walk ------------------------------------------------------------- */

/* Count the object unless it has been; 0 when there is no memory. */
static int see(struct walk *walk, struct tm_python_object *object)
{
	struct tm_python_object **place =
		place_of(walk->set, walk->places, object);
	const struct tm_python_type *row;
	struct to_visit *next;

	if (*place)
		return 1;
	*place = object;
	row = tm_python_types_add(walk->types, object);
	if (++walk->seen * 2 > walk->places && !double_set(walk))
		return 0;
	if (row && !row->has_referents)
		return 1;
	if (row && row->is_gc && !row->is_gc(object))
		return 1;
	if (walk->length == walk->room && !double_queue(walk))
		return 0;
	next = &walk->queue[walk->length++];
	next->object = object;
	next->traverse = row ? row->traverse : NULL;
	return 1;
}

static int visit(struct tm_python_object *object, void *walk)
{
	return !see(walk, object);
}

static int is_late(const struct walk *walk)
{
	return own_time() > walk->end_ns;
}

static int see_all(struct walk *walk, struct tm_python_object *list)
{
	ssize_t count = tm_python.PyList_Size(list), i;

	for (i = 0; i < count; i++) {
		if (!see(walk, tm_python.PyList_GetItem(list, i)) ||
		    (i % BATCH == 0 && is_late(walk)))
			return 0;
	}
	return 1;
}

/* --- what they refer to --------------------------------------------------- */

/* New references to those whose type does not say how to visit theirs, in a
 * tuple. */
static struct tm_python_object *tuple_of(const struct to_visit *part,
					 size_t count)
{
	struct tm_python_object *tuple = tm_python.PyTuple_New((ssize_t)count);
	size_t i;

	for (i = 0; tuple && i < count; i++) {
		tm_python.Py_IncRef(part[i].object);
		(void)tm_python.PyTuple_SetItem(tuple, (ssize_t)i,
						part[i].object);
	}
	return tuple;
}

static int see_by_list(struct walk *walk, size_t first, size_t count)
{
	struct tm_python_object *tuple, *list;
	int goes_on;

	tuple = tuple_of(walk->queue + first, count);
	list = tuple ? tm_python.PyObject_CallObject(get_referents, tuple)
		     : NULL;
	goes_on = list && see_all(walk, list);
	tm_python.Py_DecRef(list);
	tm_python.Py_DecRef(tuple);
	return goes_on;
}

/* How many from `first` on are visited in the same way, a batch at most. */
static size_t count_alike(const struct walk *walk, size_t first)
{
	size_t count = 1;
	int by_list = !walk->queue[first].traverse;

	while (count < BATCH && first + count < walk->length &&
	       by_list == !walk->queue[first + count].traverse)
		count++;
	return count;
}

static int see_by_visits(struct walk *walk, size_t first, size_t count)
{
	size_t i;

	/* The queue moves as it grows. */
	for (i = first; i < first + count; i++) {
		struct to_visit next = walk->queue[i];

		if (next.traverse(next.object, visit, walk) != 0)
			return 0;
	}
	return 1;
}

static int see_referents(struct walk *walk)
{
	size_t done = 0, count;

	while (done < walk->length) {
		int goes_on;

		count = count_alike(walk, done);
		goes_on = walk->queue[done].traverse
				  ? see_by_visits(walk, done, count)
				  : see_by_list(walk, done, count);
		if (!goes_on || is_late(walk))
			return 0;
		done += count;
	}
	return 1;
}

enum tm_python_walk_end tm_python_walk(struct tm_python_types *types,
				       uint64_t limit_ns)
{
	struct walk walk = {.types = types, .end_ns = own_time() + limit_ns};
	struct tm_python_object *list =
		tm_python.PyObject_CallObject(get_objects, NULL);
	int is_done = 0, is_slow;

	if (!list) {
		tm_python.PyErr_Clear();
		return TM_PYTHON_NOT_WALKED;
	}
	if (open_walk(&walk, (size_t)tm_python.PyList_Size(list)))
		is_done = see_all(&walk, list) && see_referents(&walk);
	is_slow = is_late(&walk);
	close_walk(&walk);
	tm_python.Py_DecRef(list);
	tm_python.PyErr_Clear();
	if (is_done)
		return TM_PYTHON_WALKED;
	return is_slow ? TM_PYTHON_TOO_MANY : TM_PYTHON_NOT_WALKED;
}
