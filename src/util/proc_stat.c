#include "util/proc_stat.h"

#include <stdlib.h>
#include <string.h>

/* Fields after the name, counted from 0, which is the state. */
enum field {
	FLAGS = 6,
	CHILDREN_MINOR = 8,
	CHILDREN_MAJOR = 10,
	USED_USER = 11,
	USED_SYSTEM = 12,
	STARTED = 19,
	FIELDS
};

int tm_proc_stat_read(struct tm_proc_stat *out, const char *text)
{
	uint64_t field[FIELDS];
	char *end;
	int i;

	*out = (struct tm_proc_stat){0};
	/* The name is in parentheses, and may contain some itself. */
	text = strrchr(text, ')');
	if (!text || text[1] != ' ' || !text[2])
		return 0;
	out->state = text[2];
	text += 3;
	for (i = 1; i < FIELDS; i++, text = end) {
		field[i] = (uint64_t)strtoll(text, &end, 10);
		if (end == text)
			return 0;
	}
	out->flags = field[FLAGS];
	out->children_faults = field[CHILDREN_MINOR] + field[CHILDREN_MAJOR];
	out->used_ticks = field[USED_USER] + field[USED_SYSTEM];
	out->started_ticks = field[STARTED];
	return 1;
}
