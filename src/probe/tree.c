#include "probe/tree.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "metric/traits.h"
#include "util/clock.h"
#include "util/trace.h"

/* What is read together is absent together. */
enum group { GROUP_STATUS, GROUP_SMAPS, GROUP_DESCRIPTORS, GROUP_MAPPINGS };

#define GROUPS 4

struct tm_tree {
	struct tm_members members;
	uint64_t page_bytes;
	int counts_descriptors_at_once;
	uint64_t hwm_bytes;
	int lacks_shm;
	char absent[GROUPS][TM_TREE_REASON_MAX];
	char incomplete_why[TM_TREE_REASON_MAX];

	struct tm_tree_record past[TM_TREE_PAST];
	size_t past_count;
	struct tm_tree_record largest_ended;
	uint64_t processes_max;
	uint64_t unmeasured;
	uint64_t unseen_checkpoints;
	uint64_t incomplete;
};

/* --- records -------------------------------------------------------------- */

static void fill_record(const struct tm_tree *tree,
			const struct tm_member *member, int ended,
			struct tm_tree_record *out)
{
	*out = (struct tm_tree_record){
		.pid = member->process.pid,
		.is_root = member->process.pid == tree->members.root,
		.ended = ended,
		.samples = member->samples,
		.first_rss_bytes = member->first_rss_bytes,
		.last_rss_bytes = member->last_rss_bytes,
		.hwm_bytes = member->hwm_bytes,
	};
	memcpy(out->name, member->process.name, sizeof(out->name));
	out->has_growth = tm_history_growth(&member->history, &out->growth);
}

/* When the list is full, the smallest peak is replaced, never the root. */
static struct tm_tree_record *room_in_past(struct tm_tree *tree,
					   const struct tm_tree_record *record)
{
	struct tm_tree_record *smallest = NULL;
	size_t i;

	if (tree->past_count < TM_TREE_PAST)
		return &tree->past[tree->past_count++];
	for (i = 0; i < TM_TREE_PAST; i++) {
		struct tm_tree_record *past = &tree->past[i];

		if (!past->is_root &&
		    (!smallest || past->hwm_bytes < smallest->hwm_bytes))
			smallest = past;
	}
	return record->is_root || record->hwm_bytes > smallest->hwm_bytes
		       ? smallest
		       : NULL;
}

static void remember(struct tm_tree *tree, const struct tm_member *member)
{
	struct tm_tree_record record, *room;
	char text[TM_TRACE_TEXT_MAX], hwm[TM_TRACE_COUNT_MAX];

	fill_record(tree, member, 1, &record);
	tm_trace("process_ended", "pid=%ld name=\"%s\" reads=%llu%s",
		 (long)record.pid, tm_trace_text(text, record.name),
		 (unsigned long long)member->samples,
		 tm_trace_count(hwm, "hwm_bytes", record.hwm_bytes != 0,
				record.hwm_bytes));
	if (!member->samples) {
		tree->unmeasured += !record.is_root;
		return;
	}
	if (!record.is_root &&
	    (!tree->largest_ended.pid ||
	     record.hwm_bytes > tree->largest_ended.hwm_bytes))
		tree->largest_ended = record;
	room = room_in_past(tree, &record);
	if (room)
		*room = record;
}

static void remove_ended(struct tm_tree *tree)
{
	struct tm_members *members = &tree->members;
	struct tm_member *parent;
	size_t i;

	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		if (member->read != TM_PROCESS_GONE)
			continue;
		parent = tm_members_find(members, member->status.parent);
		if (parent)
			parent->children_ended = 2;
		remember(tree, member);
	}
	tm_members_remove_gone(members);
}

/* --- one search ----------------------------------------------------------- */

/* `position` of the sample; NULL for a search between samples. */
static void read_status(struct tm_member *member, const uint64_t *position)
{
	struct tm_process_status status;

	member->read = tm_process_status(&member->process, &status);
	if (member->read == TM_PROCESS_GONE)
		return; /* keep its last known values */
	member->status = status;
	if (member->read != TM_PROCESS_READ || !member->counted)
		return;
	if (member->samples++ == 0)
		member->first_rss_bytes = status.rss_bytes;
	member->last_rss_bytes = status.rss_bytes;
	if (status.hwm_bytes > member->hwm_bytes)
		member->hwm_bytes = status.hwm_bytes;
	if (position)
		tm_history_add(&member->history, *position, status.rss_bytes);
}

static void count_at_once(struct tm_tree *tree)
{
	if (tree->members.count > tree->processes_max)
		tree->processes_max = tree->members.count;
}

static void read_all(struct tm_tree *tree, const uint64_t *position)
{
	struct tm_members *members = &tree->members;
	uint64_t now_ns = tm_clock_ns();
	size_t i;

	tm_members_search(members);
	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];

		tm_member_settle(members, member, now_ns);
		read_status(member, position);
	}
	remove_ended(tree);
	count_at_once(tree);
}

