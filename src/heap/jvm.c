#include "heap/jvm.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "heap/jvm_attach.h"
#include "heap/jvm_classes.h"
#include "util/clock.h"

/* What is resident may be read for this part of the time. */
#define RESIDENT_PART 20

/* Its file is there some milliseconds after its library, or never. */
#define PERF_TRIES 20

#define CLASS_NAME_MAX 256

/* What stands where dead objects were left between live ones. */
#define FILLER "jdk.internal.vm.Filler"

/* --- open ----------------------------------------------------------------- */

/* A JVM that has just begun may have no file yet, and one with
 * -XX:+PerfDisableSharedMem never has: not an error. */
static void open_perf(struct tm_jvm *jvm)
{
	char path[320];

	if (!jvm->process.data_path[0])
		return;
	snprintf(path, sizeof(path), "/proc/%ld/root%s", (long)jvm->process.pid,
		 jvm->process.data_path);
	if (tm_jvm_perf_open(&jvm->perf, path, NULL) != TM_OK)
		jvm->perf.fd = -1;
}

enum tm_rc tm_jvm_open(struct tm_jvm *jvm, pid_t pid, struct tm_err *err)
{
	*jvm = (struct tm_jvm){.perf.fd = -1};
	if (!tm_jvm_process_read(&jvm->process, pid))
		return tm_fail(err, TM_EUNAVAILABLE,
			       "process %ld has ended, or may not be read",
			       (long)pid);
	if (jvm->process.has_openj9)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "process %ld runs OpenJ9, which has no such "
			       "interface: HotSpot has",
			       (long)pid);
	if (!jvm->process.has_hotspot)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "process %ld does not run a JVM", (long)pid);
	open_perf(jvm);
	return TM_OK;
}

void tm_jvm_close(struct tm_jvm *jvm)
{
	tm_jvm_perf_close(&jvm->perf);
}

/* --- read ----------------------------------------------------------------- */

static void set_counters(struct tm_heap_figures *out,
			 const struct tm_jvm_counters *counters)
{
	uint64_t full;

	if (counters->has_used)
		tm_heap_set(out, TM_HEAP_used_bytes, tm_jvm_used(counters));
	if (counters->has_committed)
		tm_heap_set(out, TM_HEAP_committed_bytes,
			    tm_jvm_committed(counters));
	if (tm_jvm_full_collections(counters, &full))
		tm_heap_set(out, TM_HEAP_collections, full);
}

void tm_jvm_read(struct tm_jvm *jvm, struct tm_heap_figures *out)
{
	struct tm_jvm_counters counters;

	*out = (struct tm_heap_figures){0};
	if (jvm->perf.fd < 0 && jvm->tries < PERF_TRIES) {
		jvm->tries++;
		if (tm_jvm_process_read(&jvm->process, jvm->process.pid))
			open_perf(jvm);
	}
	if (tm_jvm_perf_read(&jvm->perf, &counters))
		set_counters(out, &counters);
}

/* --- whether it may be asked ---------------------------------------------- */

/* A JVM that said no, or that has no socket yet, must not be sent SIGQUIT before
 * all of this was seen. */
static enum tm_rc check_attach(struct tm_jvm *jvm, struct tm_err *err)
{
	pid_t pid = jvm->process.pid;
	struct tm_jvm_counters counters;
	int is_known;

	if (!tm_jvm_process_read(&jvm->process, pid) ||
	    !jvm->process.has_hotspot)
		return tm_fail(err, TM_EUNAVAILABLE, "the JVM %ld has ended",
			       (long)pid);
	if (jvm->perf.fd < 0)
		open_perf(jvm);
	is_known = tm_jvm_perf_read(&jvm->perf, &counters) &&
		   counters.attach != TM_JVM_ATTACH_UNKNOWN;
	if (!is_known && jvm->perf.fd >= 0)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld has only just started", (long)pid);
	if (is_known ? counters.attach == TM_JVM_ATTACH_NO
		     : tm_jvm_process_says(pid, "+DisableAttachMechanism"))
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld cannot be asked: it runs with "
			       "-XX:+DisableAttachMechanism",
			       (long)pid);
	jvm->may_signal = !tm_jvm_process_says(pid, "-Xrs") &&
			  !tm_jvm_process_says(pid, "+ReduceSignalUsage");
	return TM_OK;
}

