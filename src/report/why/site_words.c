#include "report/why/site_words.h"

#include <stdio.h>
#include <string.h>

#include "util/text.h"

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

void tm_frame_words(char out[TM_FRAME_WORDS_MAX], const json_t *frame)
{
	const char *function = text_of(frame, "function");
	const char *file = text_of(frame, "file");
	const char *module = tm_base_name(text_of(frame, "module"));
	json_int_t line = json_integer_value(json_object_get(frame, "line"));

	if (*function && *file)
		snprintf(out, TM_FRAME_WORDS_MAX, "%s  %s:%lld", function,
			 tm_base_name(file), (long long)line);
	else if (*function && *module)
		snprintf(out, TM_FRAME_WORDS_MAX, "%s  (%s)", function, module);
	else if (*function)
		snprintf(out, TM_FRAME_WORDS_MAX, "%s", function);
	else
		snprintf(out, TM_FRAME_WORDS_MAX, "%s+%s",
			 *module ? module : "[no file]",
			 text_of(frame, "offset"));
	tm_text_clean(out);
}

/* --- plumbing ------------------------------------------------------------- */

static int begins_with(const char *text, const char *const *beginnings)
{
	for (; *beginnings; beginnings++) {
		if (strncmp(text, *beginnings, strlen(*beginnings)) == 0)
			return 1;
	}
	return 0;
}

/* Names of what only hands memory on, with all that begins so. */
static const char *const plumbing_functions[] = {
	"malloc",
	"calloc",
	"realloc",
	"__libc_",
	"__GI_",
	"posix_memalign",
	"aligned_alloc",
	"memalign",
	"strdup",
	"strndup",
	"__strdup",
	"xmalloc",
	"xcalloc",
	"xrealloc",
	"xstrdup",
	"operator new",
	"__gnu_cxx::",
	"std::",
	"void std::",
	"g_malloc",
	"g_realloc",
	"g_strdup",
	"g_slice_",
	"PyMem_",
	"PyObject_Malloc",
	"PyObject_Realloc",
	"PyObject_Calloc",
	"_PyMem_",
	"_PyObject_Malloc",
	"_PyObject_GC_",
	"PyType_GenericAlloc",
	"_PyType_AllocNoTrack",
	NULL,
};

static const char *const plumbing_modules[] = {
	"libtidemark-preload.",
	"libc.so",
	"libc-",
	"ld-linux",
	"libstdc++.",
	"libjemalloc.",
	"libtcmalloc",
	"libmimalloc",
	NULL,
};

int tm_frame_is_plumbing(const json_t *frame)
{
	return begins_with(tm_base_name(text_of(frame, "module")),
			   plumbing_modules) ||
	       begins_with(text_of(frame, "function"), plumbing_functions);
}

size_t tm_site_first_frame(const json_t *site)
{
	const json_t *stack = json_object_get(site, "stack");
	const json_t *frame;
	size_t i;

	json_array_foreach(stack, i, frame)
	{
		if (!tm_frame_is_plumbing(frame))
			return i;
	}
	return 0;
}

/* --- scripts -------------------------------------------------------------- */

/* File "PATH", line 41 in main */
static int read_script(const char *line, char file[256], int *number,
		       char function[160])
{
	return sscanf(line, "File \"%255[^\"]\", line %d in %159[^\n]", file,
		      number, function) == 3;
}

void tm_script_words(char out[TM_FRAME_WORDS_MAX], const char *line)
{
	char file[256], function[160];
	int number;

	if (read_script(line, file, &number, function))
		snprintf(out, TM_FRAME_WORDS_MAX, "%s  %s:%d", function,
			 tm_base_name(file), number);
	else
		snprintf(out, TM_FRAME_WORDS_MAX, "%s", line);
	tm_text_clean(out);
}

int tm_script_is_library(const char *line)
{
	return strstr(line, "/lib/python") || strstr(line, "-packages/") ||
	       strstr(line, "\"<frozen");
}

/* --- growth --------------------------------------------------------------- */

int tm_site_rate(const json_t *sites, const json_t *site, double *rate,
		 double *error)
{
	const json_t *iterations = json_object_get(sites, "iterations");
	const json_t *first = json_object_get(site, "first_bytes");
	const json_t *last = json_object_get(site, "last_bytes");
	double span = json_number_value(json_array_get(iterations, 1)) -
		      json_number_value(json_array_get(iterations, 0));

	if (!first || !last || !(span > 0.0))
		return 0;
	*rate = (json_number_value(last) - json_number_value(first)) / span;
	*error = json_number_value(json_object_get(site, "error_bytes")) / span;
	return 1;
}
