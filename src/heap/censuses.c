#include "heap/censuses.h"

#include <string.h>

#define LEAST_NS 100000000u /* between two */
#define PART	 16

int tm_censuses_is_due(const struct tm_censuses *censuses, uint64_t elapsed_ns)
{
	return elapsed_ns >= censuses->due_ns;
}

void tm_censuses_set_due(struct tm_censuses *censuses, uint64_t elapsed_ns)
{
	uint64_t pause_ns = elapsed_ns / PART;

	censuses->due_ns =
		elapsed_ns + (pause_ns > LEAST_NS ? pause_ns : LEAST_NS);
}

/* The first stays, and every second one behind it. */
static void thin(struct tm_censuses *censuses)
{
	size_t kept = 0, i;

	for (i = 0; i < censuses->count; i++) {
		if (i % 2)
			tm_heap_census_release(&censuses->moment[i].census);
		else
			censuses->moment[kept++] = censuses->moment[i];
	}
	censuses->count = kept;
}

void tm_censuses_add(struct tm_censuses *censuses, uint64_t position,
		     struct tm_heap_census *census)
{
	if (censuses->count > 0 &&
	    position <= censuses->moment[censuses->count - 1].position) {
		tm_heap_census_release(census);
		return;
	}
	if (censuses->count == TM_CENSUSES_MAX)
		thin(censuses);
	censuses->moment[censuses->count++] = (struct tm_census_moment){
		.position = position, .census = *census};
	memset(census, 0, sizeof(*census));
}

void tm_censuses_move_last(struct tm_censuses *censuses, uint64_t position)
{
	struct tm_census_moment *last;

	if (censuses->count == 0)
		return;
	last = &censuses->moment[censuses->count - 1];
	if (position > last->position)
		last->position = position;
}

void tm_censuses_drop_last(struct tm_censuses *censuses)
{
	if (censuses->count > 0)
		tm_heap_census_release(
			&censuses->moment[--censuses->count].census);
}

void tm_censuses_drop_after(struct tm_censuses *censuses, uint64_t position)
{
	while (censuses->count > 0 &&
	       censuses->moment[censuses->count - 1].position > position)
		tm_censuses_drop_last(censuses);
}

void tm_censuses_release(struct tm_censuses *censuses)
{
	size_t i;

	for (i = 0; i < censuses->count; i++)
		tm_heap_census_release(&censuses->moment[i].census);
	censuses->count = 0;
	censuses->due_ns = 0;
}
