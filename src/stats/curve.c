#include "stats/curve.h"

const char *tm_curve_name(enum tm_curve curve)
{
	static const char *const names[] = {
		"unknown",  "flat",    "linear", "late",      "stairs",
		"doubling", "bounded", "step",	 "saw-tooth",
	};

	return names[curve];
}
