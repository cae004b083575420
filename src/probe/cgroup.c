#include "probe/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a group is: the path in /proc/PID/cgroup, below the mount point of its
 * hierarchy in mountinfo. */
struct place {
	int version;
	char path[PATH_MAX];
};

/* --- small files ---------------------------------------------------------- */

/* The number in a file; 0 when there is none. */
static int read_number(int fd, uint64_t *out)
{
	char text[64];
	ssize_t got = pread(fd, text, sizeof(text) - 1, 0);
	char *end;

	if (got <= 0)
		return 0;
	text[got] = '\0';
	errno = 0;
	*out = strtoull(text, &end, 10);
	return end != text && errno == 0;
}

int tm_cgroup_current(const struct tm_cgroup *cgroup, uint64_t *out)
{
	return cgroup->current_fd >= 0 && read_number(cgroup->current_fd, out);
}

/* --- finding the group ---------------------------------------------------- */

/* Whether `word` is one of `list`, which commas separate. */
static int is_listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t item = strcspn(list, ",");

		if (item == length && strncmp(list, word, length) == 0)
			return 1;
		list += item + (list[item] == ',');
	}
	return 0;
}

/* One line "ID:CONTROLLERS:PATH".  Version 1 wins over 2 where both are
 * mounted: a controller is in one hierarchy only. */
static void read_membership(char *line, struct place *out)
{
	char *controllers = strchr(line, ':');
	char *path = controllers ? strchr(controllers + 1, ':') : NULL;
	int version;

	if (!path)
		return;
	*controllers++ = '\0';
	*path++ = '\0';
	if (is_listed(controllers, "memory"))
		version = 1;
	else if (strcmp(line, "0") == 0 && *controllers == '\0')
		version = 2;
	else
		return;
	if (out->version == 1)
		return;
	out->version = version;
	snprintf(out->path, sizeof(out->path), "%s", path);
}

/* Pass each line of a file below `root` to `take`, without its newline, until
 * that returns 1. */
static int each_line(const char *file, int (*take)(char *line, void *context),
		     void *context)
{
	char line[PATH_MAX + 256];
	FILE *stream = fopen(file, "re");
	int found = 0;

	if (!stream)
		return 0;
	while (!found && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, "\n")] = '\0';
		found = take(line, context);
	}
	fclose(stream);
	return found;
}

static int take_membership(char *line, void *context)
{
	read_membership(line, context);
	return 0;
}

/* mountinfo writes a space as "\040". */
static void unescape(char *text)
{
	char *out = text;

	while (*text) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' &&
		    text[2] && text[3]) {
			*out++ = (char)((text[1] - '0') * 64 +
					(text[2] - '0') * 8 + (text[3] - '0'));
			text += 4;
		} else {
			*out++ = *text++;
		}
	}
	*out = '\0';
}

/* The group's path relative to the mount's root, or NULL when the mount does not
 * contain the group. */
static const char *path_below(const char *path, const char *mount_root)
{
	size_t length = strlen(mount_root);

	if (strcmp(mount_root, "/") == 0)
		return path;
	if (strncmp(path, mount_root, length) != 0 ||
	    (path[length] != '/' && path[length] != '\0'))
		return NULL;
	return path + length;
}

struct search {
	const char *root;
	const struct place *place;
	struct tm_cgroup *cgroup;
	int error; /* of the last folder or file that did not open */
};

static int open_group(struct search *search, const char *mount_point,
		      const char *below)
{
	const char *current = search->place->version == 1
				      ? "memory.usage_in_bytes"
				      : "memory.current";
	char folder[2 * PATH_MAX + 256];
	int folder_fd;

	snprintf(folder, sizeof(folder), "%s%s%s", search->root, mount_point,
		 below);
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder_fd < 0) {
		search->error = errno;
		return 0;
	}
	search->cgroup->current_fd =
		openat(folder_fd, current, O_RDONLY | O_CLOEXEC);
	search->error = errno;
	close(folder_fd);
	search->cgroup->version = search->place->version;
	return search->cgroup->current_fd >= 0;
}

/* "36 35 98:0 /root /point rw,noatime shared:1 - cgroup cgroup rw,memory" */
static int take_mount(char *line, void *context)
{
	struct search *search = context;
	char *rest = strstr(line, " - ");
	char root[PATH_MAX], point[PATH_MAX], type[32], options[512];
	const char *below;

	if (!rest ||
	    sscanf(line, "%*s %*s %*s %4095s %4095s", root, point) != 2 ||
	    sscanf(rest, " - %31s %*s %511s", type, options) != 2)
		return 0;
	if (search->place->version == 1 ? strcmp(type, "cgroup") != 0 ||
						  !is_listed(options, "memory")
					: strcmp(type, "cgroup2") != 0)
		return 0;
	unescape(root);
	unescape(point);
	below = path_below(search->place->path, root);
	/* "/../x": a group outside this process's namespace. */
	if (!below || strncmp(below, "/..", 3) == 0)
		return 0;
	return open_group(search, point, below);
}

enum tm_rc tm_cgroup_open_below(struct tm_cgroup *cgroup, const char *root,
				pid_t pid, struct tm_err *err)
{
	struct place place = {0};
	struct search search = {
		.root = root, .place = &place, .cgroup = cgroup};
	char file[PATH_MAX];

	*cgroup = (struct tm_cgroup){.current_fd = -1};
	if (pid)
		snprintf(file, sizeof(file), "%s/proc/%ld/cgroup", root,
			 (long)pid);
	else
		snprintf(file, sizeof(file), "%s/proc/self/cgroup", root);
	each_line(file, take_membership, &place);
	if (!place.version)
		return tm_fail(err, TM_ESYSTEM,
			       "no control group accounts for its memory");
	snprintf(file, sizeof(file), "%s/proc/self/mountinfo", root);
	if (each_line(file, take_mount, &search))
		return TM_OK;
	if (search.error == ENOENT && place.version == 2)
		return tm_fail(err, TM_ESYSTEM,
			       "its control group does not account for memory");
	if (search.error)
		return tm_fail(err, TM_ESYSTEM,
			       "its control group cannot be read: %s",
			       strerror(search.error));
	return tm_fail(err, TM_ESYSTEM,
		       "its control group is not mounted where it can be seen");
}

enum tm_rc tm_cgroup_open(struct tm_cgroup *cgroup, pid_t pid,
			  struct tm_err *err)
{
	return tm_cgroup_open_below(cgroup, "", pid, err);
}

void tm_cgroup_close(struct tm_cgroup *cgroup)
{
	if (cgroup->current_fd >= 0)
		close(cgroup->current_fd);
	cgroup->current_fd = -1;
}