/* One that has answered has a socket, and needs no signal. */
static enum tm_rc ask(struct tm_jvm *jvm, struct tm_jvm_question *question,
		      struct tm_err *err)
{
	enum tm_rc rc = TM_OK;

	if (!jvm->has_answered)
		rc = check_attach(jvm, err);
	if (rc == TM_OK)
		rc = tm_jvm_ask(&jvm->process,
				jvm->may_signal && !jvm->has_answered, question,
				err);
	jvm->has_answered = rc == TM_OK || question->is_refused;
	return rc;
}

static enum tm_rc ask_to_run(struct tm_jvm *jvm, uint64_t deadline_ns,
			     struct tm_err *err)
{
	struct tm_jvm_question question = {.command = "GC.run",
					   .deadline_ns = deadline_ns};

	return ask(jvm, &question, err);
}

static int take_info(void *context, char *line)
{
	struct tm_jvm *jvm = context;
	char *at = strstr(line, "[0x");
	uint64_t address;
	int end;

	if (strncmp(line, "Epsilon", 7) == 0)
		jvm->never_collects = 1;
	/* "[0x00000000e0000000, 0x0000000100000000)" */
	while (at &&
	       sscanf(at, "%*[[, ]0x%" SCNx64 "%n", &address, &end) == 1) {
		if (!jvm->has_range || address < jvm->low)
			jvm->low = address;
		if (!jvm->has_range || address > jvm->high)
			jvm->high = address;
		jvm->has_range = 1;
		at += end;
	}
	return 1;
}

/* Once: this does not change.  JDK 8 refuses, which knows no such command. */
static enum tm_rc ask_info(struct tm_jvm *jvm, uint64_t deadline_ns,
			   struct tm_err *err)
{
	struct tm_jvm_question question = {.command = "GC.heap_info",
					   .deadline_ns = deadline_ns,
					   .take = take_info,
					   .context = jvm};
	enum tm_rc rc;

	if (jvm->has_info)
		return TM_OK;
	rc = ask(jvm, &question, err);
	jvm->has_info = jvm->has_answered;
	return jvm->has_answered ? TM_OK : rc;
}

/* --- collect -------------------------------------------------------------- */

struct live {
	uint64_t bytes;
	int has_objects;
	uint64_t objects;
};

static int take_total(void *context, char *line)
{
	struct live *live = context;
	struct tm_jvm_class total;

	if (tm_jvm_total_read(&total, line)) {
		live->has_objects = 1;
		live->objects = total.objects;
		live->bytes = total.bytes;
	}
	return 1;
}

/* Full collections, where they are counted. */
static int count_full(const struct tm_jvm *jvm, uint64_t *out)
{
	struct tm_jvm_counters counters;

	return tm_jvm_perf_read(&jvm->perf, &counters) &&
	       tm_jvm_full_collections(&counters, out);
}

/* "Used" after a GC.run.  `*is_full` says whether that was a full collection,
 * as it is not with -XX:+ExplicitGCInvokesConcurrent, or in JDK 8 with
 * -XX:+DisableExplicitGC. */
static enum tm_rc run(struct tm_jvm *jvm, uint64_t deadline_ns,
		      struct live *live, int *is_full, struct tm_err *err)
{
	struct tm_jvm_counters counters;
	uint64_t before = 0, after = 0;
	enum tm_rc rc;

	*is_full = 0;
	(void)count_full(jvm, &before);
	rc = ask_to_run(jvm, deadline_ns, err);
	if (rc != TM_OK || !tm_jvm_perf_read(&jvm->perf, &counters) ||
	    !tm_jvm_full_collections(&counters, &after))
		return rc;
	*is_full = after > before;
	live->bytes = tm_jvm_live(&counters);
	return TM_OK;
}

/* The sum of all classes, which are counted after a collection of their own.
 * That is left out while a program holds off collectors: the counter tells. */
static enum tm_rc sum_classes(struct tm_jvm *jvm, uint64_t deadline_ns,
			      tm_reader_fn take, void *context,
			      struct tm_err *err)
{
	struct tm_jvm_question question = {.command = "GC.class_histogram",
					   .deadline_ns = deadline_ns,
					   .take = take,
					   .context = context};
	uint64_t before = 0, after = 0;
	int is_counted = count_full(jvm, &before);
	enum tm_rc rc;

	rc = ask(jvm, &question, err);
	if (rc == TM_OK && is_counted && count_full(jvm, &after) &&
	    after == before)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld did not collect",
			       (long)jvm->process.pid);
	return rc;
}

