#include "util/names.h"

#include <string.h>

static const char *name_at(const void *list, size_t size, size_t at)
{
	const char *name;

	memcpy(&name, (const char *)list + at * size, sizeof(name));
	return name;
}

size_t tm_names_place(const void *list, size_t count, size_t size,
		      const char *name, int *is_there)
{
	size_t low = 0, high = count;

	*is_there = 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(name_at(list, size, middle), name);

		if (order == 0) {
			*is_there = 1;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void tm_names_insert(void *list, size_t count, size_t size, size_t at,
		     const void *element)
{
	char *place = (char *)list + at * size;

	memmove(place + size, place, (count - at) * size);
	memcpy(place, element, size);
}
