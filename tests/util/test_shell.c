#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "util/shell.h"

Test(shell, quotes_what_a_shell_would_change)
{
	char out[80] = "";

	cr_assert(tm_shell_add(out, sizeof(out), "./server"));
	cr_assert(tm_shell_add(out, sizeof(out), "--port=80"));
	cr_assert(tm_shell_add(out, sizeof(out), "it's $5"));
	cr_assert(tm_shell_add(out, sizeof(out), ""));
	cr_assert_str_eq(out, "./server --port=80 'it'\\''s $5' ''");
}

Test(shell, leaves_the_text_alone_when_there_is_no_room)
{
	char out[12] = "ls";

	cr_assert_not(tm_shell_add(out, sizeof(out), "0123456789"));
	cr_assert_str_eq(out, "ls");
	cr_assert_not(tm_shell_add(out, sizeof(out), "a b c d"));
	cr_assert_str_eq(out, "ls");
	cr_assert(tm_shell_add(out, sizeof(out), "12345678"));
	cr_assert_str_eq(out, "ls 12345678");
}

/* What any shell makes of the word is the word again. */
static void reads_back(const char *word)
{
	char command[1200] = "printf %s", back[256] = "";
	FILE *shell;

	cr_assert(tm_shell_add(command, sizeof(command), word));
	cr_assert_null(strchr(command, '\n'));
	shell = popen(command, "r"); /* sh -c */
	cr_assert_not_null(shell);
	back[fread(back, 1, sizeof(back) - 1, shell)] = '\0';
	cr_assert_eq(pclose(shell), 0);
	cr_expect_str_eq(back, word, "%s", command);
}

Test(shell, writes_what_a_shell_reads_back)
{
	char all[256];
	int i;

	for (i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	reads_back(all);
	reads_back("for x in a:\n\tprint('%d' % x, \"\\n$HOME`id`\")");
	reads_back("\n\033[31m12");
	reads_back("gr\303\274\303\237e it's");
}

/* The shell drops newlines at the end of what printf writes. */
Test(shell, cannot_write_a_newline_at_the_end)
{
	char out[80] = "sh -c";

	cr_assert_not(tm_shell_add(out, sizeof(out), "true\n"));
	cr_assert_str_eq(out, "sh -c");
}
