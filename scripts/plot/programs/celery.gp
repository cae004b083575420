# celery.gp - growth relative to the start, beside real Celery's.
# Data: $memory in MiB, $memory_marks, tm_metric, tm_reference (the folder with
# the published and the measured curves).
#
# A program in C and one in Python start with different amounts of memory and
# have objects of different sizes, so bytes would not compare.  Each curve is
# divided by its own first value, and the caption says what that was.  Celery's
# curve has the colour of the runs of the same strategy (tm_family) by the same
# rules (tm_panel), beside which it is drawn.

set datafile separator ', '

# The article published bytes; so are the measured files.
tm_curves = tm_reference.'/curves/'
array tm_file[10] = ['celery-4.2.2-strong-ref-legacy', \
	'celery-4.3.0-as-released-legacy', \
	'celery-4.2.2-weak-ref-naive-legacy', \
	'celery-4.2.2-no-finalizer-legacy', \
	'celery-4.2.2-no-promise-legacy', \
	'celery-4.2.2-strong-ref-pep442', \
	'celery-5.2.6-as-released-pep442', \
	'celery-4.2.2-weak-ref-naive-pep442', \
	'celery-4.2.2-no-finalizer-pep442', \
	'article']
array tm_file_family[10] = ['strong-ref', 'weak-ref', 'weak-ref-naive', \
	'no-finalizer', 'no-promise', 'strong-ref', 'weak-ref', \
	'weak-ref-naive', 'no-finalizer', '']
array tm_file_hue[10] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
array tm_file_start[10]
tm_file_least = 1e99
tm_file_most = 0
do for [k=1:10] {
	stats tm_curves.tm_file[k].'.csv' skip 1 every ::0::0 using 2 nooutput
	tm_file_start[k] = STATS_max
	if (k < 10) {
		tm_file_least = tm_smaller(tm_file_least, STATS_max)
		tm_file_most = tm_larger(tm_file_most, STATS_max)
	}
}
tm_file_rules(k) = k <= 5 || k == 10 ? 'legacy' : 'pep442'

# "Celery 4.2.2-strong-ref": the panel says which rules.
tm_file_name(k) = k == 10 ? 'article' : 'Celery '. \
	tm_file[k][8:strlen(tm_file[k]) - strlen(tm_file_rules(k)) - 1]

array tm_start[tm_count]
do for [i=1:tm_count] {
	stats $memory index i-1 every ::0::0 using 2 nooutput
	tm_start[i] = STATS_max
}

# A measured curve is drawn where a run of the same strategy and rules is.
array tm_wanted[10] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
tm_legacy = 0
tm_pep442 = 0
tm_least = tm_start[1]
tm_most = tm_start[1]
do for [i=1:tm_count] {
	tm_legacy = tm_legacy || tm_panel[i] eq 'legacy'
	tm_pep442 = tm_pep442 || tm_panel[i] eq 'pep442'
	tm_least = tm_smaller(tm_least, tm_start[i])
	tm_most = tm_larger(tm_most, tm_start[i])
	do for [k=1:9] {
		if (tm_family[i] eq tm_file_family[k] && \
		    tm_panel[i] eq tm_file_rules(k)) {
			tm_wanted[k] = 1
			tm_file_hue[k] = tm_hue[i]
		}
	}
}
tm_wanted[10] = tm_legacy

# The measured curves are longer than short runs.
stats $memory using 1 nooutput
tm_longest_x = STATS_max
do for [k=1:10] {
	if (tm_wanted[k]) {
		stats tm_curves.tm_file[k].'.csv' skip 1 using 1 nooutput
		tm_longest_x = tm_larger(tm_longest_x, STATS_max)
	}
}
set xtics tm_tics(tm_x(tm_longest_x))

tm_run_y(i, y) = tm_panel[i] eq tm_panel_rules ? y / tm_start[i] : NaN
tm_file_y(k, y) = tm_wanted[k] && tm_file_rules(k) eq tm_panel_rules ? \
	y / tm_file_start[k] : NaN

# Flat curves are not blown up to look like growth.
set yrange [*<1:1.2<*]
tm_panels = tm_legacy + tm_pep442
array tm_panel_name[2] = [tm_legacy ? 'legacy' : 'pep442', 'pep442']
tm_words(rules) = rules eq 'legacy' ? 'legacy rules (CPython 2.7)' : \
	'pep442 rules (CPython 3.4 and later)'
tm_range(least, most) = sprintf('%.1f', least) eq sprintf('%.1f', most) ? \
	sprintf('%.1f', least) : sprintf('%.1f to %.1f', least, most)
tm_caption = 'MiB at the start: tidemark '.tm_range(tm_least, tm_most) \
	.'; Celery '.tm_range(tm_file_least / 1048576, tm_file_most / 1048576) \
	.sprintf('; article %.1f, in bytes', tm_file_start[10] / 1048576) \
	.' though it prints "kb".'
