#include "stats/kind.h"

#include <string.h>

/* The fastest growing finding of that role, or NULL.  Of handles, the first: a
 * leaked process takes threads, descriptors and mappings with it. */
static const struct tm_finding *growing(const struct tm_finding *findings,
					size_t count, enum tm_role role)
{
	const struct tm_finding *found = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		const struct tm_finding *finding = &findings[i];

		if (finding->role == role &&
		    finding->decision->growth == TM_GROWTH_GROWS &&
		    (!found ||
		     (role != TM_ROLE_HANDLE &&
		      finding->decision->slope > found->decision->slope)))
			found = finding;
	}
	return found;
}

/* The finding nearest to the program: roles are listed in that order. */
static const struct tm_finding *nearest(const struct tm_finding *findings,
					size_t count)
{
	const struct tm_finding *found = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!found || findings[i].role < found->role)
			found = &findings[i];
	}
	return found;
}

static int has_role(const struct tm_finding *findings, size_t count,
		    enum tm_role role)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (findings[i].role == role)
			return 1;
	}
	return 0;
}

static void set(struct tm_diagnosis *out, enum tm_kind kind,
		const struct tm_finding *evidence, enum tm_kind_reason reason)
{
	out->kind = kind;
	out->evidence = evidence;
	out->reason = reason;
}

/* Whether it is not known of some finding of that role if it grows. */
static int is_open(const struct tm_finding *findings, size_t count,
		   enum tm_role role)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (findings[i].role == role &&
		    findings[i].decision->growth == TM_GROWTH_INCONCLUSIVE)
			return 1;
	}
	return 0;
}

/* The fastest growth of that role as a part of that of `whole`, or 0. */
static double part_of(const struct tm_finding *whole,
		      const struct tm_finding *findings, size_t count,
		      enum tm_role role)
{
	const struct tm_finding *part = growing(findings, count, role);

	return part && whole->decision->slope > 0
		       ? part->decision->slope / whole->decision->slope
		       : 0;
}

/* The same, if it is most of `whole`; else 0. */
static double most_of(const struct tm_finding *whole,
		      const struct tm_finding *findings, size_t count,
		      enum tm_role role)
{
	double part = part_of(whole, findings, count, role);

	return part > .5 ? part : 0;
}

static int is_nearly_all(const struct tm_finding *whole,
			 const struct tm_finding *findings, size_t count,
			 enum tm_role role)
{
	return part_of(whole, findings, count, role) >= TM_KIND_NEARLY_ALL;
}

/* The fastest growing resident memory, else the peak of it, or NULL. */
static const struct tm_finding *growing_resident(
	const struct tm_finding *findings, size_t count)
{
	const struct tm_finding *found =
		growing(findings, count, TM_ROLE_RESIDENT);

	return found ? found : growing(findings, count, TM_ROLE_PEAK);
}

/* What the growth of resident memory means by itself.  Allocated memory that is
 * undecided may account for what the allocator has, but not for what lies
 * outside it. */
static void diagnose_resident(struct tm_diagnosis *out,
			      const struct tm_finding *found,
			      const struct tm_finding *findings, size_t count)
{
	double kept = most_of(found, findings, count, TM_ROLE_KEPT);
	double outside = most_of(found, findings, count, TM_ROLE_OUTSIDE);

	if (!has_role(findings, count, TM_ROLE_HEAP))
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_NOT_ASKED);
	else if (outside > kept)
		set(out, TM_KIND_OUTSIDE, found, TM_KIND_REASON_OUTSIDE);
	else if (is_open(findings, count, TM_ROLE_HEAP))
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_HEAP_OPEN);
	else
		set(out, kept > 0 ? TM_KIND_RETENTION : TM_KIND_UNKNOWN, found,
		    TM_KIND_REASON_NOT_HELD);
	out->resident = out->kind;
	if (is_nearly_all(found, findings, count, TM_ROLE_SHARED))
		set(out, TM_KIND_SHARED, found, TM_KIND_REASON_SHARED);
}

/* Allocated memory that grows does not put resident memory over its budget where
 * nearly all of that growth is known to be elsewhere. */
static int is_bulk(const struct tm_finding *whole,
		   const struct tm_finding *findings, size_t count)
{
	double heap = part_of(whole, findings, count, TM_ROLE_HEAP);

	return heap > 0 && heap <= 1 - TM_KIND_NEARLY_ALL &&
	       whole->decision->judgement == TM_JUDGEMENT_FAIL &&
	       !growing(findings, count, TM_ROLE_GARBAGE) &&
	       !growing(findings, count, TM_ROLE_ENTRIES) &&
	       !growing(findings, count, TM_ROLE_OBJECTS) &&
	       (is_nearly_all(whole, findings, count, TM_ROLE_OUTSIDE) ||
		is_nearly_all(whole, findings, count, TM_ROLE_SHARED));
}

