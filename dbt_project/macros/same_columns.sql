{#
    The rows of one relation with the same columns as others, to be put together with theirs.
    stated: columns as SQL, where the relation has them under another name or not at all;
    what is neither there nor stated is in `missing`.
#}
{% macro same_columns(relation, columns, stated={}, missing=[]) -%}
    select
        {%- for column in columns %}
        {% if column in missing -%}
            cast(null as string) as {{ column }}
        {%- elif column in stated -%}
            {{ stated[column] }} as {{ column }}
        {%- else -%}
            {{ column }}
        {%- endif -%}
        {{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro %}
