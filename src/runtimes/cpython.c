/*
 * CPython.  Objects of up to 512 bytes come from arenas of 256 KiB or 1 MiB that
 * it maps itself (Objects/obmalloc.c).  PYTHONMALLOC is read by Python 3.6 and
 * later; an older one ignores it, and its small objects stay uncounted.
 *
 * The stacks are those of _Py_DumpTraceback(), which src/preload/python.c asks
 * for inside the program.  Its heap is asked by src/preload/python_agent.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "runtimes/runtimes.h"

/* The text behind `front`; NULL when `text` does not begin with it. */
static const char *skip(const char *text, const char *front)
{
	size_t length = strlen(front);

	return text && strncmp(text, front, length) == 0 ? text + length : NULL;
}

/* A number as CPython writes it: digits alone. */
static const char *read_number(int *out, const char *text)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;
	long number;

	if (digits == 0)
		return NULL;
	errno = 0;
	number = strtol(text, NULL, 10);
	if (errno || number > INT_MAX)
		return NULL;
	*out = (int)number;
	return text + digits;
}

/* File "PATH", line 41 in main.  Where CPython does not know one of the three,
 * it writes ??? for it. */
static int read_frame(struct tm_script_frame *out, const char *line)
{
	const char *file = skip(line, "File \"");
	const char *end = file ? strchr(file, '"') : NULL;
	const char *function =
		skip(read_number(&out->line, skip(end, "\", line ")), " in ");

	if (function && *function && end > file) {
		out->file = file;
		out->file_length = (int)(end - file);
		out->function = function;
		out->function_length = (int)strlen(function);
	}
	return skip(line, "File ") != NULL;
}

const struct tm_language tm_language_cpython = {
	.name = "CPython",
	.programs = {"python"},
	.takes_script = 1,
	.variables = {"PYTHON*", "VIRTUAL_ENV"},
	.counting =
		{.variable = "PYTHONMALLOC",
		 .value = "malloc",
		 .note = "so that the small objects of Python 3.6 and later "
			 "are counted; by default they come from Python's "
			 "own arenas"},
	.agent = {.in_library = 1},
	.read_frame = read_frame,
	.heap = "CPython's small objects come from arenas that it maps itself",
	.advice = "with PYTHONMALLOC=malloc, which --preload sets unless it is "
		  "set already, they come from malloc",
};
