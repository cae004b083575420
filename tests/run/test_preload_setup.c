#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "subprocess/preloadable.h"
#include "run/preload_setup.h"

#define SELF "/proc/self/exe"

static char folder[] = "/tmp/tidemark-loadable-XXXXXX";
static char path[64];
static const struct tm_preload_opts none;

static void make_folder(void)
{
	cr_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/program", folder);
}

static void remove_folder(void)
{
	unlink(path);
	rmdir(folder);
}

static void write_program(const void *bytes, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);

	cr_assert(fd >= 0);
	cr_assert_eq((size_t)write(fd, bytes, size), size);
	cr_assert(fchmod(fd, mode) == 0);
	close(fd);
}

/* A program of one header, without a loader unless it is asked for. */
static void write_elf(uint16_t machine, int has_loader)
{
	struct {
		Elf64_Ehdr header;
		Elf64_Phdr segment;
	} file;

	memset(&file, 0, sizeof(file));
	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_ident[EI_VERSION] = EV_CURRENT;
	file.header.e_type = ET_EXEC;
	file.header.e_machine = machine;
	file.header.e_version = EV_CURRENT;
	file.header.e_phoff = sizeof(file.header);
	file.header.e_ehsize = sizeof(file.header);
	file.header.e_phentsize = sizeof(file.segment);
	file.header.e_phnum = 1;
	file.segment.p_type = has_loader ? PT_INTERP : PT_LOAD;
	write_program(&file, sizeof(file), 0700);
}

TestSuite(loadable, .init = make_folder, .fini = remove_folder);

Test(loadable, a_dynamic_program_is)
{
	char reason[160];

	cr_assert(tm_loadable("/bin/sh", SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_YES);
	cr_assert_str_eq(reason, "");
}

Test(loadable, a_program_is_looked_for_in_the_path)
{
	char reason[160];

	write_elf(EM_X86_64, 0);
	setenv("PATH", folder, 1);
	cr_assert(tm_loadable("program", SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_IGNORES);
}

Test(loadable, a_static_program_is_not)
{
	char reason[160];

	write_elf(EM_X86_64, 0);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_IGNORES);
	cr_assert_str_eq(reason, "it is statically linked");
}

Test(loadable, a_program_of_another_machine_is_not)
{
	char reason[160];

	write_elf(EM_S390, 1);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_IGNORES);
	cr_assert(strstr(reason, "another machine") != NULL);
}

Test(loadable, a_script_stands_for_its_interpreter)
{
	char reason[160], script[128];

	snprintf(script, sizeof(script), "#! /bin/sh -e\ntrue\n");
	write_program(script, strlen(script), 0700);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_YES);
}

Test(loadable, a_script_that_names_itself_ends)
{
	char reason[160], script[128];

	snprintf(script, sizeof(script), "#!%s\n", path);
	write_program(script, strlen(script), 0700);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_YES);
}

Test(loadable, a_setuid_program_is_not)
{
	char reason[160];

	if (geteuid() != 0)
		cr_skip_test("only root can give a file away");
	write_elf(EM_X86_64, 1);
	cr_assert(chown(path, 65534, 65534) == 0);
	cr_assert(chmod(path, S_ISUID | 0755) == 0);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_IGNORES);
	cr_assert(strstr(reason, "setuid") != NULL);
}

Test(loadable, garbage_shows_itself_when_it_is_started)
{
	char reason[160];

	write_program("\177ELF garbage", 12, 0700);
	cr_assert(tm_loadable(path, SELF, reason, sizeof(reason)) ==
		  TM_LOADABLE_YES);
	cr_assert(tm_loadable("/nowhere/at/all", SELF, reason,
			      sizeof(reason)) == TM_LOADABLE_YES);
}

/* --- the setup ------------------------------------------------------------ */

static const char *variable(const struct tm_preload_setup *setup,
			    const char *name)
{
	size_t length = strlen(name);
	size_t i;

	for (i = 0; setup->variables[i]; i++) {
		if (strncmp(setup->variables[i], name, length) == 0 &&
		    setup->variables[i][length] == '=')
			return setup->variables[i] + length + 1;
	}
	return NULL;
}

static void open_setup(struct tm_preload_setup *setup)
{
	const struct tm_preload_opts opts = {.sampling_bytes = 1024};
	struct tm_err err = {0};

	setenv("TIDEMARK_PRELOAD_LIBRARY", SELF, 1);
	cr_assert(tm_preload_setup_open(setup, "/bin/sh", &opts, &err) == TM_OK,
		  "%s", err.text);
}

Test(preload_setup, makes_a_folder_and_takes_it_away)
{
	struct tm_preload_setup setup;
	char name[PATH_MAX + 8], kept[PATH_MAX];

	open_setup(&setup);
	memcpy(kept, setup.folder.path, sizeof(kept));
	snprintf(name, sizeof(name), "%s/1-1", setup.folder.path);
	cr_assert(close(open(name, O_CREAT | O_WRONLY, 0600)) == 0);
	tm_preload_setup_close(&setup);
	cr_assert(access(kept, F_OK) != 0);
	cr_assert(setup.variables[0] == NULL);
}