/*
 * A parent's count of its children's page faults rises when it reaps a child.  If
 * no known process has ended since, that child was never seen by a search.  The
 * counts are read before the search and compared after it, so that every child
 * reaped by then is known to have ended.
 */
static void read_faults(struct tm_tree *tree)
{
	struct tm_members *members = &tree->members;
	struct tm_process_stat stat;
	size_t i;

	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];

		member->new_faults = 0;
		if (tm_process_stat(&member->process, &stat) == TM_PROCESS_READ)
			member->new_faults = stat.children_faults;
	}
}

/* An ended process may be reaped a little later: it explains a rise at this
 * checkpoint and at the next. */
static void judge_faults(struct tm_tree *tree)
{
	struct tm_members *members = &tree->members;
	int unseen = 0;
	size_t i;

	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];

		unseen |= member->new_faults > member->children_faults &&
			  !member->children_ended;
		if (member->new_faults > member->children_faults)
			member->children_faults = member->new_faults;
		member->children_ended -= member->children_ended > 0;
	}
	tree->unseen_checkpoints += (uint64_t)unseen;
}

/* --- adding up ------------------------------------------------------------ */

static void fail(struct tm_tree *tree, enum group group,
		 const struct tm_member *member, const char *why)
{
	char *reason = tree->absent[group];

	if (!*reason)
		snprintf(reason, sizeof(tree->absent[group]),
			 "process %ld (%.24s): %s", (long)member->process.pid,
			 member->process.name, why);
}

static void TM_PRINTF(2, 3)
	fail_all(struct tm_tree *tree, const char *format, ...)
{
	va_list args;
	int group;

	va_start(args, format);
	vsnprintf(tree->absent[0], sizeof(tree->absent[0]), format, args);
	va_end(args);
	for (group = 1; group < GROUPS; group++)
		memcpy(tree->absent[group], tree->absent[0],
		       sizeof(tree->absent[0]));
}

/* Why the memory of a live process cannot be read; NULL when it can, or when it
 * has none. */
static const char *why_silent(const struct tm_member *member)
{
	if (member->read == TM_PROCESS_REFUSED)
		return "it cannot be read";
	if (member->read == TM_PROCESS_ZOMBIE && member->status.threads > 1)
		return "its main thread has ended, and its memory is read from "
		       "that thread's files";
	return NULL;
}

/* Whether the whole tree can be read, as far as its status files show. */
static int is_whole(struct tm_tree *tree)
{
	const struct tm_members *members = &tree->members;
	size_t i;

	if (members->overflowed) {
		fail_all(tree,
			 "more than %d processes at once, ended ones that no "
			 "parent has waited for included",
			 TM_MEMBERS_MAX);
		return 0;
	}
	if (members->open_errno) {
		fail_all(tree, "a process cannot be read: %s",
			 strerror(members->open_errno));
		return 0;
	}
	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];
		const char *why = why_silent(member);

		if (!why)
			continue;
		fail_all(tree, "process %ld (%.24s): %s",
			 (long)member->process.pid, member->process.name, why);
		return 0;
	}
	return 1;
}

static int has_memory(const struct tm_member *member)
{
	return member->read == TM_PROCESS_READ && member->counted;
}

static void add_status(struct tm_tree *tree, struct tm_sample *sample)
{
	const struct tm_members *members = &tree->members;
	uint64_t rss = 0, swap = 0, shm = 0, threads = 0, processes = 0;
	size_t i;

	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		if (!has_memory(member))
			continue;
		rss += member->status.rss_bytes;
		swap += member->status.swap_bytes;
		shm += member->status.shm_bytes;
		tree->lacks_shm |= !member->status.has_shm;
		threads += member->status.threads;
		processes++;
		if (member->status.hwm_bytes > tree->hwm_bytes)
			tree->hwm_bytes = member->status.hwm_bytes;
	}
	if (!processes)
		return;
	if (rss > tree->hwm_bytes)
		tree->hwm_bytes = rss;
	tm_sample_set(sample, TM_METRIC_rss_bytes, rss);
	tm_sample_set(sample, TM_METRIC_hwm_bytes, tree->hwm_bytes);
	tm_sample_set(sample, TM_METRIC_swap_bytes, swap);
	if (!tree->lacks_shm)
		tm_sample_set(sample, TM_METRIC_shm_bytes, shm);
	tm_sample_set(sample, TM_METRIC_threads, threads);
	tm_sample_set(sample, TM_METRIC_processes, processes);
}

/* A process that has just ended is left out; one that cannot be read makes the
 * sum absent. */
