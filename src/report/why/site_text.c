#include "report/why/site_text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "preload/allocators/table.h"
#include "runtimes/runtimes.h"
#include "util/text.h"

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void tm_frame_text(char out[TM_FRAME_TEXT_MAX],
		   const struct tm_run_frame *frame)
{
	const char *function = or_empty(frame->function);
	const char *file = or_empty(frame->file);
	const char *module = tm_base_name(or_empty(frame->module));
	long long line = frame->line.value;

	if (*function && *file)
		snprintf(out, TM_FRAME_TEXT_MAX, "%s  %s:%lld", function,
			 tm_base_name(file), line);
	else if (*function && *module)
		snprintf(out, TM_FRAME_TEXT_MAX, "%s  (%s)", function, module);
	else if (*function)
		snprintf(out, TM_FRAME_TEXT_MAX, "%s", function);
	else
		snprintf(out, TM_FRAME_TEXT_MAX, "%s+%s",
			 *module ? module : "[no file]",
			 or_empty(frame->offset));
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
	"libtidemark-preload.", "libc-", "ld-linux", "libstdc++.", NULL,
};

static int is_allocator(const char *module)
{
	const char *library;
	uint32_t id;

	for (id = 1; id < TM_ALLOCATOR_COUNT; id++) {
		library = tm_allocator_row(id)->library;
		if (strncmp(module, library, strlen(library)) == 0)
			return 1;
	}
	return 0;
}

int tm_frame_is_plumbing(const struct tm_run_frame *frame)
{
	const char *module = tm_base_name(or_empty(frame->module));

	return begins_with(module, plumbing_modules) || is_allocator(module) ||
	       begins_with(or_empty(frame->function), plumbing_functions);
}

size_t tm_site_first_frame(const struct tm_run_site *site)
{
	size_t i;

	for (i = 0; i < site->depth; i++) {
		if (!tm_frame_is_plumbing(&site->stack[i]))
			return i;
	}
	return 0;
}

/* --- scripts -------------------------------------------------------------- */

void tm_script_frame_text(char out[TM_FRAME_TEXT_MAX], const char *line)
{
	struct tm_script_frame frame;
	char file[PATH_MAX];

	if (tm_script_frame_read(&frame, line) && frame.file) {
		snprintf(file, sizeof(file), "%.*s", frame.file_length,
			 frame.file);
		snprintf(out, TM_FRAME_TEXT_MAX, "%.*s  %s:%d",
			 frame.function_length, frame.function,
			 tm_base_name(file), frame.line);
	} else {
		snprintf(out, TM_FRAME_TEXT_MAX, "%s", line);
	}
	tm_text_clean(out);
}

/* --- growth --------------------------------------------------------------- */

int tm_site_rate(const struct tm_run_sites *sites,
		 const struct tm_run_site *site, double *rate, double *error)
{
	double span = sites->last_x.value - sites->first_x.value;

	if (!site->first_bytes.is_known || !site->last_bytes.is_known ||
	    !(span > 0.0))
		return 0;
	*rate = tm_site_growth(site) / span;
	*error = (double)site->error_bytes.value / span;
	return 1;
}

double tm_site_growth(const struct tm_run_site *site)
{
	return (double)site->last_bytes.value - (double)site->first_bytes.value;
}
