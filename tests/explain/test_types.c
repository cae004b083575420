#include <criterion/criterion.h>
#include <string.h>

#include "../support/runs.h"
#include "explain/types.h"

#define MOMENTS 12

static struct tm_run *run;
static struct tm_why_types types;

static void start(void)
{
	run = run_new("server");
}

static void stop(void)
{
	run_free(run);
}

TestSuite(types, .init = start, .fini = stop);

/* Censuses at 100, 200, ... iterations, in which "T" has `objects[i]`. */
static void take(const int64_t objects[MOMENTS], const char *more)
{
	json_t *positions = json_array(), *list = json_array(), *json;
	struct tm_err err = {0};
	int i;

	for (i = 0; i < MOMENTS; i++) {
		json_array_append_new(positions, json_integer(100 * (i + 1)));
		json_array_append_new(list, json_integer(objects[i]));
	}
	json = json_pack("{s:o, s:[{s:s, s:o}]}", "positions", positions,
			 "types", "type", "T", "objects", list);
	if (more)
		json_object_update_new(
			json_array_get(json_object_get(json, "types"), 0),
			json_loads(more, 0, NULL));
	cr_assert_eq(tm_run_types_from_json(&run->types, json, &err), TM_OK,
		     "%s", err.text);
	json_decref(json);
	tm_why_types_find(&types, run);
}

Test(types, grow_at_their_rate)
{
	int64_t objects[MOMENTS];
	int i;

	for (i = 0; i < MOMENTS; i++)
		objects[i] = 1000 + 400 * i + i % 2;
	take(objects, NULL);
	cr_assert_eq(types.count, 1);
	cr_assert_str_eq(types.type[0].name, "T");
	cr_assert_float_eq(types.type[0].rate, 4, .02);
	cr_assert_leq(types.type[0].low, 4);
	cr_assert_geq(types.type[0].high, 4);
	cr_assert_not(types.type[0].has_bytes);
}

Test(types, have_the_bytes_and_the_uncollectable_of_their_objects)
{
	int64_t objects[MOMENTS];
	int i;

	for (i = 0; i < MOMENTS; i++)
		objects[i] = 400 * i;
	take(objects,
	     "{\"bytes\": [0,1,2,3,4,5,6400,7400,8400,9400,10400,11400], "
	     "\"uncollectable\": [0,0,0,0,0,0,300,600,900,1200,1500,1800]}");
	cr_assert_float_eq(types.type[0].bytes, 10, .1);
	cr_assert_float_eq(types.type[0].uncollectable, 3, .1);
}

Test(types, that_rose_and_stay_do_not_grow)
{
	static const int64_t objects[MOMENTS] = {0,   200, 400, 500, 500, 500,
						 500, 500, 500, 500, 500, 500};

	take(objects, NULL);
	cr_assert_eq(types.count, 0);
}

Test(types, that_come_and_go_do_not_grow)
{
	static const int64_t objects[MOMENTS] = {90, 10, 70, 30, 90, 10,
						 80, 95, 20, 40, 15, 99};

	take(objects, NULL);
	cr_assert_eq(types.count, 0);
}

Test(types, that_gained_a_few_do_not_grow)
{
	static const int64_t objects[MOMENTS] = {1, 1, 1, 1, 1, 1,
						 1, 2, 2, 3, 3, 4};

	take(objects, NULL);
	cr_assert_eq(types.count, 0);
}

/* A census may cost so much that few fall into the last half. */
Test(types, of_few_late_censuses_are_judged_by_earlier_ones_too)
{
	json_t *json = json_loads(
		"{\"positions\": [800, 1600, 4000, 9600, 15200, 21600, 28000, "
		"42400, 58400, 73600], \"types\": [{\"type\": \"Array\", "
		"\"objects\": [930, 1729, 4129, 9729, 15329, 21729, 28129, "
		"42529, 58529, 73729]}]}",
		0, NULL);

	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
	tm_why_types_find(&types, run);
	cr_assert_eq(types.count, 1);
	cr_assert_float_eq(types.type[0].rate, 1, .001);
}

/* Where they are rarer still, a line is drawn through four of them. */
Test(types, of_rare_censuses_are_judged_by_the_last_four)
{
	json_t *json = json_loads(
		"{\"positions\": [1770, 3600, 4830, 5340, 9960, 20610], "
		"\"types\": [{\"type\": \"Array\", \"objects\": [2974, 3914, "
		"5044, 5790, 10324, 22989]}, {\"type\": \"Loaded\", "
		"\"objects\": [10, 300, 400, 480, 500, 500]}]}",
		0, NULL);

	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
	tm_why_types_find(&types, run);
	cr_assert_eq(types.count, 1);
	cr_assert_str_eq(types.type[0].name, "Array");
}

/* 3 moments are too few for an interval. */
Test(types, of_a_short_run_are_not_judged)
{
	json_t *json = json_loads("{\"positions\": [1, 2, 3], \"types\": "
				  "[{\"type\": \"T\", \"objects\": [0, 50, "
				  "100]}]}",
				  0, NULL);

	cr_assert_eq(tm_run_types_from_json(&run->types, json, NULL), TM_OK);
	json_decref(json);
	tm_why_types_find(&types, run);
	cr_assert_eq(types.count, 0);
}

Test(types, are_per_second_in_a_run_by_time)
{
	int64_t objects[MOMENTS];
	int i;

	run_by_time(run);
	for (i = 0; i < MOMENTS; i++)
		objects[i] = 400 * i;
	take(objects, NULL);
	cr_assert_float_eq(types.type[0].rate, 4000, 1);
}

Test(types, come_from_what_the_program_counted)
{
	run_report(run, "{\"live_per_iteration\": {\"promise\": 10, \"a\": 0, "
			"\"AsyncResult\": 4}, "
			"\"garbage_per_iteration\": {\"AsyncResult\": 3}}");
	tm_why_types_find(&types, run);
	cr_assert_eq(types.count, 2);
	cr_assert_str_eq(types.type[0].name, "promise");
	cr_assert_not(types.type[0].has_interval);
	cr_assert_float_eq(types.type[1].uncollectable, 3, 1e-9);
}

/* The 33rd is counted, and the largest of all are kept. */
Test(types, for_which_there_is_no_room_are_counted)
{
	char text[4096] = "{\"live_per_iteration\": {";
	size_t used, i;

	for (i = 1; i <= TM_WHY_TYPES_MAX + 1; i++) {
		used = strlen(text);
		snprintf(text + used, sizeof(text) - used, "%s\"t%zu\": %zu",
			 i > 1 ? ", " : "", i, i);
	}
	strcat(text, "}}");
	run_report(run, text);
	tm_why_types_find(&types, run);
	cr_assert_eq(types.count, TM_WHY_TYPES_MAX);
	cr_assert_eq(types.growing, TM_WHY_TYPES_MAX + 1);
	cr_assert_float_eq(types.type[0].rate, TM_WHY_TYPES_MAX + 1, 1e-9);
	cr_assert_float_eq(types.type[TM_WHY_TYPES_MAX - 1].rate, 2, 1e-9);
}
