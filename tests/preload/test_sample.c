/* Sites of whole programs.  With a fixed seed the samples are the same in each
 * run, and each bound is four standard errors of what it bounds. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "launch.h"
#include "reader.h"

TestSuite(sample, .init = launch_open, .fini = launch_close);

static struct tm_area *area_of(const char *program)
{
	DIR *dir = opendir(launch_folder());
	struct tm_area *area = NULL, *one;
	struct dirent *entry;
	unsigned int generation;
	long pid;

	while ((entry = readdir(dir))) {
		if (sscanf(entry->d_name, "%ld-%u", &pid, &generation) != 2)
			continue;
		one = reader_open(launch_folder(), (pid_t)pid, generation);
		if (strstr(one->program, program))
			area = one;
	}
	closedir(dir);
	cr_assert_not_null(area, "%s: %s", program, launch_output());
	return area;
}

static void seed(const char *number, const char *bytes)
{
	launch_sampling(bytes);
	setenv("TIDEMARK_PRELOAD_SEED", number, 1);
}

static int64_t live_of(const struct tm_area_site *site)
{
	return (int64_t)(site->allocated_bytes - site->freed_bytes);
}

static int64_t live_in(const struct tm_area *area)
{
	int64_t sum = 0;
	uint32_t i;

	for (i = 0; i < area->sites_used; i++)
		sum += live_of(&area->site[i]);
	return sum;
}

/* The site with the return address `caller` innermost. */
static const struct tm_area_site *largest(const struct tm_area *area,
					  uint32_t rank)
{
	const struct tm_area_site *site[TM_AREA_SITES], *swap;
	uint32_t i, j, count = area->sites_used;

	for (i = 0; i < count; i++)
		site[i] = &area->site[i];
	for (i = 0; i <= rank; i++)
		for (j = i + 1; j < count; j++)
			if (live_of(site[j]) > live_of(site[i])) {
				swap = site[i];
				site[i] = site[j];
				site[j] = swap;
			}
	return site[rank];
}

/* 200 rounds: 20 MiB in blocks of 104 bytes, 60 MB of 3,000, 50 MB of 50,000,
 * and as much again that was freed. */
Test(sample, estimates_what_lives_at_each_site)
{
	static const double wanted[] = {20000 * 3000.0, 1000 * 50000.0,
					200000 * 104.0};
	static const double size[] = {3000, 50000, 104};
	const struct tm_area *area;
	double p, error;
	uint32_t i;

	seed("1", "65536");
	cr_assert_eq(launch("$PROGRAMS/leak 200"), 0, "%s", launch_output());
	area = area_of("/leak");
	cr_expect_eq(area->lost_samples, 0);
	cr_expect_eq(area->mean_bytes, 65536);
	/* There is no interpreter whose stacks could need their room. */
	cr_expect_geq(area->own_bytes, sizeof(area->site));
	cr_expect_lt(area->own_bytes, sizeof(area->scripts));
	for (i = 0; i < 3; i++) {
		p = -expm1(-size[i] / 65536);
		error = sqrt((1 - p) / (wanted[i] / size[i] * p));
		cr_expect_float_eq((double)live_of(largest(area, i)) /
					   wanted[i],
				   1, 4 * error, "%u: %lld", i,
				   (long long)live_of(largest(area, i)));
	}
	/* All that was freed has been taken off again. */
	for (i = 3; i < area->sites_used; i++)
		cr_expect_lt(live_of(largest(area, i)), 500000);
}

Test(sample, estimates_the_same_on_average_with_other_means)
{
	static const char *const means[] = {"4096", "20000", "300000"};
	const struct tm_area *area;
	double ratio;
	size_t i;

	for (i = 0; i < 3; i++) {
		seed("5", means[i]);
		cr_assert_eq(launch("$PROGRAMS/leak 200"), 0);
		area = area_of("/leak");
		ratio = (double)live_in(area) / (double)reader_net_bytes(area);
		cr_expect_float_eq(ratio, 1,
				   4 * sqrt(atof(means[i]) / 130e6) + 0.01,
				   "%s: %f", means[i], ratio);
		launch_clear();
	}
}

Test(sample, is_the_same_with_the_same_seed)
{
	uint64_t samples;

	seed("9", "10000");
	launch("$PROGRAMS/leak 20");
	samples = area_of("/leak")->samples;
	launch_clear();
	launch("$PROGRAMS/leak 20");
	cr_expect_eq(area_of("/leak")->samples, samples);
	launch_clear();
	seed("10", "10000");
	launch("$PROGRAMS/leak 20");
	cr_expect_neq(area_of("/leak")->samples, samples);
}

