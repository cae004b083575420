#include <criterion/criterion.h>
#include <string.h>

#include "results/rerun.h"

static struct tm_run run;
static char out[120];

static void end(void)
{
	tm_run_request_release(&run.request);
}

TestSuite(rerun, .fini = end);

static void ask(const char *const *given, const char *const *argv)
{
	for (; *given; given++)
		tm_texts_add(&run.request.given, *given);
	for (; *argv; argv++)
		tm_texts_add(&run.request.argv, *argv);
}

static const char *rerun(const char *const *changes)
{
	tm_rerun_text(&run, changes, out, sizeof(out));
	return out;
}

Test(rerun, keeps_the_options_that_made_the_run)
{
	const char *const none[] = {NULL};

	ask((const char *const[]){"--mark-regex '^done ([0-9]+)'", "--name x",
				  NULL},
	    (const char *const[]){"./a", "b c", NULL});
	cr_assert_str_eq(rerun(none),
			 "tidemark exec --mark-regex '^done ([0-9]+)' --name x "
			 "-- ./a 'b c'");
}

Test(rerun, changes_options_and_adds_them)
{
	const char *const changes[] = {"--preload", "--sample-bytes 4KiB",
				       NULL};

	ask((const char *const[]){"--preload", "--sample-bytes=1KiB",
				  "--preload-not", NULL},
	    (const char *const[]){"a", NULL});
	cr_assert_str_eq(rerun(changes), "tidemark exec --preload-not "
					 "--preload --sample-bytes 4KiB -- a");
}

Test(rerun, knows_no_command_of_an_older_run_without_words)
{
	const char *const changes[] = {"--preload", NULL};
	const char *const none[] = {NULL};

	cr_assert_str_eq(rerun(changes), "");
	ask(none, (const char *const[]){"./old", NULL});
	cr_assert_str_eq(rerun(changes), "tidemark exec --preload -- ./old");
}

Test(rerun, suggests_nothing_that_is_too_long_to_type)
{
	const char *const none[] = {NULL};
	char word[130];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	ask(none, (const char *const[]){word, NULL});
	cr_assert_str_eq(rerun(none), "");
}

/* The longest command that has room ends one byte before the end, with its
 * NUL; what lies behind is not written. */
Test(rerun, fills_its_room_and_no_more)
{
	static const char whole[] = "tidemark exec --name x --every 5 -- a b";
	const char *const changes[] = {"--every 5", NULL};
	size_t size;

	ask((const char *const[]){"--name x", NULL},
	    (const char *const[]){"a", "b", NULL});
	for (size = sizeof("tidemark exec"); size <= sizeof(whole); size++) {
		memset(out, '#', sizeof(out));
		tm_rerun_text(&run, changes, out, size);
		cr_expect_str_eq(out, size < sizeof(whole) ? "" : whole,
				 "%zu bytes", size);
		cr_expect_eq(out[size], '#');
		cr_expect_eq(out[size + 1], '#');
	}
}

/* By its whole name, whatever stands behind it. */
Test(rerun, tells_options_apart_by_their_names)
{
	const char *const changes[] = {"--every=7", NULL};

	ask((const char *const[]){"--every 5", "--everything", "--ever",
				  "--fvery 5", NULL},
	    (const char *const[]){"a", NULL});
	cr_assert_str_eq(rerun(changes), "tidemark exec --everything --ever "
					 "--fvery 5 --every=7 -- a");
}

/* In any POSIX shell: dash has no $'...'. */
Test(rerun, writes_a_newline_so_that_a_shell_runs_it)
{
	const char *const none[] = {NULL};

	ask(none, (const char *const[]){"sh", "-c", "a\nb", NULL});
	cr_assert_str_eq(rerun(none), "tidemark exec -- sh -c "
				      "\"$(printf 'a\\012b')\"");
}

Test(rerun, says_nothing_that_a_terminal_obeys)
{
	const char *const none[] = {NULL};

	ask((const char *const[]){"--name \033[31m", NULL},
	    (const char *const[]){"a", NULL});
	cr_assert_str_eq(rerun(none), "");
}
