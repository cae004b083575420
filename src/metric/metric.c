#include "metric/metric.h"

#include <string.h>

static const char *const names[TM_METRIC_COUNT] = {
#define TM_METRIC_NAME(name, text) #name,
	TM_METRICS(TM_METRIC_NAME)
#undef TM_METRIC_NAME
};

static const char *const texts[TM_METRIC_COUNT] = {
#define TM_METRIC_TEXT(name, text) text,
	TM_METRICS(TM_METRIC_TEXT)
#undef TM_METRIC_TEXT
};

const char *tm_metric_name(enum tm_metric metric)
{
	return names[metric];
}

const char *tm_metric_text(enum tm_metric metric)
{
	return texts[metric];
}

enum tm_metric tm_metric_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if (strcmp(names[i], name) == 0)
			return (enum tm_metric)i;
	}
	return TM_METRIC_COUNT;
}
