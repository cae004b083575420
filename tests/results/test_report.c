#include <criterion/criterion.h>
#include <string.h>

#include "results/report.h"

static struct tm_run_report report, back;

static void stop(void)
{
	tm_run_report_release(&report);
	tm_run_report_release(&back);
}

TestSuite(report, .fini = stop);

static void read_text(struct tm_run_report *out, const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	cr_assert_not_null(json, "%s", text);
	tm_run_report_from_json(out, json);
	json_decref(json);
}

/* Whether it is written as it was read. */
static void expect_kept(const char *text)
{
	struct tm_run_report read = {0};
	json_t *json = json_loads(text, 0, NULL);
	json_t *again;

	read_text(&read, text);
	again = tm_run_report_to_json(&read);
	cr_expect(json_equal(again, json), "%s", text);
	json_decref(again);
	json_decref(json);
	tm_run_report_release(&read);
}

Test(report, survives_a_round_trip)
{
	json_t *json;

	report.is_known = 1;
	report.rules = strdup("weak-\xff");
	report.callbacks_fired = tm_known_int(7);
	tm_facts_set_int(&report.live_per_iteration, "promise", 3);
	tm_facts_set_real(&report.live_per_iteration, "AsyncResult", .5);
	tm_facts_set_text(&report.other, "mine", "kept");
	report.tables_per_iteration.is_known = 1;
	json = tm_run_report_to_json(&report);
	tm_run_report_from_json(&back, json);
	json_decref(json);
	cr_expect(back.is_known);
	cr_expect_str_eq(back.rules, "weak-?");
	cr_expect_eq(back.callbacks_fired.value, 7);
	cr_expect_not(back.callbacks_expected.is_known);
	cr_expect_not(back.curve.is_known);
	cr_expect_eq(back.live_per_iteration.count, 2);
	cr_expect_eq(back.live_per_iteration.facts[0].number, 3);
	cr_expect_eq(back.live_per_iteration.facts[1].real, .5);
	cr_expect(back.tables_per_iteration.is_known, "known to be empty");
	cr_expect_not(back.garbage_per_iteration.is_known);
	cr_expect_not(back.census.is_known);
	cr_expect_eq(back.other.count, 1);
	cr_expect_str_eq(tm_facts_text(&back.other, "mine"), "kept");
}

Test(report, of_a_census_survives_a_round_trip)
{
	json_t *json;

	report.is_known = report.census.is_known = 1;
	report.census.rows = calloc(2, sizeof(*report.census.rows));
	report.census.count = 2;
	report.census.rows[0].type = strdup("promise");
	report.census.rows[0].live = tm_known_int(0);
	report.census.rows[1].garbage = tm_known_int(5);
	json = tm_run_report_to_json(&report);
	tm_run_report_from_json(&back, json);
	json_decref(json);
	cr_expect(back.census.is_known);
	cr_assert_eq(back.census.count, 2);
	cr_expect_str_eq(back.census.rows[0].type, "promise");
	cr_expect(back.census.rows[0].live.is_known);
	cr_expect_not(back.census.rows[0].live_bytes.is_known);
	cr_expect_null(back.census.rows[1].type);
	cr_expect_eq(back.census.rows[1].garbage.value, 5);
	cr_expect_eq(back.other.count, 0);
}

Test(report, of_a_curve_survives_a_round_trip)
{
	json_t *json;

	report.is_known = report.curve.is_known = 1;
	report.curve.family = strdup("pooled");
	report.curve.colour = tm_known_int(0);
	tm_texts_add(&report.curve.pictures, "celery");
	tm_texts_add(&report.curve.pictures, "mine");
	json = tm_run_report_to_json(&report);
	tm_run_report_from_json(&back, json);
	json_decref(json);
	cr_expect(back.curve.is_known);
	cr_expect_str_eq(back.curve.family, "pooled");
	cr_expect(back.curve.colour.is_known);
	cr_expect_eq(back.curve.colour.value, 0);
	cr_expect_null(back.curve.panel);
	cr_assert_eq(back.curve.pictures.count, 2);
	cr_expect_str_eq(back.curve.pictures.text[1], "mine");
	cr_expect_eq(back.other.count, 0);
}

/* A program may say anything under any key. */
Test(report, keeps_what_has_no_member)
{
	expect_kept("{}");
	expect_kept("{\"mine\": {\"a\": [1, 2.5, null]}, \"b\": null}");
	expect_kept("{\"iterations\": 1.5, \"strategy\": 7, \"header\": true}");
	expect_kept("{\"callbacks\": {\"expected\": 3, \"late\": 1}}");
	expect_kept("{\"callbacks\": [1], \"live_per_iteration\": 3}");
	expect_kept("{\"census\": [{\"type\": \"a\", \"size\": 9}, 5]}");
	expect_kept("{\"live_per_iteration\": {\"a\": \"many\"}}");
	expect_kept("{\"curve\": {}}");
	expect_kept("{\"curve\": {\"panel\": \"a\", \"width\": 2}}");
	expect_kept("{\"curve\": {\"pictures\": [\"a\", 7], \"colour\": 1}}");
	expect_kept("{\"curve\": [7]}");
}

Test(report, that_is_not_an_object_is_not_known)
{
	read_text(&report, "[1]");
	cr_expect_not(report.is_known);
	cr_expect_not(report.census.is_known);
	cr_expect_eq(report.other.count, 0);
	tm_run_report_from_json(&report, NULL);
	cr_expect_not(report.is_known);
}

/* --- facts ---------------------------------------------------------------- */

Test(facts, are_replaced_by_their_key)
{
	struct tm_facts facts = {0};
	double number;

	tm_facts_set_text(&facts, "a", "text");
	tm_facts_set_bool(&facts, "b", 3);
	tm_facts_set_int(&facts, "a", 4);
	tm_facts_set_text(&facts, "c", NULL);
	cr_expect_eq(facts.count, 2);
	cr_expect(tm_fact_number(tm_facts_find(&facts, "a"), &number));
	cr_expect_eq(number, 4);
	cr_expect_null(tm_facts_text(&facts, "a"));
	cr_expect_eq(tm_facts_find(&facts, "b")->number, 1);
	cr_expect_not(tm_fact_number(tm_facts_find(&facts, "b"), &number));
	cr_expect_null(tm_facts_find(&facts, "c"));
	tm_facts_release(&facts);
	cr_expect_not(facts.is_known);
}
