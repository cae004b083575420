/*
 * options.h - how `tidemark why` is shown.
 *
 * Purpose:   the options that its callers set and its writers read.
 */
#ifndef TM_REPORT_WHY_OPTIONS_H
#define TM_REPORT_WHY_OPTIONS_H

#include <stddef.h>

enum tm_why_format {
	TM_WHY_TEXT,
	TM_WHY_MARKDOWN,
	TM_WHY_JSON,
	TM_WHY_FORMAT_COUNT
};

struct tm_why_opts {
	enum tm_why_format format;
	int colour;	    /* text only */
	size_t width;	    /* text only: columns to wrap tables at, or 0 */
	int everything;	    /* every layer, site, frame and note */
	unsigned int stack; /* frames of a site; 0: a default */
};

/* "text", "markdown", "json", NULL: by format. */
extern const char *const tm_why_format_names[];

#endif
