#include "stats/rules.h"

void tm_rule_tide(struct tm_evidence *out, const struct tm_case *task)
{
	tm_rule_study(out, task);
}