Test(preload_setup, writes_the_environment)
{
	struct tm_preload_setup setup;

	setenv("LD_PRELOAD", "/lib/mine.so", 1);
	unsetenv("PYTHONMALLOC");
	open_setup(&setup);
	cr_assert_str_eq(variable(&setup, "LD_PRELOAD"), SELF ":/lib/mine.so");
	cr_assert_str_eq(variable(&setup, "TIDEMARK_PRELOAD"),
			 setup.folder.path);
	cr_assert_str_eq(variable(&setup, "TIDEMARK_PRELOAD_SAMPLE"), "1024");
	cr_assert_str_eq(variable(&setup, "PYTHONMALLOC"), "malloc");
	cr_assert(tm_language_set_has(setup.adjusted, &tm_language_cpython));
	cr_assert_not(tm_language_set_has(setup.adjusted, &tm_language_node));
	tm_preload_setup_close(&setup);
}

Test(preload_setup, leaves_a_pythonmalloc_alone)
{
	struct tm_preload_setup setup;

	setenv("PYTHONMALLOC", "debug", 1);
	open_setup(&setup);
	cr_assert(variable(&setup, "PYTHONMALLOC") == NULL);
	cr_assert_not(
		tm_language_set_has(setup.adjusted, &tm_language_cpython));
	tm_preload_setup_close(&setup);
}

Test(preload_setup, gives_a_library_below_an_odd_folder_another_name)
{
	struct tm_preload_setup setup;
	struct tm_err err = {0};

	cr_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/a b", folder);
	cr_assert(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0);
	setenv("TIDEMARK_PRELOAD_LIBRARY", path, 1);
	unsetenv("LD_PRELOAD");
	cr_assert(tm_preload_setup_open(&setup, "/bin/sh", &none, &err) ==
		  TM_OK);
	cr_assert(strchr(variable(&setup, "LD_PRELOAD"), ' ') == NULL);
	cr_assert(access(variable(&setup, "LD_PRELOAD"), R_OK) == 0);
	tm_preload_setup_close(&setup);
	remove_folder();
}

/* --- agents --------------------------------------------------------------- */

/* In a folder with a library and agents/node.js. */
static void open_inside(struct tm_preload_setup *setup, char *const *command)
{
	const struct tm_preload_opts inside = {.inside = 1, .command = command};
	char agents[80], agent[96];

	cr_assert(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/lib.so", folder);
	snprintf(agents, sizeof(agents), "%s/agents", folder);
	snprintf(agent, sizeof(agent), "%s/node.js", agents);
	cr_assert(close(open(path, O_CREAT | O_WRONLY, 0600)) == 0);
	cr_assert(mkdir(agents, 0700) == 0);
	cr_assert(close(open(agent, O_CREAT | O_WRONLY, 0600)) == 0);
	setenv("TIDEMARK_PRELOAD_LIBRARY", path, 1);
	cr_assert(tm_preload_setup_open(setup, "/bin/sh", &inside, NULL) ==
		  TM_OK);
	unlink(agent);
	rmdir(agents);
	remove_folder();
}

Test(preload_setup, puts_an_agent_before_what_a_variable_holds)
{
	struct tm_preload_setup setup;
	char wanted[PATH_MAX + 64];

	setenv("NODE_OPTIONS", "--max-old-space-size=64", 1);
	open_inside(&setup, NULL);
	snprintf(wanted, sizeof(wanted),
		 "--require %s/node.js --max-old-space-size=64", setup.agents);
	cr_assert_str_eq(variable(&setup, "NODE_OPTIONS"), wanted);
	snprintf(wanted, sizeof(wanted), "%s/agents", setup.folder.path);
	cr_assert_str_eq(variable(&setup, "TIDEMARK_INSIDE"), wanted);
	cr_assert(tm_language_set_has(setup.entered, &tm_language_node));
	/* Its agent is not in the folder. */
	cr_assert_null(variable(&setup, "RUBYOPT"));
	tm_preload_setup_close(&setup);
}

Test(preload_setup, enters_nothing_unless_asked_to)
{
	struct tm_preload_setup setup;

	open_setup(&setup);
	cr_assert_null(variable(&setup, "TIDEMARK_INSIDE"));
	cr_assert_null(variable(&setup, "NODE_OPTIONS"));
	tm_preload_setup_close(&setup);
}

/* It would not start: it may not read the agent. */
Test(preload_setup, leaves_a_node_with_permissions_alone)
{
	static char node[] = "node", option[] = "--experimental-permission";
	char *const command[] = {node, option, NULL};
	struct tm_preload_setup setup;

	open_inside(&setup, command);
	cr_assert_null(variable(&setup, "NODE_OPTIONS"));
	cr_assert(tm_language_set_has(setup.refusing, &tm_language_node));
	tm_preload_setup_close(&setup);
}

Test(preload_setup, leaves_a_node_alone_whose_variable_has_permissions)
{
	struct tm_preload_setup setup;

	setenv("NODE_OPTIONS", "--permission", 1);
	open_inside(&setup, NULL);
	cr_assert_null(variable(&setup, "NODE_OPTIONS"));
	tm_preload_setup_close(&setup);
}

Test(preload_setup, says_that_the_library_is_missing)
{
	struct tm_preload_setup setup;
	struct tm_err err = {0};

	setenv("TIDEMARK_PRELOAD_LIBRARY", "/nowhere.so", 1);
	cr_assert(tm_preload_setup_open(&setup, "/bin/sh", &none, &err) ==
		  TM_EUNAVAILABLE);
	cr_assert(strstr(err.text, "/nowhere.so") != NULL);
}
