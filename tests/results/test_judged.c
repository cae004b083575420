/*
 * What a run is judged by, as run.json keeps it.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "results/judged.h"

static struct tm_run_judged judged;

static void read_text(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	cr_assert_not_null(json, "%s", text);
	memset(&judged, 0, sizeof(judged));
	tm_run_judged_from_json(&judged, json);
	json_decref(json);
}

static void expect_json(const char *text)
{
	json_t *expected = json_loads(text, 0, NULL);
	json_t *json = tm_run_judged_to_json(&judged);

	cr_assert(expected && json);
	cr_expect(json_equal(json, expected), "%s", text);
	json_decref(json);
	json_decref(expected);
}

Test(judged, is_written_as_it_was_read)
{
	static const char *const texts[] = {
		"{}",
		"{\"max_growth\": 0.0}",
		"{\"max_growth\": 4096.0, \"looks_max\": 3}",
		"{\"budgets\": {\"maxrss_bytes\": 1.5, \"rss_bytes\": 0.0}}",
		"{\"ignored\": [\"maxrss_bytes\", \"rss_bytes\"]}",
		"{\"only\": [\"rss_bytes\", \"mappings\"]}",
		"{\"ignored\": [\"rss_bytes\"], \"only\": [\"maxrss_bytes\"]}",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		read_text(texts[i]);
		expect_json(texts[i]);
	}
}

Test(judged, leaves_out_what_it_does_not_know)
{
	read_text("{\"budgets\": {\"unknown\": 3, \"rss_bytes\": \"much\", "
		  "\"pss_bytes\": 2}, \"ignored\": [\"unknown\", 7, "
		  "\"rss_bytes\"], \"only\": {\"rss_bytes\": 1}}");
	expect_json("{\"budgets\": {\"pss_bytes\": 2.0}, "
		    "\"ignored\": [\"rss_bytes\"]}");
	read_text("[]");
	expect_json("{}");
	tm_run_judged_from_json(&judged, NULL);
	expect_json("{}");
}
