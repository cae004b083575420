#include <criterion/criterion.h>
#include <string.h>

#include "results/types.h"

static struct tm_run_types types;
static json_t *json;

static void stop(void)
{
	tm_run_types_release(&types);
	json_decref(json);
}

TestSuite(types, .fini = stop);

static enum tm_rc read_text(const char *text, struct tm_err *err)
{
	json = json_loads(text, 0, NULL);
	cr_assert_not_null(json, "%s", text);
	return tm_run_types_from_json(&types, json, err);
}

Test(types, stay_the_same_when_they_are_stored)
{
	static const char text[] =
		"{\"schema\": 1, \"positions\": [100, 200], \"types\": ["
		"{\"type\": \"AsyncResult\", \"objects\": [4, 8], "
		"\"bytes\": [256, 512], \"uncollectable\": [0, 3]}, "
		"{\"type\": \"str\", \"objects\": [9, 9]}], "
		"\"type_count\": 77}";
	json_t *again;

	cr_assert_eq(read_text(text, NULL), TM_OK);
	cr_assert_eq(types.moments, 2);
	cr_assert_eq(types.count, 2);
	cr_assert_eq(types.types[0].uncollectable[1], 3);
	cr_assert_null(types.types[1].bytes);
	again = tm_run_types_to_json(&types);
	cr_assert(json_equal(again, json));
	json_decref(again);
}

Test(types, may_be_an_empty_list)
{
	cr_assert_eq(read_text("{\"positions\": [], \"types\": []}", NULL),
		     TM_OK);
	cr_assert(types.is_known);
	cr_assert_eq(types.count, 0);
}

/* What does not fit is not read as less. */
Test(types, of_a_garbled_file_are_refused)
{
	static const char *const texts[] = {
		"{\"types\": []}",
		"{\"positions\": [2, 1], \"types\": []}",
		"{\"positions\": [1, 1], \"types\": []}",
		"{\"positions\": [1, \"2\"], \"types\": []}",
		"{\"positions\": [1]}",
		"{\"positions\": [1], \"types\": [{\"objects\": [1]}]}",
		"{\"positions\": [1], \"types\": [{\"type\": \"a\"}]}",
		("{\"positions\": [1], \"types\": [{\"type\": \"a\", "
		 "\"objects\": [1, 2]}]}"),
		"{\"schema\": 2, \"positions\": [], \"types\": []}",
	};
	struct tm_err err;
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		cr_assert_eq(read_text(texts[i], &err), TM_EUSAGE, "%s",
			     texts[i]);
		stop();
		json = NULL;
	}
}
