# objects.gp - objects alive beside bytes: two panels, one legend.
# Data: $objects in thousands, $memory in MiB, their marks, tm_metric.

if (tm_term) {
	set key outside below center horizontal maxrows 8 samplen 2
	set title tm_title('Objects alive (thousands) against '.tm_iterations)
	plot for [i=1:tm_count] $objects_marks index i-1 \
		using (tm_x($1)):2 with points pointtype i \
		title tm_name[i]
	set title tm_title(tm_metric.' (MiB)'.tm_legend_hint)
	plot for [i=1:tm_count] $memory_marks index i-1 \
		using (tm_x($1)):2 with points pointtype i \
		title tm_legend(i)
} else {
	set multiplot title 'Objects alive beside bytes' \
		font ',15'
	set tmargin at screen 1 - 85.0 / tm_height
	set bmargin at screen 70.0 / tm_height
	# Two panels share what the legend leaves.
	tm_panel_width = (tm_width - tm_aside - 200.0) / 2 / tm_width

	set lmargin at screen 90.0 / tm_width
	set rmargin at screen 90.0 / tm_width + tm_panel_width
	set title 'objects alive in the runtime'
	set ylabel 'objects (thousands)'
	unset key
	plot for [i=1:tm_count] $objects index i-1 \
			using (tm_x($1)):2 with lines \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			dashtype tm_dash_of(tm_variant[i]), \
		for [i=1:tm_count] $objects_marks index i-1 \
			using (tm_x($1)):2 with points \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			pointtype tm_point_of(tm_hue[i], tm_variant[i]) \
			pointsize 1.3

	set lmargin at screen 185.0 / tm_width + tm_panel_width
	set rmargin at screen 185.0 / tm_width + 2 * tm_panel_width
	set title tm_metric
	set ylabel 'MiB'
	set key at screen (1 - tm_aside / tm_width), \
		screen (1 - 85.0 / tm_height) left top vertical \
		Left reverse spacing 1.3 samplen 3 \
		title tm_legend_title left
	plot for [i=1:tm_count] $memory index i-1 \
			using (tm_x($1)):2 with lines \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			dashtype tm_dash_of(tm_variant[i]) notitle, \
		for [i=1:tm_count] $memory_marks index i-1 \
			using (tm_x($1)):2 with points \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			pointtype tm_point_of(tm_hue[i], tm_variant[i]) \
			pointsize 1.3 notitle, \
		for [i=1:tm_count] NaN with linespoints \
			linecolor rgb tm_colour_of(tm_hue[i]) linewidth 2 \
			dashtype tm_dash_of(tm_variant[i]) pointsize 1.3 \
			pointtype tm_point_of(tm_hue[i], tm_variant[i]) \
			title tm_legend(i)
	unset multiplot
}