/* A heap that grows takes a mapping now and then: as long as those are within
 * their budget they are not why resident memory is over its own. */
static int is_aside(const struct tm_diagnosis *resident,
		    const struct tm_finding *found)
{
	return found->role == TM_ROLE_MAPPING && resident->evidence &&
	       found->decision->judgement == TM_JUDGEMENT_PASS &&
	       resident->evidence->decision->judgement == TM_JUDGEMENT_FAIL;
}

/* The growing metric nearest to the program names the cause; 0 when no metric
 * grows. */
static int name_growth(struct tm_diagnosis *out,
		       const struct tm_finding *findings, size_t count)
{
	static const struct {
		enum tm_role role;
		enum tm_kind kind;
		enum tm_kind_reason reason;
	} causes[] = {
		{TM_ROLE_GARBAGE, TM_KIND_CYCLES, TM_KIND_REASON_CYCLES},
		{TM_ROLE_ENTRIES, TM_KIND_TABLE, TM_KIND_REASON_TABLE},
		{TM_ROLE_OBJECTS, TM_KIND_HEAP, TM_KIND_REASON_OBJECTS},
		{TM_ROLE_HEAP, TM_KIND_HEAP, TM_KIND_REASON_HEAP},
		{TM_ROLE_HANDLE, TM_KIND_HANDLE, TM_KIND_REASON_HANDLES},
		{TM_ROLE_MAPPING, TM_KIND_HANDLE, TM_KIND_REASON_HANDLES},
	};
	const struct tm_finding *found = growing_resident(findings, count);
	size_t i;

	if (found)
		diagnose_resident(out, found, findings, count);
	if (found && is_bulk(found, findings, count))
		out->bulk = found;
	for (i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		found = growing(findings, count, causes[i].role);
		/* Memory outside malloc takes mappings as it grows. */
		if (out->bulk && (causes[i].role == TM_ROLE_HEAP ||
				  causes[i].role == TM_ROLE_MAPPING))
			continue;
		if (found && !is_aside(out, found)) {
			set(out, causes[i].kind, found, causes[i].reason);
			return 1;
		}
	}
	return out->evidence != NULL;
}

/* Nothing is shown to grow: what the metric nearest to the program shows. */
static void name_rest(struct tm_diagnosis *out, const struct tm_finding *found)
{
	const struct tm_decision *decision = found->decision;
	int is_flat = decision->growth == TM_GROWTH_FLAT;

	if (decision->note.used < 2)
		set(out, TM_KIND_UNKNOWN, NULL, TM_KIND_REASON_TOO_FEW);
	else if (tm_decision_is_of_few(decision))
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_TOO_FEW);
	else if (decision->curve == TM_CURVE_STEP)
		set(out, TM_KIND_STEP, found, TM_KIND_REASON_STEP);
	else if (decision->curve == TM_CURVE_BOUNDED)
		set(out, TM_KIND_BOUNDED, found, TM_KIND_REASON_SETTLED);
	else if (is_flat && decision->reason_key == TM_REASON_STILL_RISES)
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_STILL_RISES);
	else if (is_flat && decision->reason_key == TM_REASON_MAY_RISE)
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_MAY_RISE);
	else if (is_flat)
		set(out, TM_KIND_NONE, found, TM_KIND_REASON_NOTHING);
	else
		set(out, TM_KIND_UNKNOWN, found, TM_KIND_REASON_UNEVEN);
}

void tm_diagnose(struct tm_diagnosis *out, const struct tm_finding *findings,
		 size_t count)
{
	const struct tm_finding *found;

	memset(out, 0, sizeof(*out));
	out->reason = TM_KIND_REASON_NO_METRIC;
	if (name_growth(out, findings, count))
		return;
	found = nearest(findings, count);
	if (found)
		name_rest(out, found);
}

const char *tm_kind_name(enum tm_kind kind)
{
	static const char *const names[] = {
#define NAME(constant, name) name,
		TM_KINDS(NAME)
#undef NAME
	};

	return names[kind];
}

const char *tm_kind_reason_name(enum tm_kind_reason reason)
{
	static const char *const names[] = {
#define NAME(constant, key, text) key,
		TM_KIND_REASONS(NAME)
#undef NAME
	};

	return names[reason];
}

const char *tm_kind_reason_text(enum tm_kind_reason reason)
{
	static const char *const texts[] = {
#define TEXT(constant, key, text) text,
		TM_KIND_REASONS(TEXT)
#undef TEXT
	};

	return texts[reason];
}
