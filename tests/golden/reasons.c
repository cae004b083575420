#include "reasons.h"

const char *reason_of_decision(const struct tm_decision *decision)
{
	return tm_reason_name(decision->reason_key);
}

const char *reason_of_verdict(const struct tm_verdict *verdict)
{
	return tm_verdict_reason_name(verdict->reason_key);
}

/* Handles that have a sentence of their own are named by their metric. */
const char *reason_of_kind(const struct tm_verdict *verdict)
{
	if (verdict->kind_key == TM_KIND_REASON_HANDLES &&
	    verdict->kind_reason != tm_kind_reason_text(TM_KIND_REASON_HANDLES))
		return tm_metric_name(verdict->cause);
	return tm_kind_reason_name(verdict->kind_key);
}
