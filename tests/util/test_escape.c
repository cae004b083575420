#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "util/escape.h"
#include "util/text.h"

struct row {
	enum tm_escape escape;
	const char *text;
	const char *written;
};

/* Names that a run, a process, a function or a type could have. */
static const struct row rows[] = {
	{TM_ESCAPE_TERMINAL, "two\nlines\033[2J", "two?lines?[2J"},
	{TM_ESCAPE_TERMINAL, "b\xfftes", "b?tes"},
	{TM_ESCAPE_TERMINAL, "größe", "größe"},
	{TM_ESCAPE_TERMINAL, "safe\u202egnp.exe", "safe?gnp.exe"},
	{TM_ESCAPE_MARKDOWN, "a\u2066b\u2069", "a?b?"},
	{TM_ESCAPE_CSV, "\ufeff=1+1", "?=1+1"},
	{TM_ESCAPE_XML, "a\u2028b", "a?b"},
	{TM_ESCAPE_CSV, "plain", "plain"},
	{TM_ESCAPE_CSV, "a,b", "\"a,b\""},
	{TM_ESCAPE_CSV, "a \"b\"", "\"a \"\"b\"\"\""},
	{TM_ESCAPE_CSV, "=cmd|' /C calc'!A0", "\" =cmd|' /C calc'!A0\""},
	{TM_ESCAPE_CSV, "+1+cmd", "\" +1+cmd\""},
	{TM_ESCAPE_CSV, "@SUM(A1)", "\" @SUM(A1)\""},
	{TM_ESCAPE_CSV, "-x", "\" -x\""},
	{TM_ESCAPE_CSV, "-12.5", "-12.5"},
	{TM_ESCAPE_CSV, "line\nend", "line?end"},
	{TM_ESCAPE_CSV, "::error::x", "\"::error::x\""},
	{TM_ESCAPE_CSV, " \u00a0::error::x", "\" \u00a0::error::x\""},
	{TM_ESCAPE_CSV, "std::vector", "std::vector"},
	{TM_ESCAPE_MARKDOWN, "a|b", "a\\|b"},
	{TM_ESCAPE_MARKDOWN, "<script>", "\\<script\\>"},
	{TM_ESCAPE_MARKDOWN, "[x](y) *z* `c`", "\\[x\\](y) \\*z\\* \\`c\\`"},
	{TM_ESCAPE_MARKDOWN, "a\\|b", "a\\\\\\|b"},
	{TM_ESCAPE_MARKDOWN, "a <!-- b -->", "a \\<!-- b --\\>"},
	{TM_ESCAPE_MARKDOWN, "by @joe", "by @<!-- -->joe"},
	{TM_ESCAPE_MARKDOWN, "a@b.org", "a@<!-- -->b.org"},
	{TM_ESCAPE_MARKDOWN, "o/r#12 # C#", "o/r#<!-- -->12 \\# C\\#"},
	{TM_ESCAPE_MARKDOWN, "gh-7 GH-x !8 !",
	 "gh-<!-- -->7 GH-x !<!-- -->8 !"},
	{TM_ESCAPE_MARKDOWN, "http://a.org/x", "http:<!-- -->//a.org/x"},
	{TM_ESCAPE_MARKDOWN, "WWW.a.org std::x", "WWW<!-- -->.a.org std::x"},
	{TM_ESCAPE_MARKDOWN_CODE, "@joe #12", "`@joe #12`"},
	{TM_ESCAPE_MARKDOWN_CODE, "a\\|b", "`a\\|b`"},
	{TM_ESCAPE_MARKDOWN_CODE, "a|b", "`a|b`"},
	{TM_ESCAPE_MARKDOWN_CODE, "a`b``c", "```a`b``c```"},
	{TM_ESCAPE_MARKDOWN_CODE, "`a", "`` `a ``"},
	{TM_ESCAPE_MARKDOWN_CODE, "a`", "`` a` ``"},
	{TM_ESCAPE_MARKDOWN_CODE, " a ", "`  a  `"},
	{TM_ESCAPE_MARKDOWN_CODE, "", "`  `"},
	{TM_ESCAPE_XML, "<a href=\"&\">", "&lt;a href=&quot;&amp;&quot;&gt;"},
	{TM_ESCAPE_GITHUB_MESSAGE, "100%\n::error::x", "100%25?::error::x"},
	{TM_ESCAPE_GITHUB_PROPERTY, "a:b,c%", "a%3Ab%2Cc%25"},
	{TM_ESCAPE_GNUPLOT, "it's `id`", "'it'.\"'\".'s `id`'"},
};

static void holds(const struct row *row)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_put_escaped(&writer, row->escape, row->text);
	cr_expect_eq(writer.rc, TM_OK);
	cr_expect_str_eq(text.bytes, row->written);
	tm_buf_release(&text);
}

Test(escape, makes_a_name_harmless_in_each_language)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		holds(&rows[i]);
}

Test(escape, shows_what_is_hidden_in_json)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_put_json_text(&writer, "{\n\"gr\u00f6\u00dfe\": "
				  "\"a\u202eb\u2069\U000e0041\xc2\x9b\"}");
	cr_expect_str_eq(text.bytes, "{\n\"gr\u00f6\u00dfe\": "
				     "\"a\\u202eb\\u2069\\udb40\\udc41"
				     "\\u009b\"}");
	tm_buf_release(&text);
}

Test(writer, keeps_its_first_failure)
{
	struct tm_err err = {0};
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_writer_put(&writer, "kept");
	alloc.fail_after = 0;
	while (writer.rc == TM_OK)
		tm_writer_printf(&writer, "%s", "as long as there is room");
	alloc.fail_after = UINT64_MAX;
	text.length = strlen("kept");
	text.bytes[text.length] = '\0';
	tm_writer_put(&writer, " and nothing after it");
	cr_assert_str_eq(text.bytes, "kept");
	cr_assert_eq(tm_writer_close(&writer, "a test", &err), TM_ENOMEM);
	cr_assert_str_eq(err.text, "no memory for a test");
	tm_buf_release(&text);
}

static void disarms(const char *text, const char *expected)
{
	char line[128];

	snprintf(line, sizeof(line), "%s", text);
	tm_github_disarm(line);
	cr_expect_str_eq(line, expected);
}

Test(escape, lets_no_line_be_a_command_to_github)
{
	disarms("::error::x\n", "?:error::x\n");
	disarms("run\n\n \t::error::x", "run\n\n \t?:error::x");
	disarms("\u00a0\u3000::stop-commands::x",
		"\u00a0\u3000?:stop-commands::x");
	disarms("a\r::error::x", "a\r?:error::x");
	disarms("name ##[add-mask]x", "name ##?add-mask]x");
	disarms("###[error]x\n##[error]", "###?error]x\n##?error]");
	disarms("a std::vector<int>\n#[x]\n", "a std::vector<int>\n#[x]\n");
	disarms(" :: \n::", " ?: \n?:");
	disarms("", "");
	disarms("\n", "\n");
}

Test(escape, writes_github_commands_in_json_as_another_spelling)
{
	struct tm_alloc alloc;
	struct tm_buf text;
	struct tm_writer writer = {.out = &text};

	tm_alloc_init(&alloc);
	tm_buf_init(&text, &alloc);
	tm_put_json_text(&writer, "{\"run\": \"###[error]x\"}");
	cr_expect_str_eq(text.bytes, "{\"run\": \"#\\u0023#[error]x\"}");
	tm_buf_release(&text);
}
