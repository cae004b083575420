#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "runtimes/runtimes.h"

static struct tm_script_frame frame;

static void expect(const char *line, const char *function, const char *file,
		   int number)
{
	char text[256];

	cr_assert(tm_script_frame_read(&frame, line), "%s", line);
	snprintf(text, sizeof(text), "%.*s %.*s", frame.function_length,
		 frame.function, frame.file_length, frame.file);
	cr_assert_eq(strncmp(text, function, strlen(function)), 0, "%s", text);
	cr_assert_str_eq(text + strlen(function) + 1, file);
	cr_assert_eq(frame.line, number);
}

Test(node, reads_function_file_and_line)
{
	expect("at race (/srv/a b/repro.js:9)", "race", "/srv/a b/repro.js", 9);
	cr_assert_not(frame.is_library);
	expect("at (top level) (/srv/(a)/x:y.js:1)", "(top level)",
	       "/srv/(a)/x:y.js", 1);
	expect("at Object.get a (/srv/a.js:12)", "Object.get a", "/srv/a.js",
	       12);
}

Test(node, knows_its_own_library)
{
	expect("at Buffer.alloc (node:buffer:391)", "Buffer.alloc",
	       "node:buffer", 391);
	cr_assert(frame.is_library);
}

Test(node, reads_frames_without_a_place)
{
	static const char *const lines[] = {
		"at (garbage collector)", "at (V8 API)", "at f (a.js:)",
		"at f (a.js:1",		  "at f (:1x)",	 "at f ()",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		cr_assert(tm_script_frame_read(&frame, lines[i]), "%s",
			  lines[i]);
		cr_assert_null(frame.file, "%s", lines[i]);
		cr_assert(frame.is_library, "%s", lines[i]);
	}
	cr_assert_not(tm_script_frame_read(&frame, "at "));
	cr_assert_not(tm_script_frame_read(&frame, "attic"));
}
