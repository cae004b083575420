#include "metric/metric.h"

#include <stdio.h>
#include <string.h>

#define SUFFIX "_bytes"

#define NAME(name, ...)	      [TM_METRIC_##name] = #name,
#define TEXT(name, text, ...) [TM_METRIC_##name] = text,

static const char *const names[TM_METRIC_COUNT] = {TM_METRICS(NAME)};
static const char *const texts[TM_METRIC_COUNT] = {TM_METRICS(TEXT)};

const char *tm_metric_name(enum tm_metric metric)
{
	return names[metric];
}

int tm_metric_is_plural(enum tm_metric metric)
{
	const char *name = tm_metric_name(metric);

	return !strchr(name, '_') && name[strlen(name) - 1] == 's';
}

const char *tm_metric_text(enum tm_metric metric)
{
	return texts[metric];
}

enum tm_metric tm_metric_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (strcmp(tm_metric_name(i), name) == 0)
			return (enum tm_metric)i;
	}
	return TM_METRIC_COUNT;
}

enum tm_metric tm_metric_find_short(const char *name)
{
	enum tm_metric metric = tm_metric_find(name);
	char whole[64];

	if (metric != TM_METRIC_COUNT || strlen(name) > 40)
		return metric;
	snprintf(whole, sizeof(whole), "%s" SUFFIX, name);
	return tm_metric_find(whole);
}

void tm_metric_list(char out[TM_METRIC_LIST_MAX])
{
	size_t used = 0, length, i;

	for (i = 0; i < TM_METRIC_COUNT && used < TM_METRIC_LIST_MAX; i++) {
		const char *name = tm_metric_name((enum tm_metric)i);
		const char *suffix = strstr(name, SUFFIX);

		length = suffix ? (size_t)(suffix - name) : strlen(name);
		used += (size_t)snprintf(out + used, TM_METRIC_LIST_MAX - used,
					 "%s%.*s", i ? ", " : "", (int)length,
					 name);
	}
}
