#include "reasons.h"

#include <string.h>

struct reason {
	const char *part; /* of the sentence */
	const char *key;
};

/* The first whose part is in the sentence. */
static const char *find(const struct reason *reasons, size_t count,
			const char *sentence)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strstr(sentence, reasons[i].part))
			return reasons[i].key;
	}
	return "?";
}

#define FIND(reasons, sentence)                                                \
	find(reasons, sizeof(reasons) / sizeof(*(reasons)), sentence)

const char *reason_of_decision(const struct tm_decision *decision)
{
	static const struct reason reasons[] = {
		{"there are no samples", "no-samples"},
		{"cannot be memory (", "spoilt"},
		{"are needed", "too-few"},
		{"repeat an iteration", "repeated"},
		{"too little to count", "too-little"},
		{"falls by as much as it grows", "falls-as-much"},
		{"one or two steps are all", "one-or-two-steps"},
		{"rises too seldom", "rises-seldom"},
		{"its growth ends", "ends"},
		{"its growth pauses", "pauses"},
		{"keeps pages could do this", "keeps-pages"},
		{"its floor rises and falls", "uneven-floor"},
		{"its troughs rise and fall", "uneven-troughs"},
		{"from some way into the run", "late"},
		{"in rare steps", "rare-steps"},
		{"a container that doubles", "doubles"},
		{"rises ever more slowly", "settles"},
		{"a few steps explain it", "few-steps"},
		{"rises and falls back", "falls-back"},
		{"nothing but noise", "noise"},
		{"no growth", "no-growth"},
		{"steadily", "steady"},
	};

	return FIND(reasons, decision->reason);
}

const char *reason_of_verdict(const struct tm_verdict *verdict)
{
	static const struct reason reasons[] = {
		{"measured nothing: ", "no-samples"},
		{"measured nothing that could be judged", "no-metric"},
		{"has a budget and was not measured", "not-measured"},
		{" metrics grow, within", "grow-within"},
		{" metrics within their budgets", "within"},
		{", budget ", "over-budget"},
		{" inconclusive: ", "inconclusive"},
		{" flat: at most", "flat-of-few"},
		{" grows ", "about-budget"},
	};

	return FIND(reasons, verdict->reason);
}

const char *reason_of_kind(const struct tm_verdict *verdict)
{
	static const struct reason reasons[] = {
		{"cycles that the collector", "cycles"},
		{"a table holds ever more", "table"},
		{"ever more objects stay alive", "objects"},
		{"ever more of what it allocated", "heap"},
		{"of the kernel's objects", "handles"},
		{"processes leak", "processes"},
		{"threads leak", "threads"},
		{"descriptors leak", "descriptors"},
		{"mappings leak", "mappings"},
		{"what the program holds does not", "not-held"},
		{"the allocator was not asked", "not-asked"},
		{"it rose in a step", "step"},
		{"it rose and settled", "settled"},
		{"nothing grows", "nothing"},
		{"too uneven to be called flat", "uneven"},
		{"no metric could be judged", "no-metric"},
	};

	return FIND(reasons, verdict->kind_reason);
}
