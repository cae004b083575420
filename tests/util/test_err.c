#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "util/err.h"

Test(err, keeps_the_code_and_the_sentence)
{
	struct tm_err err;

	cr_assert_eq(tm_fail(&err, TM_EUSAGE, "%d of %s", 3, "them"),
		     TM_EUSAGE);
	cr_assert_eq(err.rc, TM_EUSAGE);
	cr_assert_str_eq(err.text, "3 of them");
}

Test(err, may_be_left_out)
{
	cr_assert_eq(tm_fail(NULL, TM_ENOMEM, "not stored"), TM_ENOMEM);
	cr_assert_eq(tm_fail_errno(NULL, EACCES, "not stored"), TM_ESYSTEM);
}

Test(err, says_what_the_system_said)
{
	struct tm_err err;

	cr_assert_eq(tm_fail_errno(&err, ENOENT, "cannot open %s", "a file"),
		     TM_ESYSTEM);
	cr_assert_str_eq(err.text,
			 "cannot open a file: No such file or directory");
	cr_assert_eq(tm_fail_errno(&err, ENOMEM, "cannot fork"), TM_ENOMEM);
}

Test(err, cuts_a_sentence_that_is_too_long)
{
	static char longer[2 * sizeof(((struct tm_err *)0)->text)];
	struct tm_err err;

	memset(longer, 'x', sizeof(longer) - 1);
	tm_fail(&err, TM_EUSAGE, "%s", longer);
	cr_assert_eq(strlen(err.text), sizeof(err.text) - 1);
	memset(longer + sizeof(err.text) - 1, 0, 1);
	tm_fail(&err, TM_EUSAGE, "%s", longer);
	cr_assert_str_eq(err.text, longer);
	longer[sizeof(err.text) - 1] = 'x';
	tm_fail_errno(&err, ENOENT, "%s", longer);
	cr_assert_eq(strlen(err.text), sizeof(err.text) - 1);
}

Test(err, shortens_a_long_path_and_keeps_the_reason)
{
	static char path[4000];
	struct tm_err err;
	const char *end = "/last.json': File name too long";

	memset(path, 'x', sizeof(path) - 1);
	memcpy(path, "/first/", 7);
	memcpy(path + sizeof(path) - 11, "/last.json", 10);
	tm_fail_errno(&err, ENAMETOOLONG, "cannot write '%s'", path);
	cr_assert_eq(strncmp(err.text, "cannot write '/first/", 21), 0);
	cr_assert_not_null(strstr(err.text, "x...x"));
	cr_assert_str_eq(err.text + strlen(err.text) - strlen(end), end);
	tm_fail(&err, TM_EUSAGE, "cannot write '%s': %s", path,
		"File name too long");
	cr_assert_str_eq(err.text + strlen(err.text) - strlen(end), end);
}

Test(err, cuts_no_character_in_two)
{
	char longer[1000];
	struct tm_err err;
	size_t shift, i;

	for (shift = 0; shift < 2; shift++) {
		memset(longer, 'x', sizeof(longer));
		for (i = shift; i + 2 < sizeof(longer); i += 2)
			memcpy(longer + i, "\xc3\xb6", 2);
		longer[i] = '\0';
		tm_fail(&err, TM_EUSAGE, "%s", longer);
		cr_assert_not_null(strstr(err.text, "\xc3\xb6...\xc3\xb6"));
		cr_assert_null(strchr(err.text, '?'));
	}
}

Test(err, is_one_line_whatever_it_quotes)
{
	struct tm_err err;

	tm_fail(&err, TM_EUSAGE, "no '%s'", "a\nb\r\033[2J\x7f");
	cr_assert_str_eq(err.text, "no 'a?b??[2J?'");
	tm_fail_errno(&err, ENOENT, "cannot open '%s'", "a\tb\n");
	cr_assert_str_eq(err.text,
			 "cannot open 'a?b?': No such file or directory");
	tm_fail(&err, TM_EUSAGE, "no '%s'", "L\xc3\xb6sung");
	cr_assert_str_eq(err.text, "no 'L\xc3\xb6sung'");
}

Test(err, has_an_exit_code_for_each_code)
{
	cr_assert_eq(tm_rc_exit(TM_OK), 0);
	cr_assert_eq(tm_rc_exit(TM_EUSAGE), 2);
	cr_assert_eq(tm_rc_exit(TM_ENOMEM), 3);
	cr_assert_eq(tm_rc_exit(TM_ESYSTEM), 3);
	cr_assert_eq(tm_rc_exit(TM_EUNAVAILABLE), 3);
	cr_assert_eq(tm_rc_exit(TM_ETIMEOUT), 3);
	cr_assert_eq(tm_rc_exit(TM_EINTERNAL), 4);
}
