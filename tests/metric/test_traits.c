#include <criterion/criterion.h>
#include <string.h>

#include "metric/traits.h"

Test(traits, are_whole_for_every_metric)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const struct tm_trait *trait = tm_trait_of(i);

		cr_assert(tm_metric_text(i)[0] && trait->unit[0], "%s",
			  tm_metric_name(i));
		cr_assert_eq(trait->layer != NULL, trait->layer_text != NULL);
		cr_assert(!trait->leak || tm_trait_is_handle(i));
		cr_assert_lt(trait->source, TM_SOURCE_COUNT);
	}
}

Test(traits, agree_with_the_name_on_what_is_counted)
{
	unsigned int i;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		const char *unit = tm_trait_of(i)->unit;
		const char *name = tm_metric_name(i);

		cr_assert_eq(tm_trait_is_bytes(i), strstr(name, "_bytes") != 0,
			     "%s", name);
		cr_assert_eq(tm_trait_is_bytes(i), strcmp(unit, "bytes") == 0,
			     "%s", name);
		cr_assert_str_eq(tm_trait_decide_opts(i).unit, unit);
	}
}

Test(traits, lead_to_a_finer_metric_and_no_further)
{
	unsigned int i, steps;
	enum tm_metric at;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		for (at = i, steps = 0; tm_trait_of(at)->finer != at; steps++) {
			at = tm_trait_of(at)->finer;
			cr_assert_lt(steps, TM_METRIC_COUNT, "%s never ends",
				     tm_metric_name(i));
		}
	}
}

Test(traits, put_what_the_program_holds_before_what_the_kernel_gave)
{
	enum tm_metric order[TM_METRIC_COUNT];
	size_t place[TM_METRIC_COUNT] = {0};
	size_t i;

	tm_trait_by_rank(order);
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		cr_assert_eq(place[order[i]], 0, "%s comes twice",
			     tm_metric_name(order[i]));
		place[order[i]] = i + 1;
		if (i)
			cr_assert_lt(tm_trait_of(order[i - 1])->rank,
				     tm_trait_of(order[i])->rank);
	}
	cr_assert_eq(order[0], TM_METRIC_net_bytes);
	cr_assert_lt(place[TM_METRIC_live_bytes], place[TM_METRIC_rss_bytes]);
	cr_assert_lt(place[TM_METRIC_rss_bytes], place[TM_METRIC_hwm_bytes]);
	cr_assert_lt(place[TM_METRIC_hwm_bytes], place[TM_METRIC_threads]);
}

Test(traits, list_the_metrics_of_a_use_by_their_rank)
{
	enum tm_metric out[TM_METRIC_COUNT];

	cr_assert_eq(tm_trait_with_uses(out, TM_USE_END), 2);
	cr_assert_eq(out[0], TM_METRIC_net_bytes);
	cr_assert_eq(out[1], TM_METRIC_rss_bytes);
	cr_assert_eq(tm_trait_with_uses(out, TM_USE_NONE), TM_METRIC_COUNT);
}

Test(traits, draw_one_role_before_the_next)
{
	static const struct tm_roles memory = {
		2, {TM_ROLE_RESIDENT, TM_ROLE_PEAK}};
	static const struct tm_roles peak = {2,
					     {TM_ROLE_PEAK, TM_ROLE_RESIDENT}};
	enum tm_metric out[TM_METRIC_COUNT];

	cr_assert_eq(tm_trait_pictures(out, &memory), 3);
	cr_assert_eq(out[0], TM_METRIC_rss_bytes);
	cr_assert_eq(out[1], TM_METRIC_maxrss_bytes);
	cr_assert_eq(out[2], TM_METRIC_hwm_bytes);
	cr_assert_eq(tm_trait_pictures(out, &peak), 3);
	cr_assert_eq(out[0], TM_METRIC_maxrss_bytes);
	cr_assert_eq(out[2], TM_METRIC_rss_bytes);
}
