#include "subprocess/build_id.h"

#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int format_id(const unsigned char *bytes, size_t length,
		     char out[TM_BUILD_ID_MAX])
{
	size_t i;

	if (length == 0 || 2 * length >= TM_BUILD_ID_MAX)
		return 0;
	for (i = 0; i < length; i++)
		snprintf(out + 2 * i, 3, "%02x", bytes[i]);
	return 1;
}

static int find_in_notes(Elf_Data *notes, char out[TM_BUILD_ID_MAX])
{
	size_t at = 0, name, text;
	GElf_Nhdr header;

	while ((at = gelf_getnote(notes, at, &header, &name, &text))) {
		const char *bytes = notes->d_buf;

		if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 &&
		    memcmp(bytes + name, "GNU", 4) == 0)
			return format_id((const unsigned char *)bytes + text,
					 header.n_descsz, out);
	}
	return 0;
}

static int find_in_elf(Elf *elf, char out[TM_BUILD_ID_MAX])
{
	size_t count = 0, i;
	GElf_Phdr segment;
	Elf_Data *notes;

	if (!elf || elf_getphdrnum(elf, &count) != 0)
		return 0;
	for (i = 0; i < count; i++) {
		if (!gelf_getphdr(elf, (int)i, &segment) ||
		    segment.p_type != PT_NOTE)
			continue;
		notes = elf_getdata_rawchunk(elf, (int64_t)segment.p_offset,
					     segment.p_filesz, ELF_T_NHDR);
		if (notes && find_in_notes(notes, out))
			return 1;
	}
	return 0;
}

int tm_build_id_read(const char *path, char out[TM_BUILD_ID_MAX])
{
	int fd, found;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return 0;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	found = find_in_elf(elf, out);
	elf_end(elf);
	close(fd);
	return found;
}
