#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "lab/transport/url.h"

struct good_row {
	char text[80];
	char host[24];
	char user[16];
	char password[16];
	char vhost[16];
	int port;
	int heartbeat; /* -1: none */
};

ParameterizedTestParameters(url, takes_celerys_forms_apart)
{
	static struct good_row rows[] = {
		{"pyamqp://guest:guest@localhost:5672//?heartbeat=30",
		 "localhost", "guest", "guest", "/", 5672, 30},
		{"amqp://", "", "", "", "/", 0, -1},
		{"amqp://host", "host", "", "", "/", 0, -1},
		{"amqp://host/", "host", "", "", "/", 0, -1},
		{"amqp://host//", "host", "", "", "/", 0, -1},
		{"amqp://host/%2F", "host", "", "", "/", 0, -1},
		{"amqp://host/name", "host", "", "", "name", 0, -1},
		{"amqp://host//name", "host", "", "", "/name", 0, -1},
		{"AMQP://u:p%40%2f%3A@h:1/?heartbeat=0", "h", "u", "p@/:", "/",
		 1, 0},
		{"amqp://u:a@b@h", "h", "u", "a@b", "/", 0, -1},
		{"redis://:secret@10.0.0.1:6379/3", "10.0.0.1", "", "secret",
		 "3", 6379, -1},
		{"redis://user:secret@host/0", "host", "user", "secret", "0", 0,
		 -1},
		{"redis://[::1]:7/1", "::1", "", "", "1", 7, -1},
		{"memory://localhost//", "localhost", "", "", "/", 0, -1},
	};

	return cr_make_param_array(struct good_row, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct good_row *row, url, takes_celerys_forms_apart)
{
	struct tm_url url;
	struct tm_err err = {.text = ""};

	cr_assert_eq(tm_url_parse(&url, row->text, &err), TM_OK, "%s: %s",
		     row->text, err.text);
	cr_assert_str_eq(url.host, row->host);
	cr_assert_str_eq(url.user, row->user);
	cr_assert_str_eq(url.password, row->password);
	cr_assert_str_eq(tm_url_vhost(&url), row->vhost);
	cr_assert_eq(url.port, row->port);
	cr_assert_eq(url.has_heartbeat, row->heartbeat >= 0);
	cr_assert_eq(url.heartbeat_s, row->heartbeat > 0 ? row->heartbeat : 0);
	cr_assert_eq(url.has_password, row->password[0] != '\0');
}

struct bad_row {
	char text[80];
	char says[60];
};

ParameterizedTestParameters(url, refuses_what_it_cannot_use_in_one_line)
{
	static struct bad_row rows[] = {
		{"", "scheme"},
		{"localhost:5672", "scheme"},
		{"://secret", "scheme"},
		{"a b://secret", "letters and digits"},
		{"a-scheme-that-is-too-long://secret", "scheme"},
		{"amqp://u:secret@h:x", "port"},
		{"amqp://u:secret@h:0", "port"},
		{"amqp://u:secret@h:65536", "port"},
		{"amqp://u:secret@h:", "port"},
		{"amqp://u:secret@h:-1", "port"},
		{"amqp://u:sec/ret@h", "written as %2F"},
		{"amqp://u:sec?ret@h", "written as %2F"},
		{"amqp://u:sec#ret@h", "written as %23"},
		{"amqp://u:secret%4@h", "password"},
		{"amqp://u:secret%zz@h", "password"},
		{"amqp://u:secret%00@h", "password"},
		{"amqp://u%:secret@h", "user name"},
		{"amqp://u:secret@h%", "host"},
		{"amqp://u:secret@[::1", "']'"},
		{"amqp://u:secret@[::1]x", "']'"},
		{"amqp://u:secret@h/%", "path after the host"},
		{"amqp://u:secret@h/?heartbeat=", "heartbeat"},
		{"amqp://u:secret@h/?heartbeat=1.5", "heartbeat"},
		{"amqp://u:secret@h/?heartbeat=70000", "heartbeat"},
		{"amqp://u:secret@h/?ssl=secret", "only option"},
		{"amqp://u:secret@h/?heartbeat=3&x", "only option"},
	};

	return cr_make_param_array(struct bad_row, rows,
				   sizeof(rows) / sizeof(*rows));
}

ParameterizedTest(struct bad_row *row, url,
		  refuses_what_it_cannot_use_in_one_line)
{
	struct tm_url url;
	struct tm_err err;

	cr_assert_eq(tm_url_parse(&url, row->text, &err), TM_EUSAGE, "'%s'",
		     row->text);
	cr_assert_not_null(strstr(err.text, row->says), "'%s': %s", row->text,
			   err.text);
	cr_assert_null(strstr(err.text, "ret"), "'%s': %s", row->text,
		       err.text);
	cr_assert_null(strchr(err.text, '\n'));
}

Test(url, refuses_a_name_that_does_not_fit)
{
	char text[TM_URL_TEXT + 40] = "amqp://";
	struct tm_url url;
	struct tm_err err;

	memset(text + 7, 'h', TM_URL_TEXT - 1);
	cr_assert_eq(tm_url_parse(&url, text, &err), TM_OK);
	memset(text + 7, 'h', TM_URL_TEXT);
	cr_assert_eq(tm_url_parse(&url, text, &err), TM_EUSAGE);
	cr_assert_not_null(strstr(err.text, "host is too long"));
}
