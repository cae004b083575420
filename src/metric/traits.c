#include "metric/traits.h"

/*
 * Of the kernel's objects a process has dozens, not millions, and a limit of
 * some hundreds.  One in 200 iterations is a leak: 16 bytes would buy 200 times
 * as many.  Less than 4 is what starting up late, or a step or two, comes to.
 */
#define HANDLE_BUDGET .005
#define HANDLE_LEAST  4

/* --- the table ------------------------------------------------------------ */

#define JUDGED	   1
#define NOT_JUDGED 0

#define NONE	TM_USE_NONE
#define PICTURE TM_USE_PICTURE
#define COMPARE TM_USE_COMPARE
#define END	TM_USE_END

#define LAYER(key_, about_) .layer = key_, .layer_text = about_
#define MAIN_LAYER(key_, about_)                                               \
	.layer = key_, .layer_text = about_, .is_main_layer = 1
#define NO_LAYER .layer = NULL, .layer_text = NULL

#define TRAIT(name_, text_, rank_, judged_, unit_, nature_, role_, finer_,     \
	      source_, uses_, layer_, leak_)                                   \
	[TM_METRIC_##name_] = {                                                \
		.rank = rank_,                                                 \
		.is_judged = judged_,                                          \
		.unit = unit_,                                                 \
		.nature = TM_NATURE_##nature_,                                 \
		.role = TM_ROLE_##role_,                                       \
		.finer = TM_METRIC_##finer_,                                   \
		.source = TM_SOURCE_##source_,                                 \
		.uses = uses_,                                                 \
		layer_,                                                        \
		.leak = leak_,                                                 \
	},

static const struct tm_trait traits[TM_METRIC_COUNT] = {TM_METRICS(TRAIT)};

const struct tm_trait *tm_trait_of(enum tm_metric metric)
{
	return &traits[metric];
}

/* --- lists ---------------------------------------------------------------- */

void tm_trait_by_rank(enum tm_metric out[TM_METRIC_COUNT])
{
	unsigned int i, at;

	for (i = 0; i < TM_METRIC_COUNT; i++) {
		for (at = i; at && traits[out[at - 1]].rank > traits[i].rank;
		     at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
}

size_t tm_trait_with_uses(enum tm_metric out[TM_METRIC_COUNT],
			  unsigned int uses)
{
	enum tm_metric all[TM_METRIC_COUNT];
	size_t i, count = 0;

	tm_trait_by_rank(all);
	for (i = 0; i < TM_METRIC_COUNT; i++) {
		if ((traits[all[i]].uses & uses) == uses)
			out[count++] = all[i];
	}
	return count;
}

size_t tm_trait_pictures(enum tm_metric out[TM_METRIC_COUNT],
			 const struct tm_roles *roles)
{
	size_t role, i, count = 0;

	for (role = 0; role < roles->count; role++) {
		for (i = 0; i < TM_METRIC_COUNT; i++) {
			if (traits[i].role == roles->role[role] &&
			    (traits[i].uses & TM_USE_PICTURE))
				out[count++] = (enum tm_metric)i;
		}
	}
	return count;
}

/* --- deciding ------------------------------------------------------------- */

static enum tm_metric_class class_of(enum tm_nature nature)
{
	if (nature == TM_NATURE_RESIDENT)
		return TM_CLASS_RESIDENT;
	if (nature == TM_NATURE_PEAK)
		return TM_CLASS_PEAK;
	return TM_CLASS_EXACT;
}

int tm_trait_is_bytes(enum tm_metric metric)
{
	return traits[metric].nature <= TM_NATURE_PEAK;
}

int tm_trait_is_handle(enum tm_metric metric)
{
	return traits[metric].nature == TM_NATURE_HANDLE;
}

int tm_trait_is_exact(enum tm_metric metric)
{
	return class_of(traits[metric].nature) == TM_CLASS_EXACT;
}

struct tm_decide_opts tm_trait_decide_opts(enum tm_metric metric)
{
	struct tm_decide_opts opts =
		tm_decide_defaults(class_of(traits[metric].nature));

	opts.unit = traits[metric].unit;
	if (!tm_trait_is_bytes(metric))
		opts.resolution = 1;
	if (tm_trait_is_handle(metric)) {
		opts.least = HANDLE_LEAST;
		opts.budget = HANDLE_BUDGET;
	}
	return opts;
}