tm_advice = 'Objects take fewer bytes in C than in Python: compare the ' \
	.'order of the curves and their shape, not their height.'
tm_about = 'tidemark: '.tm_metric.'.  Celery (4.2.2; for weak-ref 4.3.0 ' \
	.'and 5.2.6 as released) and the article: ru_maxrss.'

if (tm_term) {
	set key outside below center horizontal maxrows 5 samplen 2
	set yrange [*<0.9:1.2<*]
	do for [p=1:tm_panels] {
		tm_panel_rules = tm_panel_name[p]
		set title tm_title('Memory / memory at the start, '. \
			tm_words(tm_panel_rules))
		plot for [i=1:tm_count] $memory_marks index i-1 \
				using (tm_x($1)):(tm_run_y(i, $2)) \
				with points pointtype i title (tm_panel[i] \
				eq tm_panel_rules ? tm_name[i] : ''), \
			for [k=1:10] tm_curves.tm_file[k].'.csv' skip 1 \
				using (tm_x($1)):(tm_file_y(k, $2)) \
				with points pointtype tm_count + k title \
				(tm_wanted[k] && tm_file_rules(k) eq \
				tm_panel_rules ? tm_file_name(k) : '')
	}
} else {
	set multiplot title 'Growth relative to the start: tidemark, Celery ' \
		.'measured, and the article' font ',15'
	tm_top = 1 - 85.0 / tm_height
	tm_edge = 20.0 / tm_width
	tm_line1 = 18.0 / tm_height
	tm_line2 = 39.0 / tm_height
	tm_line3 = 60.0 / tm_height
	tm_key_left = 1 - tm_aside / tm_width
	set tmargin at screen tm_top
	set bmargin at screen 130.0 / tm_height
	tm_panel_width = (tm_width - tm_aside - 95.0 - 75 * (tm_panels - 1)) \
		/ tm_panels / tm_width
	unset key
	set ylabel 'memory / memory at the start'
	do for [p=1:tm_panels] {
		tm_panel_rules = tm_panel_name[p]
		tm_key = p == tm_panels
		if (tm_key) {
			set label 1 tm_advice at screen tm_edge, tm_line3 \
				font ',11' textcolor rgb tm_text
			set label 2 tm_caption at screen tm_edge, tm_line2 \
				font ',11' textcolor rgb tm_text
			set label 3 tm_about at screen tm_edge, tm_line1 \
				font ',11' textcolor rgb tm_text
			set key at screen tm_key_left, screen tm_top left top \
				vertical Left reverse spacing 1.3 samplen 3 \
				title tm_legend_title left
		}
		tm_left = (70.0 + (p - 1) * 75) / tm_width + (p - 1) * tm_panel_width
		set lmargin at screen tm_left
		set rmargin at screen tm_left + tm_panel_width
		set title tm_words(tm_panel_rules)
		if (p == 2) { unset ylabel }
		plot for [k=1:9] tm_curves.tm_file[k].'.csv' skip 1 \
				using (tm_x($1)):(tm_file_y(k, $2)) \
				with lines dashtype '- ' linewidth 2 linecolor \
				rgb tm_colour_of(tm_file_hue[k]) notitle, \
			tm_curves.'article.csv' skip 1 \
				using (tm_x($1)):(tm_file_y(10, $2)) \
				with linespoints dashtype '. ' linewidth 2 \
				pointtype 3 pointsize 1.2 \
				linecolor rgb tm_text notitle, \
			for [i=1:tm_count] $memory index i-1 \
				using (tm_x($1)):(tm_run_y(i, $2)) \
				with lines linewidth 2 linecolor \
				rgb tm_colour_of(tm_hue[i]) notitle, \
			for [i=1:tm_count] $memory_marks index i-1 \
				using (tm_x($1)):(tm_run_y(i, $2)) \
				with points linewidth 2 pointsize 1.3 \
				linecolor rgb tm_colour_of(tm_hue[i]) \
				pointtype \
				tm_point_of(tm_hue[i], tm_variant[i]) \
				notitle, \
			for [i=1:tm_key ? tm_count : 0] NaN with linespoints \
				linewidth 2 pointsize 1.3 pointtype \
				tm_point_of(tm_hue[i], tm_variant[i]) \
				linecolor rgb tm_colour_of(tm_hue[i]) \
				title tm_legend(i), \
			for [i=1:tm_key] NaN with lines dashtype '- ' \
				linewidth 2 linecolor rgb tm_text \
				title 'Celery, measured', \
			for [i=1:tm_key && tm_legacy] NaN with linespoints \
				dashtype '. ' linewidth 2 pointtype 3 \
				pointsize 1.2 linecolor rgb tm_text \
				title 'article, published (bytes)'
	}
	unset multiplot
}
