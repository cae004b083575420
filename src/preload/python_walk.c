#include "preload/python_walk.h"

#include <string.h>
#include <sys/mman.h>
#include <time.h>

/* Objects whose referents are asked for at once; after each the clock is
 * read. */
#define BATCH 256

struct walk {
	struct tm_python_types *types;
	struct tm_python_object **set; /* those that were seen: a hash table */
	size_t places;		       /* a power of two */
	size_t seen;
	struct tm_python_object **queue; /* whose referents are to be seen */
	size_t room;
	size_t length;
};

static struct tm_python_object *get_objects, *get_referents;

uint64_t tm_python_walk_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int tm_python_walk_start(struct tm_python_object *gc)
{
	get_objects = tm_python.PyObject_GetAttrString(gc, "get_objects");
	get_referents = tm_python.PyObject_GetAttrString(gc, "get_referents");
	return get_objects && get_referents;
}

/* --- memory --------------------------------------------------------------- */

static struct tm_python_object **take_pages(size_t count)
{
	void *pages = mmap(NULL, count * sizeof(void *), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return pages == MAP_FAILED ? NULL : pages;
}

static void give_pages(struct tm_python_object **pages, size_t count)
{
	if (pages)
		munmap(pages, count * sizeof(void *));
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
	struct tm_python_object **set = take_pages(places);

	if (!set)
		return 0;
	for (i = 0; i < walk->places; i++)
		if (walk->set[i])
			*place_of(set, places, walk->set[i]) = walk->set[i];
	give_pages(walk->set, walk->places);
	walk->set = set;
	walk->places = places;
	return 1;
}

static int double_queue(struct walk *walk)
{
	void *queue = mremap(walk->queue, walk->room * sizeof(void *),
			     2 * walk->room * sizeof(void *), MREMAP_MAYMOVE);

	if (queue == MAP_FAILED)
		return 0;
	walk->queue = queue;
	walk->room *= 2;
	return 1;
}

static int open_walk(struct walk *walk, struct tm_python_types *types,
		     size_t tracked)
{
	size_t places = 4096;

	while (places < 3 * tracked)
		places *= 2;
	*walk = (struct walk){.types = types, .places = places, .room = places};
	walk->set = take_pages(places);
	walk->queue = take_pages(walk->room);
	return walk->set && walk->queue;
}

static void close_walk(struct walk *walk)
{
	give_pages(walk->set, walk->places);
	give_pages(walk->queue, walk->room);
}

/* --- the walk ------------------------------------------------------------- */

/* Count the object unless it has been; 0 when there is no memory. */
static int see(struct walk *walk, struct tm_python_object *object)
{
	struct tm_python_object **place =
		place_of(walk->set, walk->places, object);
	const struct tm_python_type *row;

	if (*place)
		return 1;
	*place = object;
	row = tm_python_types_add(walk->types, object);
	if (++walk->seen * 2 > walk->places && !double_set(walk))
		return 0;
	if (row && !row->has_referents)
		return 1;
	if (walk->length == walk->room && !double_queue(walk))
		return 0;
	walk->queue[walk->length++] = object;
	return 1;
}

static int see_all(struct walk *walk, struct tm_python_object *list,
		   uint64_t end_ns)
{
	ssize_t count = tm_python.PyList_Size(list), i;

	for (i = 0; i < count; i++) {
		if (!see(walk, tm_python.PyList_GetItem(list, i)) ||
		    (i % BATCH == 0 && tm_python_walk_clock() > end_ns))
			return 0;
	}
	return 1;
}

/* New references to the next ones of the queue, in a tuple. */
static struct tm_python_object *tuple_of(const struct walk *walk, size_t first,
					 size_t count)
{
	struct tm_python_object *tuple = tm_python.PyTuple_New((ssize_t)count);
	size_t i;

	for (i = 0; tuple && i < count; i++) {
		tm_python.Py_IncRef(walk->queue[first + i]);
		(void)tm_python.PyTuple_SetItem(tuple, (ssize_t)i,
						walk->queue[first + i]);
	}
	return tuple;
}

static int see_referents(struct walk *walk, uint64_t end_ns)
{
	struct tm_python_object *tuple, *list;
	size_t done = 0, count;
	int goes_on = 1;

	while (goes_on && done < walk->length) {
		count = walk->length - done < BATCH ? walk->length - done
						    : BATCH;
		tuple = tuple_of(walk, done, count);
		list = tuple ? tm_python.PyObject_CallObject(get_referents,
							     tuple)
			     : NULL;
		done += count;
		goes_on = list && see_all(walk, list, end_ns);
		tm_python.Py_DecRef(list);
		tm_python.Py_DecRef(tuple);
	}
	return goes_on;
}

enum tm_python_walk_end tm_python_walk(struct tm_python_types *types,
				       uint64_t end_ns)
{
	struct tm_python_object *list =
		tm_python.PyObject_CallObject(get_objects, NULL);
	struct walk walk;
	int is_done = 0;

	if (!list) {
		tm_python.PyErr_Clear();
		return TM_PYTHON_NOT_WALKED;
	}
	if (open_walk(&walk, types, (size_t)tm_python.PyList_Size(list)))
		is_done = see_all(&walk, list, end_ns) &&
			  see_referents(&walk, end_ns);
	close_walk(&walk);
	tm_python.Py_DecRef(list);
	tm_python.PyErr_Clear();
	if (is_done)
		return TM_PYTHON_WALKED;
	return tm_python_walk_clock() > end_ns ? TM_PYTHON_TOO_MANY
					       : TM_PYTHON_NOT_WALKED;
}
