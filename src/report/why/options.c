#include "report/why/options.h"

const char *const tm_why_format_names[] = {
	[TM_WHY_TEXT] = "text",
	[TM_WHY_MARKDOWN] = "markdown",
	[TM_WHY_JSON] = "json",
	[TM_WHY_FORMAT_COUNT] = NULL,
};
