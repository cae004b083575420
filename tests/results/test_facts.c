/*
 * Facts whose keys are not known beforehand, one by one.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/facts.h"

static struct tm_facts facts;

static void stop(void)
{
	tm_facts_release(&facts);
}

TestSuite(fact, .fini = stop);

static const struct tm_fact *at(const char *key)
{
	return tm_facts_find(&facts, key);
}

Test(fact, keeps_its_place_among_many)
{
	char key[16];
	int i;

	for (i = 0; i < 50; i++) {
		snprintf(key, sizeof(key), "%d", i);
		tm_facts_set_int(&facts, key, i);
	}
	cr_assert_eq(facts.count, 50);
	for (i = 0; i < 50; i++) {
		snprintf(key, sizeof(key), "%d", i);
		cr_expect_str_eq(facts.facts[i].key, key);
		cr_expect_eq(facts.facts[i].number, i);
		cr_expect_eq(facts.facts[i].type, TM_FACT_INT);
	}
}

Test(fact, is_the_same_by_type_and_value)
{
	tm_facts_set_text(&facts, "text", "1");
	tm_facts_set_text(&facts, "text too", "1");
	tm_facts_set_text(&facts, "other text", "2");
	tm_facts_set_int(&facts, "int", 1);
	tm_facts_set_int(&facts, "int too", 1);
	tm_facts_set_int(&facts, "other int", 2);
	tm_facts_set_bool(&facts, "yes", 1);
	tm_facts_set_bool(&facts, "no", 0);
	tm_facts_set_real(&facts, "real", 1);
	tm_facts_set_real(&facts, "other real", 2);
	cr_expect(tm_fact_is_same(NULL, NULL));
	cr_expect_not(tm_fact_is_same(at("text"), NULL));
	cr_expect_not(tm_fact_is_same(NULL, at("text")));
	cr_expect(tm_fact_is_same(at("text"), at("text too")));
	cr_expect_not(tm_fact_is_same(at("text"), at("other text")));
	cr_expect(tm_fact_is_same(at("int"), at("int too")));
	cr_expect_not(tm_fact_is_same(at("int"), at("other int")));
	cr_expect_not(tm_fact_is_same(at("yes"), at("no")));
	cr_expect_not(tm_fact_is_same(at("yes"), at("int")));
	cr_expect(tm_fact_is_same(at("real"), at("real")));
	cr_expect_not(tm_fact_is_same(at("real"), at("other real")));
}

Test(fact, is_a_number_when_it_is_one)
{
	double number = 0;

	tm_facts_set_int(&facts, "int", 7);
	tm_facts_set_real(&facts, "real", .5);
	tm_facts_set_bool(&facts, "bool", 1);
	tm_facts_set_text(&facts, "text", "3");
	cr_expect_eq(tm_fact_number(at("int"), &number), 1);
	cr_expect_eq(number, 7);
	cr_expect_eq(tm_fact_number(at("real"), &number), 1);
	cr_expect_eq(number, .5);
	cr_expect_not(tm_fact_number(at("bool"), &number));
	cr_expect_not(tm_fact_number(at("text"), &number));
}

static void expect_json(const char *text)
{
	json_t *expected = json_loads(text, 0, NULL);
	json_t *json = tm_facts_json(&facts);

	cr_assert(expected && json);
	cr_expect(json_equal(json, expected), "%s", text);
	json_decref(json);
	json_decref(expected);
}

Test(fact, of_each_type_is_written_as_it_was_read)
{
	const char *text = "{\"a\": \"x\", \"b\": 5, \"c\": 0.5, \"d\": true, "
			   "\"e\": [1, {\"f\": 0.25}], \"g\": null, "
			   "\"h\": false, \"i\": {}}";
	json_t *json = json_loads(text, 0, NULL);

	tm_facts_read(&facts, json);
	json_decref(json);
	cr_assert_eq(facts.count, 8);
	cr_expect_eq(at("a")->type, TM_FACT_TEXT);
	cr_expect_eq(at("b")->type, TM_FACT_INT);
	cr_expect_eq(at("c")->type, TM_FACT_REAL);
	cr_expect_eq(at("d")->type, TM_FACT_BOOL);
	cr_expect_str_eq(at("e")->text, "[1,{\"f\":0.25}]");
	cr_expect_null(tm_facts_text(&facts, "e"));
	expect_json(text);
}

Test(fact, that_is_known_already_is_not_read)
{
	json_t *json = json_loads("{\"a\": 1, \"b\": 2, \"c\": 3}", 0, NULL);
	json_t *known = json_loads("{\"a\": 1, \"b\": 5}", 0, NULL);

	tm_facts_read_rest(&facts, json, known);
	json_decref(json);
	json_decref(known);
	expect_json("{\"b\": 2, \"c\": 3}");
	cr_expect_eq(facts.count, 2);
}

Test(fact, is_read_of_an_object_only)
{
	json_t *json = json_loads("[1]", 0, NULL);

	tm_facts_read(&facts, json);
	json_decref(json);
	tm_facts_read(&facts, NULL);
	cr_expect_not(facts.is_known);
	json = json_object();
	tm_facts_read(&facts, json);
	json_decref(json);
	cr_expect(facts.is_known);
	cr_expect_eq(facts.count, 0);
}

/* --- copies and messages -------------------------------------------------- */

static void read_text(struct tm_facts *out, const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	cr_assert_not_null(json);
	tm_facts_read(out, json);
	json_decref(json);
}

static void expect_said(char *said, const char *text)
{
	cr_assert_not_null(said);
	cr_expect_str_eq(said, text);
	free(said);
}

Test(fact, is_copied_whole)
{
	struct tm_facts copy = {0};
	size_t i;

	read_text(&facts, "{\"a\": \"x\", \"b\": 1, \"c\": 0.5, \"d\": true, "
			  "\"e\": [1, null]}");
	for (i = 0; i < facts.count; i++)
		cr_assert(tm_facts_add(&copy, &facts.facts[i]));
	cr_expect(tm_facts_are_same(&copy, &facts));
	tm_facts_set_text(&copy, "a", "y");
	cr_expect_str_eq(tm_facts_text(&facts, "a"), "x");
	cr_expect_not(tm_facts_are_same(&copy, &facts));
	tm_facts_release(&copy);
}

Test(fact, is_among_the_same_in_any_order)
{
	struct tm_facts other = {0}, fewer = {0};

	read_text(&facts, "{\"a\": 1, \"b\": {\"c\": 1, \"d\": 2}}");
	read_text(&other, "{\"b\": {\"d\": 2, \"c\": 1}, \"a\": 1}");
	read_text(&fewer, "{\"a\": 1}");
	cr_expect(tm_facts_are_same(&facts, &other));
	cr_expect_not(tm_facts_are_same(&facts, &fewer));
	cr_expect_not(tm_facts_are_same(&fewer, &facts));
	tm_facts_release(&other);
	tm_facts_release(&fewer);
}

Test(fact, is_said_in_a_message)
{
	expect_said(tm_fact_say(NULL), "none");
	expect_said(tm_facts_say(NULL), "none");
	expect_said(tm_facts_say(&facts), "none");
	read_text(&facts, "{\"b\": \"two words\", \"a\": [1, 2]}");
	expect_said(tm_fact_say(at("b")), "two words");
	expect_said(tm_fact_say(at("a")), "[1, 2]");
	expect_said(tm_facts_say(&facts),
		    "{\"a\": [1, 2], \"b\": \"two words\"}");
}
