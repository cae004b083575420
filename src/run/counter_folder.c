#include "run/counter_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "heap/jvm_socket.h"

#define PREFIX "tidemark-"

/* In memory where possible: on a disk the kernel would write the counters back
 * every few seconds, and the program would wait for it. */
#define PARENTS                                                                \
	{                                                                      \
		"/dev/shm", getenv("TMPDIR"), "/tmp"                           \
	}

/* --- removing ------------------------------------------------------------- */

/* Without `all`, the names of JVMs stay that may still leave something. */
static void remove_contents(int fd, int all)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;

	while (listing && (entry = readdir(listing))) {
		if (tm_jvm_socket_remove(entry->d_name) || all)
			unlinkat(fd, entry->d_name, 0);
	}
	if (listing)
		closedir(listing);
	else if (again >= 0)
		close(again);
}

void tm_counter_folder_remove(struct tm_counter_folder *folder)
{
	if (!*folder->path)
		return;
	remove_contents(folder->fd, 1);
	rmdir(folder->path);
	close(folder->fd);
	*folder->path = '\0';
}

/* --- what was left -------------------------------------------------------- */

/* Whether the name is that of a folder whose tidemark has ended. */
static int is_of_the_dead(const char *name)
{
	static const char of_mkdtemp[] = "0123456789abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	long pid;
	int end = 0;

	if (sscanf(name, PREFIX "%9ld-%n", &pid, &end) != 1 || end == 0 ||
	    strlen(name + end) != 6 || strspn(name + end, of_mkdtemp) != 6)
		return 0;
	return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void sweep_one(int parent_fd, const char *name)
{
	struct stat info;
	int fd = openat(parent_fd, name,
			O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return;
	if (fstat(fd, &info) == 0 && info.st_uid == geteuid() &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0) {
		remove_contents(fd, 0);
		unlinkat(parent_fd, name, AT_REMOVEDIR);
	}
	close(fd);
}

static void sweep(const char *parent)
{
	DIR *listing = opendir(parent);
	struct dirent *entry;

	while (listing && (entry = readdir(listing))) {
		if (is_of_the_dead(entry->d_name))
			sweep_one(dirfd(listing), entry->d_name);
	}
	if (listing)
		closedir(listing);
}

static int is_parent(const char *path)
{
	return path && *path == '/';
}

void tm_counter_folder_sweep(void)
{
	const char *parents[] = PARENTS;
	size_t i;

	for (i = 0; i < sizeof(parents) / sizeof(*parents); i++) {
		if (is_parent(parents[i]))
			sweep(parents[i]);
	}
}

/* --- making --------------------------------------------------------------- */

static int make_in(struct tm_counter_folder *folder, const char *parent)
{
	if (snprintf(folder->path, sizeof(folder->path),
		     "%s/" PREFIX "%ld-XXXXXX", parent,
		     (long)getpid()) >= (int)sizeof(folder->path) ||
	    !mkdtemp(folder->path))
		return 0;
	folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->fd < 0) {
		rmdir(folder->path);
		return 0;
	}
	(void)flock(folder->fd, LOCK_EX | LOCK_NB);
	/* A program that root starts may drop its privileges, and still has to
	 * write there. */
	if (geteuid() == 0)
		(void)fchmod(folder->fd, S_ISVTX | 0777);
	return 1;
}

enum tm_rc tm_counter_folder_make(struct tm_counter_folder *folder,
				  struct tm_err *err)
{
	const char *parents[] = PARENTS;
	size_t i;

	for (i = 0; i < sizeof(parents) / sizeof(*parents); i++) {
		if (is_parent(parents[i]) && make_in(folder, parents[i]))
			return TM_OK;
	}
	*folder->path = '\0';
	return tm_fail_errno(err, errno,
			     "cannot make a folder for the program's counters "
			     "in /dev/shm or /tmp");
}
