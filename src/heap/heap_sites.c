#include "heap/heap_sites.h"

#include <stdlib.h>
#include <string.h>

#include "util/names.h"
#include "util/text.h"

static size_t place_of(const struct tm_heap_sites *sites, const char *stack,
		       int *is_there)
{
	return tm_names_place(sites->list, sites->count, sizeof(*sites->list),
			      stack, is_there);
}

/* Each frame without what a terminal would obey, and without an empty one. */
static char *stack_of(const char *frames)
{
	size_t room = strlen(frames) + 2;
	char *stack = malloc(room), *frame = stack;

	if (!stack)
		return NULL;
	while (*frames) {
		size_t length = strcspn(frames, "\t");

		memcpy(frame, frames, length);
		frame[length] = '\0';
		tm_text_clean(frame);
		frame += strlen(frame);
		if (length)
			*frame++ = '\n';
		frames += length + (frames[length] == '\t');
	}
	*frame = '\0';
	return stack;
}

static int make_room(struct tm_heap_sites *sites)
{
	size_t capacity = sites->capacity ? 2 * sites->capacity : 64;
	struct tm_heap_site *list;

	if (sites->count < sites->capacity)
		return 1;
	list = realloc(sites->list, capacity * sizeof(*list));
	if (!list)
		return 0;
	sites->list = list;
	sites->capacity = capacity;
	return 1;
}

static void add_figures(struct tm_heap_site *to,
			const struct tm_heap_site *from)
{
	to->samples += from->samples;
	to->allocated_bytes += from->allocated_bytes;
	to->freed_bytes += from->freed_bytes;
}

/* Takes over the stack. */
static int insert(struct tm_heap_sites *sites, char *stack,
		  const struct tm_heap_site *site)
{
	struct tm_heap_site named = *site;
	int is_there;
	size_t at = place_of(sites, stack, &is_there);

	if (is_there)
		add_figures(&sites->list[at], site);
	if (is_there || !make_room(sites)) {
		free(stack);
		return is_there;
	}
	named.stack = stack;
	tm_names_insert(sites->list, sites->count++, sizeof(named), at, &named);
	return 1;
}

enum tm_rc tm_heap_sites_add(struct tm_heap_sites *sites, const char *frames,
			     const struct tm_heap_site *site,
			     struct tm_err *err)
{
	char *stack;

	if (sites->count == TM_HEAP_SITES_MAX) {
		sites->left_out++;
		return TM_OK;
	}
	stack = stack_of(frames);
	if (!stack || !insert(sites, stack, site))
		return tm_fail(err, TM_ENOMEM, "no memory for the sites");
	return TM_OK;
}

const struct tm_heap_site *tm_heap_sites_find(const struct tm_heap_sites *sites,
					      const char *stack)
{
	int is_there;
	size_t at = place_of(sites, stack, &is_there);

	return is_there ? &sites->list[at] : NULL;
}

void tm_heap_sites_release(struct tm_heap_sites *sites)
{
	size_t i;

	for (i = 0; i < sites->count; i++)
		free(sites->list[i].stack);
	free(sites->list);
	memset(sites, 0, sizeof(*sites));
}
