#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "util/suggest.h"

static struct tm_suggest suggest;

struct word {
	char typed[48];
	char meant[16]; /* "" when nothing is close */
};

ParameterizedTestParameters(suggest, finds_the_word_that_was_meant)
{
	static struct word rows[] = {
		{"lst", "list"},
		{"lsit", "list"},
		{"rum", "run"},
		{"comprae", "compare"},
		{"compare", "compare"},
		{"plto", "plot"},
		{"weak_rf", "weak-ref"},
		{"zebra", ""},
		{"", ""},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ""},
	};

	return cr_make_param_array(struct word, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct word *row, suggest, finds_the_word_that_was_meant)
{
	static const char *const names[] = {"list",    "run",	   "plot",
					    "compare", "weak-ref", "weak-refs"};
	size_t i;

	tm_suggest_init(&suggest, row->typed);
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		tm_suggest_offer(&suggest, names[i]);
	cr_assert_str_eq(suggest.best, row->meant);
}

Test(suggest, asks_a_question_only_when_there_is_one)
{
	char text[80];

	tm_suggest_init(&suggest, "rnu");
	tm_suggest_text(&suggest, text, sizeof(text));
	cr_assert_str_eq(text, "");
	tm_suggest_offer(&suggest, "run");
	tm_suggest_text(&suggest, text, sizeof(text));
	cr_assert_str_eq(text, " (did you mean 'run'?)");
}
