#include "metric/metric.h"

#include <string.h>

#include "metric/traits.h"

const char *tm_metric_name(enum tm_metric metric)
{
	return tm_trait_of(metric)->name;
}

const char *tm_metric_text(enum tm_metric metric)
{
	return tm_trait_of(metric)->text;
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
