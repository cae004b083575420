/*
 * Programs on the laboratory's own runtime: cycles under each rule set, and a
 * table that keeps its objects.
 */
#include "corpus.h"

#include <stdlib.h>

#include "lab/runtime/runtime.h"
#include "util/table.h"

struct pair {
	struct tm_object base;
	struct tm_object *other;
};

struct heap {
	struct tm_alloc alloc;
	struct tm_runtime *runtime;
	const struct tm_type *type;
	size_t kept_count;
	struct tm_object *kept[2000]; /* alive all the time */
	struct tm_table table;
	int has_table;
	size_t entries_max; /* 0: no end */
};

static const size_t references[] = {offsetof(struct pair, other)};

static void finalize(struct tm_runtime *runtime, struct tm_object *self)
{
	(void)runtime;
	(void)self;
}

static const struct tm_type plain_type = {
	.name = "pair",
	.size = sizeof(struct pair),
	.reference_count = 1,
	.references = references,
};

static const struct tm_type finalizer_type = {
	.name = "pair with __del__",
	.size = sizeof(struct pair),
	.reference_count = 1,
	.references = references,
	.finalize = finalize,
};

static struct pair *pair_new(struct heap *self)
{
	struct pair *pair = tm_object_new(self->runtime, self->type);

	if (!pair)
		abort();
	return pair;
}

static struct heap *heap_open(struct corpus *corpus, enum tm_rules rules,
			      const struct tm_type *type)
{
	struct heap *self = corpus_state(corpus, sizeof(*self));
	size_t i;

	tm_alloc_init(&self->alloc);
	self->runtime = tm_runtime_new(&self->alloc, rules);
	if (!self->runtime)
		abort();
	self->type = type;
	self->kept_count = corpus_below(corpus, 2000);
	for (i = 0; i < self->kept_count; i++)
		self->kept[i] = &pair_new(self)->base;
	corpus->has_runtime = 1;
	return self;
}

/* What the program itself knows of its heap, for the next sample. */
static void count(struct corpus *corpus)
{
	const struct heap *self = corpus->state;

	corpus->live_objects = self->runtime->live_objects;
	corpus->live_bytes = self->runtime->live_bytes;
	corpus->garbage = self->runtime->garbage_count;
	corpus->entries = self->table.count;
}

/* Two objects that refer to each other; no other refers to them. */
static void cycle_step(struct corpus *corpus)
{
	struct heap *self = corpus->state;
	struct pair *one, *two;

	if (corpus_below(corpus, 4) != 0) {
		one = pair_new(self);
		two = pair_new(self);
		one->other = tm_ref(&two->base);
		two->other = tm_ref(&one->base);
		tm_unref(self->runtime, one);
		tm_unref(self->runtime, two);
	}
	if (self->kept_count > 0) {
		size_t at = corpus_below(corpus, self->kept_count);

		tm_unref(self->runtime, self->kept[at]);
		self->kept[at] = &pair_new(self)->base;
	}
	count(corpus);
}

static void legacy_open(struct corpus *corpus)
{
	heap_open(corpus, TM_RULES_LEGACY, &plain_type);
}

static void pep442_open(struct corpus *corpus)
{
	heap_open(corpus, TM_RULES_PEP442, &finalizer_type);
}

static void garbage_open(struct corpus *corpus)
{
	heap_open(corpus, TM_RULES_LEGACY, &finalizer_type);
}

static void off_open(struct corpus *corpus)
{
	heap_open(corpus, TM_RULES_OFF, &plain_type);
}

/* --- a table that keeps objects ------------------------------------------- */

static void table_open(struct corpus *corpus)
{
	struct heap *self = heap_open(corpus, TM_RULES_LEGACY, &plain_type);

	tm_table_init(&self->table, &self->alloc);
}

static void bounded_table_open(struct corpus *corpus)
{
	struct heap *self = heap_open(corpus, TM_RULES_PEP442, &plain_type);

	tm_table_init(&self->table, &self->alloc);
	self->entries_max = corpus_between(corpus, 50, 5000);
}

static struct tm_id id_of(uint64_t number)
{
	struct tm_id id = {{0}};
	size_t i;

	for (i = 0; i < 8; i++)
		id.bytes[i] = (uint8_t)(number * 0x9e3779b97f4a7c15u >> 8 * i);
	id.bytes[15] = 1;
	return id;
}

static void table_step(struct corpus *corpus)
{
	struct heap *self = corpus->state;
	struct tm_id id = id_of(corpus->done + 1);
	struct pair *value = pair_new(self);

	if (tm_table_put(&self->table, &id, value, NULL) != TM_OK)
		abort();
	if (self->entries_max > 0 && corpus->done >= self->entries_max) {
		id = id_of(corpus->done + 1 - self->entries_max);
		tm_unref(self->runtime, tm_table_take(&self->table, &id));
	}
	count(corpus);
}

static const struct corpus_program programs[] = {
	{"collector-legacy", "legacy", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 legacy_open, cycle_step, 0},
	{"collector-pep442", "pep442", CORPUS_FLAT, CORPUS_FLAT, TM_KIND_NONE,
	 pep442_open, cycle_step, 0},
	{"collector-garbage", "garbage", CORPUS_GROWS, CORPUS_GROWS,
	 TM_KIND_CYCLES, garbage_open, cycle_step, 0},
	{"collector-off", "off", CORPUS_GROWS, CORPUS_GROWS, TM_KIND_HEAP,
	 off_open, cycle_step, 0},
	{"table-leak", "table", CORPUS_GROWS, CORPUS_GROWS, TM_KIND_TABLE,
	 table_open, table_step, 0},
	{"table-bounded", "table-bounded", CORPUS_FLAT, CORPUS_FLAT,
	 TM_KIND_BOUNDED, bounded_table_open, table_step, 0},
};

const struct corpus_programs corpus_collectors = {
	programs, sizeof(programs) / sizeof(programs[0])};
