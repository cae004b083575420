#include "subprocess/oom.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The number behind "oom_kill " in a file of such lines. */
static int read_counter(const char *path, uint64_t *out)
{
	unsigned long long count;
	FILE *file = fopen(path, "re");
	char line[256];
	int found = 0;

	while (file && !found && fgets(line, sizeof(line), file))
		found = sscanf(line, "oom_kill %llu", &count) == 1;
	if (file)
		fclose(file);
	if (found)
		*out = count;
	return found;
}

/* Take FOLDER GROUP FILE for the counter when it holds one. */
static int try_counter(struct tm_oom_counter *counter, const char *folder,
		       const char *group, const char *file)
{
	int length = snprintf(counter->path, sizeof(counter->path), "%s%s%s",
			      folder, group, file);

	counter->is_known = length > 0 &&
			    (size_t)length < sizeof(counter->path) &&
			    read_counter(counter->path, &counter->count);
	return counter->is_known;
}

/* A container sees its own group at the mount's root, whatever it is called
 * outside, so that is tried too.  v1 first: where both are mounted, only one
 * has the memory controller. */
static void find_group_counter(struct tm_oom_counter *counter, const char *root,
			       const char *v1, const char *v2)
{
	char folder[512];

	snprintf(folder, sizeof(folder), "%.256s/sys/fs/cgroup/memory", root);
	if (*v1 && (try_counter(counter, folder, v1, "/memory.oom_control") ||
		    try_counter(counter, folder, "", "/memory.oom_control")))
		return;
	snprintf(folder, sizeof(folder), "%.256s/sys/fs/cgroup", root);
	if (*v2 && !try_counter(counter, folder, v2, "/memory.events"))
		try_counter(counter, folder, "", "/memory.events");
}

/* The paths of the memory controller's group (v1) and of the one of v2. */
static void read_groups(const char *path, char v1[PATH_MAX], char v2[PATH_MAX])
{
	FILE *file = fopen(path, "re");
	char line[PATH_MAX + 128];

	*v1 = *v2 = '\0';
	while (file && fgets(line, sizeof(line), file)) {
		char *controllers = strchr(line, ':');
		char *group = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		if (controllers[1] == '\0')
			snprintf(v2, PATH_MAX, "%.4000s", group);
		else if (strstr(controllers, "memory"))
			snprintf(v1, PATH_MAX, "%.4000s", group);
	}
	if (file)
		fclose(file);
}

void tm_oom_open_below(struct tm_oom *oom, pid_t pid, const char *root)
{
	char path[PATH_MAX], v1[PATH_MAX], v2[PATH_MAX];

	memset(oom, 0, sizeof(*oom));
	snprintf(path, sizeof(path), "%.200s/proc/%ld/cgroup", root, (long)pid);
	read_groups(path, v1, v2);
	find_group_counter(&oom->group, root, v1, v2);
	try_counter(&oom->machine, root, "/proc/vmstat", "");
}

void tm_oom_open(struct tm_oom *oom, pid_t pid)
{
	tm_oom_open_below(oom, pid, "");
}

static int has_risen(const struct tm_oom_counter *counter)
{
	uint64_t now;

	return counter->is_known && read_counter(counter->path, &now) &&
	       now > counter->count;
}

enum tm_oom_evidence tm_oom_check(const struct tm_oom *oom)
{
	if (has_risen(&oom->group))
		return TM_OOM_GROUP;
	return has_risen(&oom->machine) ? TM_OOM_MACHINE : TM_OOM_NONE;
}
