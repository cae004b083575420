#include <criterion/criterion.h>
#include <string.h>

#include "metric/series.h"

/* Iterations 0, 10 ... 50; RSS is in those of 10, 20 and 40 alone. */
static struct tm_sample samples[6];
static struct tm_metric_series series;

static void start(void)
{
	size_t i;

	memset(samples, 0, sizeof(samples));
	for (i = 0; i < 6; i++) {
		samples[i].iteration = 10 * i;
		tm_sample_set(&samples[i], TM_METRIC_threads, 7);
	}
	tm_sample_set(&samples[1], TM_METRIC_rss_bytes, 100);
	tm_sample_set(&samples[2], TM_METRIC_rss_bytes, 200);
	tm_sample_set(&samples[4], TM_METRIC_rss_bytes, 800);
	series = (struct tm_metric_series){samples, 6, TM_METRIC_rss_bytes, 10};
}

TestSuite(metric_series, .init = start);

static double at(double iteration)
{
	double value = -1;

	cr_assert(tm_metric_series_at(&series, iteration, &value));
	return value;
}

Test(metric_series, walks_over_the_samples_that_have_it)
{
	size_t next = 0;

	cr_assert_eq(tm_metric_series_next(&series, &next), &samples[1]);
	cr_assert_eq(tm_metric_series_next(&series, &next), &samples[2]);
	cr_assert_eq(tm_metric_series_next(&series, &next), &samples[4]);
	cr_assert_null(tm_metric_series_next(&series, &next));
	cr_assert_eq(tm_metric_series_first(&series), &samples[1]);
	cr_assert_eq(tm_metric_series_last(&series), &samples[4]);
	cr_assert_eq(tm_metric_series_count(&series), 3);
}

Test(metric_series, lies_on_the_line_between_two_samples)
{
	cr_assert_eq(at(10), 100);
	cr_assert_eq(at(15), 150);
	cr_assert_eq(at(20), 200);
	cr_assert_eq(at(30), 500);
	cr_assert_eq(at(40), 800);
}

Test(metric_series, keeps_its_end_values_outside)
{
	cr_assert_eq(at(0), 100);
	cr_assert_eq(at(50), 800);
}

Test(metric_series, takes_the_later_of_two_samples_at_one_place)
{
	samples[4].iteration = 20;
	cr_assert_eq(at(20), 200);
	cr_assert_eq(at(25), 800);
}

Test(metric_series, gives_points_in_the_units_of_the_run)
{
	struct tm_point points[6];

	cr_assert_eq(tm_metric_series_points(&series, points), 3);
	cr_assert_eq(points[0].x, 1);
	cr_assert_eq(points[2].x, 4);
	cr_assert_eq(points[2].y, 800);
}

Test(metric_series, of_nothing_is_empty)
{
	double value;

	series.metric = TM_METRIC_garbage;
	cr_assert_null(tm_metric_series_first(&series));
	cr_assert_null(tm_metric_series_last(&series));
	cr_assert_eq(tm_metric_series_count(&series), 0);
	cr_assert_not(tm_metric_series_at(&series, 20, &value));
}
