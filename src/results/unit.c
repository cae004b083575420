#include "results/unit.h"

#include <string.h>

static const struct {
	const char *name;
	const char *per;
	double scale;
} units[] = {
	[TM_UNIT_ITERATION] = {"iteration", "per iteration", 1.0},
	[TM_UNIT_SECOND] = {"second", "per second", 1000.0},
};

const char *tm_unit_name(enum tm_unit unit)
{
	return units[unit].name;
}

int tm_unit_find(enum tm_unit *out, const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(units[i].name, name) == 0) {
			*out = i;
			return 1;
		}
	}
	return 0;
}

const char *tm_unit_per(enum tm_unit unit)
{
	return units[unit].per;
}

double tm_unit_scale(enum tm_unit unit)
{
	return units[unit].scale;
}