static int is_missing(struct tm_tree *tree, enum group group,
		      struct tm_member *member, enum tm_process_read read)
{
	struct tm_process_status status;
	int saved_errno = errno;

	if (read == TM_PROCESS_READ)
		return 0;
	if (read != TM_PROCESS_REFUSED &&
	    tm_process_status(&member->process, &status) != TM_PROCESS_READ)
		return 0;
	fail(tree, group, member,
	     read == TM_PROCESS_EMPTY ? "its files are empty"
				      : strerror(saved_errno));
	return 1;
}

static int has_copies(struct tm_tree *tree)
{
	const struct tm_members *members = &tree->members;
	size_t i;

	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		if (member->read == TM_PROCESS_READ && !member->counted) {
			fail(tree, GROUP_SMAPS, member,
			     "it was between fork and exec");
			return 1;
		}
	}
	return 0;
}

/* A forked copy shares its parent's pages: without the copy the sum is too low,
 * with it perhaps too high. */
static void add_smaps(struct tm_tree *tree, struct tm_sample *sample)
{
	struct tm_members *members = &tree->members;
	struct tm_process_smaps smaps, sum = {0};
	size_t added = 0, i;

	if (has_copies(tree))
		return;
	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];
		enum tm_process_read read;

		if (!has_memory(member))
			continue;
		read = tm_process_smaps(&member->process, &smaps);
		if (is_missing(tree, GROUP_SMAPS, member, read))
			return;
		sum.pss_bytes += smaps.pss_bytes;
		sum.uss_bytes += smaps.uss_bytes;
		sum.lazyfree_bytes += smaps.lazyfree_bytes;
		added += read == TM_PROCESS_READ;
	}
	if (!added)
		return;
	tm_sample_set(sample, TM_METRIC_pss_bytes, sum.pss_bytes);
	tm_sample_set(sample, TM_METRIC_uss_bytes, sum.uss_bytes);
	tm_sample_set(sample, TM_METRIC_lazyfree_bytes, sum.lazyfree_bytes);
}

static enum tm_process_read count(const struct tm_tree *tree, enum group group,
				  const struct tm_process *process,
				  uint64_t *out)
{
	if (group == GROUP_MAPPINGS)
		return tm_process_mappings(process, out);
	return tm_process_descriptors(process, tree->counts_descriptors_at_once,
				      out);
}

static void add_counts(struct tm_tree *tree, enum group group,
		       enum tm_metric metric, struct tm_sample *sample)
{
	struct tm_members *members = &tree->members;
	uint64_t sum = 0, number = 0;
	size_t added = 0, i;

	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];
		enum tm_process_read read;

		if (!has_memory(member))
			continue;
		read = count(tree, group, &member->process, &number);
		if (is_missing(tree, group, member, read))
			return;
		if (read == TM_PROCESS_READ)
			sum += number;
		added += read == TM_PROCESS_READ;
	}
	if (added)
		tm_sample_set(sample, metric, sum);
}

void tm_tree_sample(struct tm_tree *tree, int checkpoint,
		    struct tm_sample *sample)
{
	int descriptors = checkpoint || tree->counts_descriptors_at_once;

	if (checkpoint)
		read_faults(tree);
	read_all(tree, &sample->iteration);
	if (checkpoint)
		judge_faults(tree);
	tree->absent[GROUP_STATUS][0] = '\0';
	if (descriptors)
		tree->absent[GROUP_DESCRIPTORS][0] = '\0';
	if (checkpoint)
		tree->absent[GROUP_SMAPS][0] = tree->absent[GROUP_MAPPINGS][0] =
			'\0';
	if (!is_whole(tree)) {
		tree->incomplete++;
		memcpy(tree->incomplete_why, tree->absent[GROUP_STATUS],
		       sizeof(tree->incomplete_why));
		return;
	}
	add_status(tree, sample);
	if (descriptors)
		add_counts(tree, GROUP_DESCRIPTORS, TM_METRIC_descriptors,
			   sample);
	if (!checkpoint)
		return;
	add_smaps(tree, sample);
	add_counts(tree, GROUP_MAPPINGS, TM_METRIC_mappings, sample);
}

void tm_tree_each(const struct tm_tree *tree,
		  void (*take)(void *context, pid_t pid, const char *name),
		  void *context)
{
	const struct tm_members *members = &tree->members;
	size_t i;

	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		if (has_memory(member))
			take(context, member->process.pid,
			     member->process.name);
	}
}

void tm_tree_forget_samples(struct tm_tree *tree)
{
	struct tm_members *members = &tree->members;
	size_t i;

	for (i = 0; i < members->count; i++)
		members->member[i].history = (struct tm_history){0};
	for (i = 0; i < tree->past_count; i++)
		tree->past[i].has_growth = 0;
}

/* A process found between samples may end before the next one: read its peak
 * now. */
