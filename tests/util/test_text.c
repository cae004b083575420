#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <jansson.h>
#include <string.h>

#include "util/text.h"

struct text {
	char given[24];
	char wanted[24];
};

static struct text texts[] = {
	{"", ""},
	{"plain text 1.5", "plain text 1.5"},
	{"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	{"two\nlines\t", "two?lines?"},
	{"\033[31mred\x7f", "?[31mred?"},
	{"\xff\xc3", "??"},
	{"\xc2\x9b"
	 "31m",
	 "?31m"},	    /* a control character above ASCII */
	{"\xc0\xaf", "??"}, /* overlong */
	{"\xe0\x80\xaf", "???"},
	{"\xed\xa0\x80", "???"},      /* a surrogate */
	{"\xf4\x90\x80\x80", "????"}, /* above the last character */
	{"\xe2\x82", "??"},	      /* cut off */
	{"a\u202eb\u202cc", "a?b?c"}, /* turned around */
	{"a\u2066b\u2069", "a?b?"},
	{"a\u200bb\u200f", "a?b?"},
	{"a\u2028b\u2029", "a?b?"},
	{"\ufeff\u061c\u00ad\u2060", "????"},
	{"\u3164\U000e0041", "??"}, /* a filler, a tag */
	{"\U0001f469\u200d\U0001f4bb", "\U0001f469?\U0001f4bb"},
	{"\u26a0\ufe0f", "\u26a0?"},
	{"e\u0301 \u6f22\u5b57", "e\u0301 \u6f22\u5b57"},
};

ParameterizedTestParameters(text, is_made_printable)
{
	return cr_make_param_array(struct text, texts,
				   sizeof(texts) / sizeof(*texts));
}

ParameterizedTest(struct text *row, text, is_made_printable)
{
	char text[sizeof(row->given)];
	json_t *json;

	strcpy(text, row->given);
	tm_text_clean(text);
	cr_assert_str_eq(text, row->wanted);
	json = json_string(text);
	cr_assert_not_null(json, "JSON refuses it");
	json_decref(json);
}

Test(text, is_as_wide_as_a_terminal_draws_it)
{
	cr_assert_eq(tm_text_width(""), 0);
	cr_assert_eq(tm_text_width("abc"), 3);
	cr_assert_eq(tm_text_width("caf\xc3\xa9 \xe2\x82\xac"), 6);
	cr_assert_eq(tm_text_width("cafe\u0301"), 4);
	cr_assert_eq(tm_text_width("\u6f22\u5b57"), 4);
	cr_assert_eq(tm_text_width("\U0001f600"), 2);
	cr_assert_eq(tm_text_width("\xff"), 1);
}

Test(text, fits_into_columns)
{
	cr_assert_eq(tm_text_fit("abc", 2), 2);
	cr_assert_eq(tm_text_fit("abc", 9), 3);
	cr_assert_eq(tm_text_fit("\u6f22\u5b57", 3), 3);
	cr_assert_eq(tm_text_fit("\u6f22\u5b57", 4), 6);
	cr_assert_eq(tm_text_fit("e\u0301x", 1), 3);
	cr_assert_eq(tm_text_fit("", 1), 0);
}

Test(text, has_a_base_name)
{
	cr_assert_str_eq(tm_base_name("/usr/bin/node"), "node");
	cr_assert_str_eq(tm_base_name("node"), "node");
	cr_assert_str_eq(tm_base_name("bin/"), "bin/");
	cr_assert_str_eq(tm_base_name(""), "");
}

Test(text, matches_a_name_or_its_beginning)
{
	cr_assert(tm_text_matches("GOGC", "GOGC"));
	cr_assert_not(tm_text_matches("GOGCX", "GOGC"));
	cr_assert_not(tm_text_matches("GOG", "GOGC"));
	cr_assert(tm_text_matches("LC_ALL", "LC_*"));
	cr_assert(tm_text_matches("LC_", "LC_*"));
	cr_assert_not(tm_text_matches("LC", "LC_*"));
	cr_assert_not(tm_text_matches("XLC_ALL", "LC_*"));
	cr_assert(tm_text_matches("", "*"));
}
