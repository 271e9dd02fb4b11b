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


{# Fail unless a file's rows stand as they are made from its export today. #}
{% macro check_one_file(relation, code, fresh) -%}
    {%- set stood = 'not (' ~ is_of_files(fresh) ~ ')' -%}
    {%- set found = run_query(
        'select source, to_json([_source_file]) from ' ~ relation ~ ' where ' ~ stood
        ~ ' group by source, _source_file having count(*) <= 1000000 '
        ~ 'order by hash(source, _source_file, current_date) limit 1'
    ) -%}
    {%- for row in found.rows -%}
        {%- set file = {row[0]: fromjson(row[1])} -%}
        {%- set prints = [] -%}
        {%- for rows in (relation, '(' ~ code ~ ')') -%}
            {%- do prints.append(
                '(select ' ~ rows_print(['made']) ~ ' from ' ~ rows ~ ' as made where ' ~ is_of_files(file) ~ ')'
            ) -%}
        {%- endfor -%}
        {%- set compared = run_query('select ' ~ prints | join(' = ')) -%}
        {%- if not compared.rows[0][0] -%}
            {{ exceptions.raise_compiler_error(
                relation.identifier ~ ': the rows of ' ~ row[0] ~ '/' ~ fromjson(row[1])[0]
                ~ ' are others than its export makes today. Run the night again: it makes all rows anew.'
            ) }}
        {%- endif -%}
    {%- endfor -%}
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
