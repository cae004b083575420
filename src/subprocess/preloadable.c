#include "subprocess/preloadable.h"

#include <ctype.h>
#include <fcntl.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The kernel itself follows no more. */
#define INTERPRETERS_MAX 4

struct image {
	int is_elf;
	int class;
	unsigned int machine;
	int has_loader;
	int has_sanitizer; /* one that must be the first library */
};

/* --- finding -------------------------------------------------------------- */

static int find_in_path(const char *name, char out[PATH_MAX])
{
	const char *folder = getenv("PATH");

	while (folder && *folder) {
		size_t length = strcspn(folder, ":");

		if (snprintf(out, PATH_MAX, "%.*s/%s", (int)length,
			     length ? folder : ".", name) < PATH_MAX &&
		    access(out, X_OK) == 0)
			return 1;
		folder += length + (folder[length] == ':');
	}
	return 0;
}

/* What the first line of a script names; 0 when it is not a script. */
static int read_interpreter(const char *path, char out[PATH_MAX])
{
	char line[PATH_MAX] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;
	size_t start;

	if (fd < 0)
		return 0;
	got = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (got < 2 || line[0] != '#' || line[1] != '!')
		return 0;
	start = 2 + strspn(line + 2, " \t");
	line[start + strcspn(line + start, " \t\n")] = '\0';
	snprintf(out, PATH_MAX, "%s", line + start);
	return *out != '\0';
}

/* --- reading -------------------------------------------------------------- */

static int needs_sanitizer(Elf *elf, const GElf_Phdr *dynamic)
{
	Elf_Scn *section = gelf_offscn(elf, dynamic->p_offset);
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	GElf_Shdr header;
	GElf_Dyn entry;
	int i;

	if (!data || !gelf_getshdr(section, &header))
		return 0;
	for (i = 0; gelf_getdyn(data, i, &entry); i++) {
		const char *name;

		if (entry.d_tag != DT_NEEDED)
			continue;
		name = elf_strptr(elf, header.sh_link, entry.d_un.d_val);
		if (name && (strncmp(name, "libasan.", 8) == 0 ||
			     strncmp(name, "libtsan.", 8) == 0))
			return 1;
	}
	return 0;
}

static void read_elf(Elf *elf, struct image *out)
{
	size_t count = 0, i;
	GElf_Ehdr header;
	GElf_Phdr segment;

	if (!elf || !gelf_getehdr(elf, &header) ||
	    elf_getphdrnum(elf, &count) != 0)
		return;
	out->is_elf = 1;
	out->class = header.e_ident[EI_CLASS];
	out->machine = header.e_machine;
	for (i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment))
			continue;
		if (segment.p_type == PT_INTERP)
			out->has_loader = 1;
		else if (segment.p_type == PT_DYNAMIC)
			out->has_sanitizer = needs_sanitizer(elf, &segment);
	}
}

static void read_image(const char *path, struct image *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	Elf *elf;

	memset(out, 0, sizeof(*out));
	if (fd < 0)
		return;
	if (elf_version(EV_CURRENT) != EV_NONE) {
		elf = elf_begin(fd, ELF_C_READ, NULL);
		read_elf(elf, out);
		elf_end(elf);
	}
	close(fd);
}

/* Whether the kernel gives the program rights that this user lacks. */
static const char *find_extra_rights(const char *path)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return NULL;
	if ((info.st_mode & S_ISUID) && info.st_uid != geteuid())
		return "it is setuid, and its loader ignores LD_PRELOAD";
	if ((info.st_mode & S_ISGID) && info.st_gid != getegid())
		return "it is setgid, and its loader ignores LD_PRELOAD";
	if (geteuid() != 0 &&
	    getxattr(path, "security.capability", NULL, 0) > 0)
		return "it has file capabilities, and its loader ignores "
		       "LD_PRELOAD";
	return NULL;
}

enum tm_loadable tm_loadable(const char *program, const char *library,
			     char *reason, size_t size)
{
	struct image image, own;
	char path[PATH_MAX], next[PATH_MAX];
	const char *why;
	int i;

	*reason = '\0';
	if (strchr(program, '/'))
		snprintf(path, sizeof(path), "%s", program);
	else if (!find_in_path(program, path))
		return TM_LOADABLE_YES;
	for (i = 0; i < INTERPRETERS_MAX && read_interpreter(path, next); i++)
		memcpy(path, next, sizeof(path));
	read_image(path, &image);
	read_image(library, &own);
	why = find_extra_rights(path);
	if (!image.is_elf && !why)
		return TM_LOADABLE_YES;
	if (image.is_elf && image.has_sanitizer) {
		snprintf(reason, size,
			 "it is built with a sanitizer, which "
			 "must be loaded first");
		return TM_LOADABLE_REFUSES;
	}
	if (image.is_elf && !image.has_loader)
		why = "it is statically linked";
	else if (image.is_elf && own.is_elf &&
		 (image.class != own.class || image.machine != own.machine))
		why = "it is built for another machine than tidemark's library";
	if (!why)
		return TM_LOADABLE_YES;
	snprintf(reason, size, "%s", why);
	return TM_LOADABLE_IGNORES;
}
