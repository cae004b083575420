#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "runtimes/runtimes.h"

static struct tm_script_frame frame;

static const char *file(void)
{
	static char text[1024];

	snprintf(text, sizeof(text), "%.*s", frame.file_length, frame.file);
	return text;
}

Test(cpython, reads_file_line_and_function)
{
	cr_assert(tm_script_frame_read(
		&frame, "File \"/srv/a b/app.py\", line 41 in main"));
	cr_assert_str_eq(file(), "/srv/a b/app.py");
	cr_assert_eq(frame.line, 41);
	cr_assert_str_eq(frame.function, "main");
}

Test(cpython, reads_the_names_of_what_has_no_file)
{
	cr_assert(tm_script_frame_read(
		&frame, "File \"<frozen runpy>\", line 88 in <module>"));
	cr_assert_str_eq(file(), "<frozen runpy>");
	cr_assert_str_eq(frame.function, "<module>");
}

/* CPython cuts names at 500 characters. */
Test(cpython, reads_the_longest_path)
{
	char line[640], path[501];

	memset(path, 'p', 500);
	path[500] = '\0';
	snprintf(line, sizeof(line), "File \"%s\", line 7 in f", path);
	cr_assert(tm_script_frame_read(&frame, line));
	cr_assert_str_eq(file(), path);
	cr_assert_eq(frame.line, 7);
}

Test(cpython, knows_a_frame_without_a_place)
{
	static const char *const lines[] = {
		"File ???, line ??? in ???",
		"File \"/srv/app.py\", line ??? in main",
		"File \"/srv/app.py\", line 41 in ",
		"File \"/srv/app.py\", line 99999999999999999999 in main",
		"File \"/srv/app.py\", line 4294967297 in main",
		"File \"/srv/app.py\", line -1 in main",
		"File \"\", line 41 in main",
		"File \"/srv/app.py, line 41 in main",
		"File ",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		cr_assert(tm_script_frame_read(&frame, lines[i]), "%s",
			  lines[i]);
		cr_assert_null(frame.file, "%s", lines[i]);
	}
}

Test(cpython, passes_over_what_is_not_a_frame)
{
	cr_assert_not(tm_script_frame_read(&frame, "..."));
	cr_assert_not(tm_script_frame_read(&frame, "Fil"));
	cr_assert_not(tm_script_frame_read(&frame, ""));
	cr_assert_null(frame.file);
}