Test(sample, is_off_without_a_mean)
{
	const struct tm_area *area;

	launch_sampling("0");
	launch("$PROGRAMS/leak 20");
	area = area_of("/leak");
	cr_expect_eq(area->samples, 0);
	cr_expect_eq(area->sites_used, 0);
	cr_expect_gt(reader_net_bytes(area), 13000000);
}

/* With this mean nearly each of 900,000 blocks is sampled, which would cost more
 * time than sampling may take.  How many are left, and which mean is in force at
 * the end, depends on what else the machine does meanwhile. */
Test(sample, takes_fewer_when_they_cost_too_much)
{
	const struct tm_area *area;

	launch_sampling("64");
	cr_assert_eq(launch("$PROGRAMS/leak 300"), 0);
	area = area_of("/leak");
	cr_expect_gt(area->samples, 100);
	cr_expect_lt(area->samples, 300 * 1000);
}

static const char *script_of(const struct tm_area *area,
			     const struct tm_area_site *site)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%.*s", (int)site->script_length,
		 area->scripts + site->script);
	return text;
}

/* Both lines of one function are the same C code. */
Test(sample, tells_lines_of_a_script_apart)
{
	const struct tm_area *area;
	const char *script;
	FILE *file;
	char command[4096];

	snprintf(command, sizeof(command), "%s/../leak.py", launch_folder());
	file = fopen(command, "w");
	cr_assert_not_null(file);
	fprintf(file, "kept = []\n"
		      "def leak():\n"
		      "    kept.append(bytes(20000))\n"
		      "    x = bytes(20000)\n"
		      "    kept.append(bytes(10000))\n"
		      "for i in range(1000): leak()\n"
		      /* At an orderly end it would free everything. */
		      "import os; os._exit(0)\n");
	fclose(file);
	seed("3", "32768");
	snprintf(command, sizeof(command),
		 "env PYTHONMALLOC=malloc /usr/bin/python3 %s/../leak.py",
		 launch_folder());
	cr_assert_eq(launch(command), 0, "%s", launch_output());
	area = area_of("/python3");
	script = script_of(area, largest(area, 0));
	cr_expect(strstr(script, "leak.py\", line 3 in leak\n"), "%s", script);
	cr_expect(strstr(script, "leak.py\", line 6 in <module>\n"), "%s",
		  script);
	script = script_of(area, largest(area, 1));
	cr_expect(strstr(script, "leak.py\", line 5 in leak\n"), "%s", script);
	cr_expect_float_eq((double)live_of(largest(area, 0)), 20e6, 4e6);
	cr_expect_geq(area->own_bytes, sizeof(area->scripts));
}

/* As tidemark does: the next question when the last one was answered. */
static void ask_agent(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	char line[4096];
	int number = 0;

	snprintf(address.sun_path, sizeof(address.sun_path), "%.100s", path);
	cr_assert_eq(bind(listener, (void *)&address, sizeof(address)), 0);
	cr_assert_eq(listen(listener, 8), 0);
	if (fork() == 0) {
		alarm(60);
		fd = accept(listener, NULL, NULL);
		while (read(fd, line, sizeof(line)) > 0) {
			usleep(10000);
			dprintf(fd, "collect %d\n", ++number);
		}
		_exit(0);
	}
	close(listener);
}

/* What the agent itself allocates is no sample, nor is what comes next one for
 * it: 600 rounds keep 144 KB, each question lists all objects. */
Test(sample, are_no_more_while_an_agent_is_asked)
{
	char command[4096], path[4096];
	const struct tm_area *area;
	int64_t live = 0;
	uint32_t i;
	FILE *file;

	snprintf(path, sizeof(path), "%s/../keep.py", launch_folder());
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fprintf(file, "import os, time\n"
		      "kept = []\n"
		      "for i in range(600):\n"
		      "    kept.append(bytes(200)); time.sleep(.002)\n"
		      "os._exit(0)\n");
	fclose(file);
	seed("5", "32768");
	snprintf(path, sizeof(path), "%s/../agents", launch_folder());
	ask_agent(path);
	setenv("TIDEMARK_INSIDE", path, 1);
	snprintf(command, sizeof(command),
		 "env PYTHONMALLOC=malloc /usr/bin/python3 %s/../keep.py",
		 launch_folder());
	cr_assert_eq(launch(command), 0, "%s", launch_output());
	unsetenv("TIDEMARK_INSIDE");
	area = area_of("/python3");
	for (i = 0; i < area->sites_used; i++)
		if (strstr(script_of(area, &area->site[i]), "keep.py"))
			live += live_of(&area->site[i]);
	cr_expect_lt(live, 420000);
}

/* A forked child goes on with its parent's samples: freeing what the parent had
 * allocated takes it off. */
Test(sample, is_inherited_by_a_forked_child)
{
	launch_sampling("1000");
	cr_expect_eq(launch("$PROGRAMS/subject forked-samples"), 0, "%s",
		     launch_output());
}
