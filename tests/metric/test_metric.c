#include <criterion/criterion.h>
#include <string.h>

#include "metric/metric.h"

Test(metric, is_found_by_its_own_name)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		cr_assert_eq(tm_metric_find(tm_metric_name(i)), i);
		cr_assert(tm_metric_text(i)[0]);
	}
	cr_assert_eq(tm_metric_find("rss"), TM_METRIC_COUNT);
}

Test(metric, is_found_by_a_short_name_that_is_its_own)
{
	cr_assert_eq(tm_metric_find_short("rss"), TM_METRIC_rss_bytes);
	cr_assert_eq(tm_metric_find_short("rss_bytes"), TM_METRIC_rss_bytes);
	cr_assert_eq(tm_metric_find_short("threads"), TM_METRIC_threads);
	cr_assert_eq(tm_metric_find_short(""), TM_METRIC_COUNT);
	cr_assert_eq(tm_metric_find_short("rs"), TM_METRIC_COUNT);
}

Test(metric, is_present_only_once_set)
{
	struct tm_sample sample;
	unsigned int i, j;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		memset(&sample, 0, sizeof(sample));
		tm_sample_set(&sample, i, 0);
		for (j = 0; j < TM_METRIC_COUNT; j++)
			cr_assert_eq(tm_sample_has(&sample, j), i == j);
	}
}
