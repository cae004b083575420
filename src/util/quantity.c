#include "util/quantity.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/amount.h"

int tm_quantity_count(const char *text, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return 0;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

struct unit {
	const char *suffix;
	double factor;
};

/* A decimal number with one of the units after it.  The first unit's suffix is
 * empty. */
static int scale(const char *text, const struct unit *units, size_t count,
		 uint64_t *out)
{
	double number;
	char *end;
	size_t i;

	/* strtod() alone would take " 1", "-1", "inf" and "0x10". */
	if (!isdigit((unsigned char)*text) || tolower(text[1]) == 'x')
		return 0;
	number = strtod(text, &end);
	for (i = 0; i < count; i++) {
		if (strcasecmp(end, units[i].suffix) == 0)
			break;
	}
	if (i == count || number * units[i].factor > 9e18)
		return 0;
	*out = (uint64_t)(number * units[i].factor + 0.5);
	return 1;
}

int tm_quantity_bytes(const char *text, uint64_t *out)
{
	static const struct unit units[] = {
		{"", 1},
		{"b", 1},
		{"k", 1024},
		{"kb", 1024},
		{"kib", 1024},
		{"m", TM_MIB},
		{"mb", TM_MIB},
		{"mib", TM_MIB},
		{"g", 1073741824},
		{"gb", 1073741824},
		{"gib", 1073741824},
		{"t", 1099511627776},
		{"tb", 1099511627776},
		{"tib", 1099511627776},
	};

	return scale(text, units, sizeof(units) / sizeof(*units), out);
}

int tm_quantity_ms(const char *text, uint64_t *out)
{
	static const struct unit units[] = {
		{"", 1000},   {"s", 1000},    {"ms", 1},
		{"m", 60000}, {"min", 60000}, {"h", 3600000},
	};

	return scale(text, units, sizeof(units) / sizeof(*units), out);
}
