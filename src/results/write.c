#include "results/write.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Flush `file` to the disk and close it.  A pipe has no disk behind it. */
static int finish(FILE *file)
{
	int failed = 0;
	int saved_errno = 0;

	if (fflush(file) != 0 || ferror(file)) {
		failed = 1;
		saved_errno = errno;
	} else if (fsync(fileno(file)) != 0 && errno != EINVAL &&
		   errno != EROFS && errno != ENOTSUP) {
		failed = 1;
		saved_errno = errno;
	}
	if (fclose(file) != 0 && !failed) {
		failed = 1;
		saved_errno = errno;
	}
	errno = saved_errno;
	return failed ? -1 : 0;
}

struct target {
	const char *path;
	const char *shown; /* the name that the user knows */
	const char *mode;
};

static enum tm_rc write_to(const struct target *target,
			   tm_write_content *content, const void *context,
			   struct tm_err *err)
{
	FILE *file = fopen(target->path, target->mode);
	enum tm_rc rc;

	if (!file)
		return tm_fail_errno(err, errno, "cannot write '%s'",
				     target->shown);
	rc = content(file, context);
	if (finish(file) != 0)
		return tm_fail_errno(err, errno, "cannot write '%s'",
				     target->shown);
	if (rc != TM_OK)
		return tm_fail(err, rc, "no memory to write '%s'",
			       target->shown);
	return TM_OK;
}

enum tm_rc tm_write_file(const char *folder, const char *name,
			 tm_write_content *content, const void *context,
			 struct tm_err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return write_to(&(struct target){path, path, "wxe"}, content, context,
			err);
}

/* The temporary name of `path` until it is complete; -1 when that is too long.
 */
static int name_temporary(char temporary[PATH_MAX], const char *path)
{
	if (snprintf(temporary, PATH_MAX, "%s.unfinished-%ld", path,
		     (long)getpid()) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

enum tm_rc tm_write_replace(const char *path, tm_write_content *content,
			    const void *context, struct tm_err *err)
{
	char temporary[PATH_MAX];
	struct stat there;
	enum tm_rc rc;

	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return write_to(&(struct target){path, path, "we"}, content,
				context, err);
	if (name_temporary(temporary, path) != 0)
		return tm_fail(err, TM_EUSAGE,
			       "the name '%.60s...' is too long", path);
	/* What has this name already is left of a killed process with the same
	 * number, or a link that somebody planted: neither is followed. */
	unlink(temporary);
	rc = write_to(&(struct target){temporary, path, "wxe"}, content,
		      context, err);
	if (rc == TM_OK && rename(temporary, path) != 0)
		rc = tm_fail_errno(err, errno, "cannot write '%s'", path);
	if (rc != TM_OK)
		unlink(temporary);
	return rc;
}

/* Creating a file tests more than permissions do: root has them all, and still
 * /proc takes no file. */
static int can_write_beside(const char *path)
{
	char temporary[PATH_MAX];
	int fd;

	if (name_temporary(temporary, path) != 0)
		return 0;
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return 0;
	close(fd);
	unlink(temporary);
	return 1;
}

enum tm_rc tm_write_check(const char *path, struct tm_err *err)
{
	struct stat there;
	int can;

	if (!path)
		return TM_OK;
	if (stat(path, &there) != 0 || S_ISREG(there.st_mode)) {
		can = can_write_beside(path);
	} else {
		can = !S_ISDIR(there.st_mode) && access(path, W_OK) == 0;
		if (S_ISDIR(there.st_mode))
			errno = EISDIR;
	}
	if (can)
		return TM_OK;
	return tm_fail(err, TM_EUSAGE, "cannot write '%s': %s", path,
		       strerror(errno));
}

enum tm_rc tm_sync_folder(const char *folder, struct tm_err *err)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum tm_rc rc = TM_OK;

	/* Some file systems cannot flush a folder; that is not a failure. */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP))
		rc = tm_fail_errno(err, errno, "cannot flush the folder '%s'",
				   folder);
	if (fd >= 0)
		close(fd);
	return rc;
}

enum tm_rc tm_make_folders(const char *path, struct tm_err *err)
{
	char folder[PATH_MAX];
	size_t length = 0;

	do {
		length += 1 + strcspn(path + length + 1, "/");
		snprintf(folder, sizeof(folder), "%.*s", (int)length, path);
		if (mkdir(folder, 0777) != 0 && errno != EEXIST)
			return tm_fail_errno(err, errno,
					     "cannot make the folder "
					     "'%s'",
					     folder);
	} while (path[length]);
	return TM_OK;
}