uint64_t tm_tree_rss(struct tm_tree *tree)
{
	struct tm_members *members = &tree->members;
	uint64_t now_ns = tm_clock_ns();
	uint64_t rss = 0;
	size_t i;

	tm_members_search(members);
	for (i = 0; i < members->count; i++) {
		struct tm_member *member = &members->member[i];

		if (!tm_member_settle(members, member, now_ns))
			continue;
		if (!member->samples)
			read_status(member, NULL);
		rss += tm_process_rss(&member->process, tree->page_bytes);
	}
	remove_ended(tree);
	count_at_once(tree);
	return rss;
}

const char *tm_tree_absent(const struct tm_tree *tree, enum tm_metric metric)
{
	enum group group;

	if (metric == TM_METRIC_shm_bytes && tree->lacks_shm)
		return "this kernel does not report it (RssShmem, Linux 4.5)";
	switch (tm_trait_of(metric)->source) {
	case TM_SOURCE_STATUS:
	case TM_SOURCE_TREE:
		group = GROUP_STATUS;
		break;
	case TM_SOURCE_SMAPS:
		group = GROUP_SMAPS;
		break;
	case TM_SOURCE_DESCRIPTORS:
		group = GROUP_DESCRIPTORS;
		break;
	case TM_SOURCE_MAPPINGS:
		group = GROUP_MAPPINGS;
		break;
	default:
		return NULL;
	}
	return tree->absent[group][0] ? tree->absent[group] : NULL;
}

/* --- opening and the end -------------------------------------------------- */

enum tm_rc tm_tree_open(struct tm_tree **out, pid_t root, struct tm_err *err)
{
	struct tm_tree *tree = calloc(1, sizeof(*tree));
	enum tm_rc rc;

	*out = NULL;
	if (!tree)
		return tm_fail(err, TM_ENOMEM, "no memory for a process tree");
	rc = tm_members_open(&tree->members, root, err);
	if (rc != TM_OK) {
		free(tree);
		return rc;
	}
	tree->page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	tree->counts_descriptors_at_once =
		tm_process_counts_descriptors_at_once();
	*out = tree;
	return TM_OK;
}

void tm_tree_close(struct tm_tree *tree)
{
	if (!tree)
		return;
	tm_members_close(&tree->members);
	free(tree);
}

/* The rise of a process with few samples may be its start-up. */
static int grew_more(const struct tm_tree_record *record,
		     const struct tm_tree_record *other)
{
	if (record->has_growth != other->has_growth)
		return record->has_growth;
	if (record->has_growth)
		return record->growth.bytes > other->growth.bytes;
	return (int64_t)(record->last_rss_bytes - record->first_rss_bytes) >
	       (int64_t)(other->last_rss_bytes - other->first_rss_bytes);
}

/* Keep the list sorted and within its limit. */
static void offer(struct tm_tree_summary *out,
		  const struct tm_tree_record *record)
{
	size_t at = out->record_count;

	if (at == TM_TREE_RECORDS && !grew_more(record, &out->record[at - 1]))
		return;
	if (at < TM_TREE_RECORDS)
		out->record_count++;
	else
		at--;
	for (; at > 0 && grew_more(record, &out->record[at - 1]); at--)
		out->record[at] = out->record[at - 1];
	out->record[at] = *record;
}

/* Live processes, and ended ones that wait to be reaped. */
static void summarize_members(const struct tm_tree *tree,
			      struct tm_tree_summary *out)
{
	const struct tm_members *members = &tree->members;
	struct tm_tree_record record;
	size_t i;

	for (i = 0; i < members->count; i++) {
		const struct tm_member *member = &members->member[i];

		fill_record(tree, member, member->read == TM_PROCESS_ZOMBIE,
			    &record);
		if (member->samples)
			offer(out, &record);
		else
			out->unmeasured += record.ended && !record.is_root;
		if (record.ended && !record.is_root &&
		    record.hwm_bytes > out->largest_ended.hwm_bytes)
			out->largest_ended = record;
	}
}

void tm_tree_summarize(struct tm_tree *tree, struct tm_tree_summary *out)
{
	size_t i;

	read_all(tree, NULL);
	memset(out, 0, sizeof(*out));
	out->processes_seen = tree->members.found;
	out->processes_max = tree->processes_max;
	out->unmeasured = tree->unmeasured;
	out->unseen_checkpoints = tree->unseen_checkpoints;
	out->numbers_given = tree->members.numbers_given;
	out->incomplete = tree->incomplete;
	memcpy(out->incomplete_why, tree->incomplete_why,
	       sizeof(out->incomplete_why));
	out->largest_ended = tree->largest_ended;
	for (i = 0; i < tree->past_count; i++)
		offer(out, &tree->past[i]);
	summarize_members(tree, out);
}