static enum tm_rc find_live(struct tm_jvm *jvm, uint64_t deadline_ns,
			    struct live *live, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	uint64_t full;
	int is_full = 0, is_counted = count_full(jvm, &full);

	if (jvm->never_collects)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld never collects: it runs Epsilon",
			       (long)jvm->process.pid);
	if (!jvm->run_is_idle)
		rc = run(jvm, deadline_ns, live, &is_full, err);
	if (rc != TM_OK || is_full)
		return rc;
	jvm->run_is_idle = is_counted;
	rc = sum_classes(jvm, deadline_ns, take_total, live, err);
	if (rc == TM_OK && !live->has_objects)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld printed no total of its classes",
			       (long)jvm->process.pid);
	return rc;
}

static void set_resident(struct tm_jvm *jvm, struct tm_heap_figures *out)
{
	uint64_t start_ns = tm_clock_ns(), resident;
	unsigned int mappings;

	if (start_ns - jvm->resident_at_ns <
	    RESIDENT_PART * jvm->resident_took_ns)
		return;
	if (!tm_jvm_process_resident(jvm->process.pid, jvm->low, jvm->high,
				     &resident, &mappings))
		return;
	jvm->resident_at_ns = start_ns;
	jvm->resident_took_ns = tm_clock_ns() - start_ns;
	if (mappings > 0)
		tm_heap_set(out, TM_HEAP_resident_bytes, resident);
}

enum tm_rc tm_jvm_collect(struct tm_jvm *jvm, uint64_t limit_ms,
			  struct tm_heap_figures *out, struct tm_err *err)
{
	uint64_t deadline_ns = tm_clock_ns() + limit_ms * 1000000u;
	struct live live = {0};
	uint64_t start_ns;
	enum tm_rc rc;

	tm_jvm_read(jvm, out);
	rc = ask_info(jvm, deadline_ns, err);
	if (rc != TM_OK)
		return rc;
	start_ns = tm_clock_ns();
	rc = find_live(jvm, deadline_ns, &live, err);
	if (rc != TM_OK)
		return rc;
	tm_jvm_read(jvm, out);
	tm_heap_set(out, TM_HEAP_pause_ns, tm_clock_ns() - start_ns);
	tm_heap_set(out, TM_HEAP_live_bytes, live.bytes);
	if (live.has_objects)
		tm_heap_set(out, TM_HEAP_live_objects, live.objects);
	set_resident(jvm, out);
	return TM_OK;
}

/* --- census --------------------------------------------------------------- */

struct census {
	struct tm_heap_census *out;
	struct tm_err *err;
	enum tm_rc rc;
};

static int take_class(void *context, char *line)
{
	struct census *census = context;
	struct tm_heap_type type = {.has_bytes = 1};
	struct tm_jvm_class class;
	char name[CLASS_NAME_MAX];

	if (!tm_jvm_class_read(&class, line))
		return 1;
	type.objects = class.objects;
	type.bytes = class.bytes;
	tm_jvm_class_name(name, sizeof(name), class.name);
	if (strncmp(name, FILLER, strlen(FILLER)) == 0)
		return 1;
	census->rc = tm_heap_census_add(census->out, name, &type, census->err);
	return census->rc == TM_OK;
}

enum tm_rc tm_jvm_census(struct tm_jvm *jvm, uint64_t limit_ms,
			 struct tm_heap_census *out, struct tm_err *err)
{
	uint64_t deadline_ns = tm_clock_ns() + limit_ms * 1000000u;
	struct census census = {.out = out, .err = err, .rc = TM_OK};
	uint64_t full;
	enum tm_rc rc;

	rc = ask_info(jvm, deadline_ns, err);
	if (rc != TM_OK)
		return rc;
	if (jvm->never_collects)
		return tm_fail(err, TM_EUNAVAILABLE,
			       "the JVM %ld never collects: it runs Epsilon",
			       (long)jvm->process.pid);
	/* ZGC and Shenandoah count weakly held objects if not told to collect
	 * first. */
	if (!count_full(jvm, &full))
		rc = ask_to_run(jvm, deadline_ns, err);
	if (rc == TM_OK)
		rc = sum_classes(jvm, deadline_ns, take_class, &census, err);
	return census.rc != TM_OK ? census.rc : rc;
}
