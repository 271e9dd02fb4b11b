{# Rows by the export file they come of, and the state that each file is in; see `by_file`. #}


{# A word for all values of some columns in a group of rows, in whatever order; stays in the build. #}
{% macro rows_print(columns) -%}
    concat_ws('+', count(*), sum(cast({{ row_hash(columns) }} as decimal(38, 0))))
{%- endmacro %}


{# Which files a relation has, in which state. #}
{% macro states_of(relation) -%}
    select distinct source, _source_file, file_state from {{ relation }}
{%- endmacro %}


{# Source → names of the files whose state no row of a table bears. #}
{% macro files_without_rows(relation, files) -%}
    {#- as JSON, in which a name of digits stays a name -#}
    {%- set found = run_query(
        'select source, to_json(list(_source_file order by _source_file)) from ('
        ~ states_of(files) ~ ' except ' ~ states_of(relation) ~ ') group by source order by source'
    ) -%}
    {%- set names = {} -%}
    {%- for row in found.rows -%}
        {%- do names.update({row[0]: fromjson(row[1])}) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}


{#
    Source → name of one file that is not fresh, another one every day; none without one.
    files: has `source`, `_source_file` and `row_count`; a large file costs more than it tells.
#}
{% macro file_of_the_day(files, fresh) -%}
    {%- set found = run_query(
        'select source, to_json([_source_file]) from ' ~ files ~ ' as files where not ('
        ~ is_of_files(fresh) ~ ') and row_count <= 1000000 '
        ~ 'order by hash(source, _source_file, current_date) limit 1'
    ) -%}
    {%- for row in found.rows -%} {{ return({row[0]: fromjson(row[1])}) }} {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}


{# Fail unless a file's rows stand as they are made from its export today. #}
{% macro check_one_file(relation, code, fresh) -%}
    {%- set rows_of_files = '(select source, _source_file, count(*) as row_count from ' ~ relation
        ~ ' group by source, _source_file)' -%}
    {%- set file = file_of_the_day(rows_of_files, fresh) -%}
    {%- if file -%}
        {%- set prints = [] -%}
        {%- for rows in (relation, '(' ~ code ~ ')') -%}
            {%- do prints.append(
                '(select ' ~ rows_print(['made']) ~ ' from ' ~ rows ~ ' as made where ' ~ is_of_files(file) ~ ')'
            ) -%}
        {%- endfor -%}
        {{ refuse_unless('select ' ~ prints | join(' = '), relation, file) }}
    {%- endif -%}
{%- endmacro %}


{# Fail unless just the rows stand that a file can have added. #}
{% macro check_added_rows(relation, added, files, fresh) -%}
    {%- set file = file_of_the_day(files, fresh) -%}
    {%- if file -%}
        {{ refuse_unless(
            'with touched as (' ~ added(file) ~ '), stood as (select * from ' ~ relation ~ ') '
            ~ 'select not exists (from touched except from stood) '
            ~ 'and not exists (from stood where ' ~ is_of_files(file) ~ ' except from touched)',
            relation, file
        ) }}
    {%- endif -%}
{%- endmacro %}


{% macro refuse_unless(query, relation, file) -%}
    {%- if not run_query(query).rows[0][0] -%}
        {%- set name = file.items() | first -%}
        {{ exceptions.raise_compiler_error(
            relation.identifier ~ ': the rows of ' ~ name[0] ~ '/' ~ name[1][0]
            ~ ' are others than its export makes today. Run the night again: it makes all rows anew.'
        ) }}
    {%- endif -%}
{%- endmacro %}


{# True for rows of some files; their names stand alone, too: by them DuckDB leaves Parquets unread. #}
{% macro is_of_files(files) -%}
    {%- if not files -%} {{ return('false') }} {%- endif -%}
    {%- set by_source, all_names = [], [] -%}
    {%- for source, names in files.items() -%}
        {%- do all_names.extend(names) -%}
        {%- do by_source.append(
            'source = ' ~ text_literal(source) ~ ' and _source_file in (' ~ text_literals(names) ~ ')'
        ) -%}
    {%- endfor -%}
    _source_file in ({{ text_literals(all_names) }}) and ({{ by_source | join(' or ') }})
{%- endmacro %}


{% macro text_literals(texts) -%}
    {%- for text in texts -%} {{ text_literal(text) }}{{ ', ' if not loop.last }} {%- endfor -%}
{%- endmacro %}


{% macro text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro %}
