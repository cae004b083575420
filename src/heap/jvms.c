#include "heap/jvms.h"

#include <stdio.h>
#include <string.h>

#include "heap/jvm_socket.h"

/* --- processes ------------------------------------------------------------ */

void tm_jvms_begin(struct tm_jvms *jvms)
{
	size_t i;

	for (i = 0; i < jvms->count; i++)
		jvms->member[i].is_seen = 0;
}

static struct tm_jvms_member *find(struct tm_jvms *jvms, pid_t pid)
{
	size_t i;

	for (i = 0; i < jvms->count; i++) {
		if (jvms->member[i].pid == pid)
			return &jvms->member[i];
	}
	if (jvms->count == TM_JVMS_MAX)
		return NULL;
	jvms->member[i] = (struct tm_jvms_member){.pid = pid};
	jvms->count++;
	return &jvms->member[i];
}

void tm_jvms_visit(struct tm_jvms *jvms, pid_t pid)
{
	struct tm_jvms_member *member = find(jvms, pid);

	if (!member)
		return;
	member->is_seen = 1;
	if (member->is_open || member->tries >= TM_JVM_TRIES)
		return;
	member->tries++;
	member->is_open = tm_jvm_open(&member->jvm, pid, NULL) == TM_OK;
	jvms->opened += (uint64_t)member->is_open;
	if (member->is_open && jvms->folder)
		tm_jvm_socket_remember(jvms->folder, &member->jvm.process);
}

static void close_member(struct tm_jvms_member *member)
{
	if (member->is_open)
		tm_jvm_close(&member->jvm);
	member->is_open = 0;
}

void tm_jvms_end(struct tm_jvms *jvms)
{
	size_t i = 0;

	while (i < jvms->count) {
		if (jvms->member[i].is_seen) {
			i++;
			continue;
		}
		close_member(&jvms->member[i]);
		jvms->member[i] = jvms->member[--jvms->count];
	}
}

void tm_jvms_close(struct tm_jvms *jvms)
{
	tm_jvms_begin(jvms);
	tm_jvms_end(jvms);
}

size_t tm_jvms_open_count(const struct tm_jvms *jvms)
{
	size_t open = 0, i;

	for (i = 0; i < jvms->count; i++)
		open += (size_t)jvms->member[i].is_open;
	return open;
}

/* --- questions ------------------------------------------------------------ */

static void keep_reason(struct tm_jvms *jvms, const struct tm_err *err)
{
	jvms->refused++;
	snprintf(jvms->why, sizeof(jvms->why), "%.159s", err->text);
}

void tm_jvms_read(struct tm_jvms *jvms, struct tm_heap_figures *out)
{
	struct tm_heap_figures one;
	size_t count = 0, i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < jvms->count; i++) {
		if (!jvms->member[i].is_open)
			continue;
		tm_jvm_read(&jvms->member[i].jvm, &one);
		tm_heap_figures_add(out, &one, count++ == 0);
	}
}

size_t tm_jvms_collect(struct tm_jvms *jvms, uint64_t limit_ms,
		       struct tm_heap_figures *out)
{
	struct tm_heap_figures one;
	size_t answered = 0, asked = 0, i;
	struct tm_err why = {0};

	memset(out, 0, sizeof(*out));
	for (i = 0; i < jvms->count; i++) {
		if (!jvms->member[i].is_open)
			continue;
		asked++;
		if (tm_jvm_collect(&jvms->member[i].jvm, limit_ms, &one,
				   &why) == TM_OK)
			tm_heap_figures_add(out, &one, answered++ == 0);
		else
			keep_reason(jvms, &why);
	}
	/* The heaps of some of them are not the heap of the program. */
	if (answered < asked)
		out->known = 0;
	return answered;
}

enum tm_rc tm_jvms_census(struct tm_jvms *jvms, uint64_t limit_ms,
			  struct tm_heap_census *out, struct tm_err *err)
{
	enum tm_rc rc = TM_OK;
	size_t i;

	for (i = 0; i < jvms->count && rc == TM_OK; i++) {
		if (jvms->member[i].is_open)
			rc = tm_jvm_census(&jvms->member[i].jvm, limit_ms, out,
					   err);
	}
	return rc;
}
