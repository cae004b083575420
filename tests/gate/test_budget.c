#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "gate/budget.h"

static struct tm_budget budget;
static struct tm_err err;

static void start(void)
{
	tm_budget_init(&budget);
}

TestSuite(budget, .init = start);

Test(budget, has_a_default_of_its_own_for_exact_and_resident_metrics)
{
	cr_assert_not(tm_budget_is_given(&budget));
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 16);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 64);
	cr_assert(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_published));
}

Test(budget, in_bytes_leaves_room_for_so_many_small_objects)
{
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_garbage), 1);
	cr_assert_eq(tm_budget_read(&budget, "1KiB", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 1024);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_live_objects), 64);
}

Test(budget, in_bytes_buys_no_handles)
{
	static const enum tm_metric handles[] = {
		TM_METRIC_processes,
		TM_METRIC_threads,
		TM_METRIC_descriptors,
		TM_METRIC_mappings,
	};
	size_t i;

	for (i = 0; i < sizeof(handles) / sizeof(*handles); i++) {
		tm_budget_init(&budget);
		cr_assert(tm_budget_judges(&budget, handles[i]));
		cr_assert_eq(tm_budget_of(&budget, handles[i]), .005);
		cr_assert_eq(tm_budget_read(&budget, "1MiB", &err), TM_OK);
		cr_assert_eq(tm_budget_of(&budget, handles[i]), .005);
	}
	cr_assert_eq(tm_budget_read(&budget, "descriptors=2", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_descriptors), 2);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_net_blocks), 65536);
}

Test(budget, by_name_wins_for_a_count_and_judges_what_is_not)
{
	cr_assert_eq(tm_budget_read(&budget, "garbage=0.5", &err), TM_OK);
	cr_assert(tm_budget_is_given(&budget));
	cr_assert(tm_budget_judges(&budget, TM_METRIC_garbage));
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_garbage), .5);
	cr_assert_eq(tm_budget_read(&budget, "published=2", &err), TM_OK);
	cr_assert(tm_budget_judges(&budget, TM_METRIC_published));
}

Test(budget, ignores_a_list_of_metrics)
{
	cr_assert_eq(
		tm_budget_ignore(&budget, " maxrss_bytes,hwm_bytes ", &err),
		TM_OK);
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_maxrss_bytes));
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_hwm_bytes));
	cr_assert(tm_budget_judges(&budget, TM_METRIC_rss_bytes));
}

Test(budget, suggests_the_metric_that_was_meant)
{
	cr_assert_eq(tm_budget_read(&budget, "rss_byte=3", &err), TM_EUSAGE);
	cr_assert_str_eq(err.text, "no metric is called 'rss_byte' "
				   "(did you mean 'rss_bytes'?)");
}

Test(budget, takes_a_metric_in_bytes_by_its_short_name)
{
	cr_assert_eq(tm_budget_read(&budget, "rss=5", &err), TM_OK);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 5);
	cr_assert_eq(tm_budget_ignore(&budget, "hwm,maxrss", &err), TM_OK);
	cr_assert_not(tm_budget_judges(&budget, TM_METRIC_hwm_bytes));
	cr_assert_eq(tm_budget_read(&budget, "net_=5", &err), TM_EUSAGE);
}

Test(budget, lists_the_metrics_when_none_is_close)
{
	cr_assert_eq(tm_budget_read(&budget, "memory=5", &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "; there are maxrss, hwm, rss, "),
			   "%s", err.text);
	cr_assert_not_null(strstr(err.text, ", published"), "%s", err.text);
}

static const char *const bad[] = {
	"",	    "-1",	  "nan",  "inf", "0x10", "1e400",
	"12 bytes", "rss_bytes=", "1e16", "=5",	 "1e-",	 "--3"};

ParameterizedTestParameters(budget, refuses_what_is_no_amount)
{
	static char words[sizeof(bad) / sizeof(*bad)][16];
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		strcpy(words[i], bad[i]);
	return cr_make_param_array(char[16], words, i);
}

ParameterizedTest(char (*text)[16], budget, refuses_what_is_no_amount)
{
	cr_assert_eq(tm_budget_read(&budget, *text, &err), TM_EUSAGE, "%s",
		     *text);
	cr_assert_not(tm_budget_is_given(&budget));
}

Test(budget, of_a_job_wins_over_the_suites_and_a_flag_over_both)
{
	struct tm_budget suite, flag;

	tm_budget_init(&suite);
	tm_budget_init(&flag);
	cr_assert_eq(tm_budget_read(&suite, "10", &err), TM_OK);
	cr_assert_eq(tm_budget_read(&suite, "rss_bytes=100", &err), TM_OK);
	cr_assert_eq(tm_budget_read(&budget, "rss_bytes=300", &err), TM_OK);
	tm_budget_inherit(&budget, &suite);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 10);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 300);
	cr_assert_eq(tm_budget_read(&flag, "5", &err), TM_OK);
	tm_budget_override(&budget, &flag);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_allocated_bytes), 5);
	cr_assert_eq(tm_budget_of(&budget, TM_METRIC_rss_bytes), 5);
}
