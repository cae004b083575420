#include "heap/jvm_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME "jvm-%ld"

static int has_our_root(pid_t pid)
{
	struct stat ours, other;
	char path[48];

	snprintf(path, sizeof(path), "/proc/%ld/root/tmp", (long)pid);
	return stat("/tmp", &ours) == 0 && stat(path, &other) == 0 &&
	       ours.st_dev == other.st_dev && ours.st_ino == other.st_ino;
}

void tm_jvm_socket_remember(const char *folder,
			    const struct tm_jvm_process *process)
{
	char path[512];
	int fd;

	if (process->inner_pid != process->pid || !has_our_root(process->pid) ||
	    snprintf(path, sizeof(path), "%s/" NAME, folder,
		     (long)process->pid) >= (int)sizeof(path))
		return;
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
		  0600);
	if (fd >= 0)
		close(fd);
}

/* It listens no more. */
static int is_dead(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int refused;

	if (fd < 0)
		return 0;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	refused = connect(fd, (struct sockaddr *)&address, sizeof(address)) !=
			  0 &&
		  errno == ECONNREFUSED;
	close(fd);
	return refused;
}

/* The name alone says whose it was: what the file holds, and what else lies
 * there, the program may have written. */
int tm_jvm_socket_remove(const char *name)
{
	struct stat info;
	char path[48];
	long pid;
	int end = 0;

	if (sscanf(name, "jvm-%9ld%n", &pid, &end) != 1 || name[end] ||
	    pid <= 0)
		return 1;
	if (kill((pid_t)pid, 0) == 0 || errno != ESRCH)
		return 0;
	snprintf(path, sizeof(path), "/tmp/.java_pid%ld", pid);
	if (lstat(path, &info) == 0 && S_ISSOCK(info.st_mode) &&
	    info.st_uid == geteuid() && is_dead(path))
		unlink(path);
	/* The file that asked for it, where tidemark was killed meanwhile. */
	snprintf(path, sizeof(path), "/tmp/.attach_pid%ld", pid);
	if (lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
	    info.st_size == 0 && info.st_uid == geteuid())
		unlink(path);
	return 1;
}
