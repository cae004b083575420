#include "stats/reason.h"

const char *tm_reason_name(enum tm_reason reason)
{
	static const char *const names[] = {
#define NAME(constant, key, text) key,
		TM_REASONS(NAME)
#undef NAME
	};

	return names[reason];
}

const char *tm_reason_text(enum tm_reason reason)
{
	static const char *const texts[] = {
#define TEXT(constant, key, text) text,
		TM_REASONS(TEXT)
#undef TEXT
	};

	return texts[reason];
}
