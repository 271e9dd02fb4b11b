{#
    A table of answers by as-of date, made of the files `exchange/<model>/<as-of date>.parquet`:
    only the dates whose file is new, changed or gone are replaced, so that a night costs one date
    however many are kept. What a table was made of stands in its comment.
#}
{% materialization dated, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set made_by = local_md5(compiled_code ~ get_table_columns_and_constraints()) -%}
    {%- set files = dated_files() -%}
    {%- set made_of = dated_comment(existing_relation, made_by) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% if made_of is none %}
        {% if existing_relation is not none %}
            {{ drop_relation_if_exists(existing_relation) }}
        {% endif %}
        {% call statement('main') -%}
            {{ create_table_as(False, target_relation, compiled_code) }}
        {%- endcall %}
    {% else %}
        {%- set dates = [] -%}
        {%- for date in (files.keys() | list) + (made_of.keys() | list) -%}
            {%- if files.get(date) != made_of.get(date) and date not in dates -%}
                {%- do dates.append(date) -%}
            {%- endif -%}
        {%- endfor -%}
        {% call statement('main') -%}
            delete from {{ target_relation }} where {{ is_of_dates(dates) }};
            insert into {{ target_relation }} by name (
                select * from ({{ compiled_code }}) as answers where {{ is_of_dates(dates) }}
            )
        {%- endcall %}
    {% endif %}

    {% call statement('comment') -%}
        comment on table {{ target_relation }} is '{{ tojson({"made_by": made_by, "files": files}) }}'
    {%- endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmaterialization %}


{# Date → size and time of its file, as text. #}
{% macro dated_files() -%}
    {%- set found = run_query(
        "select parse_filename(filename, true), size || ' ' || last_modified from read_blob('"
        ~ adapter.external_root() ~ '/' ~ this.identifier ~ "/*.parquet') "
        ~ "where regexp_full_match(parse_filename(filename, true), '\\d{4}-\\d{2}-\\d{2}') order by 1"
    ) -%}
    {%- set files = {} -%}
    {%- for row in found.rows -%}
        {%- do files.update({row[0]: row[1]}) -%}
    {%- endfor -%}
    {{ return(files) }}
{%- endmacro %}


{# The files a table was made of; none when it has to be made anew. #}
{% macro dated_comment(relation, made_by) -%}
    {%- if relation is none or not relation.is_table -%} {{ return(none) }} {%- endif -%}
    {%- set comment = relation_comment(relation) -%}
    {%- set made = fromjson(comment, {}) if comment else {} -%}
    {{ return(made.files if made.made_by == made_by else none) }}
{%- endmacro %}


{% macro is_of_dates(dates) -%}
    {%- if dates -%}
        as_of_date in (date '{{ dates | join("', date '") }}')
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
