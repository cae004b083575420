#include <criterion/criterion.h>
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
