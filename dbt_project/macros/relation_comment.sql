{# The comment of a table or a view, in which our materializations keep what it was made by; none without one. #}
{% macro relation_comment(relation) -%}
    {%- if relation is none -%} {{ return(none) }} {%- endif -%}
    {%- set found = run_query(
        "select comment from (select schema_name, table_name, comment from duckdb_tables() union all "
        ~ "select schema_name, view_name, comment from duckdb_views()) where schema_name = '"
        ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {{ return(found.rows[0][0] if found.rows | length == 1 else none) }}
{%- endmacro %}
