{#
    The touches of one relation with every column a touch can have.
    stated: columns the relation does not have, as SQL; what is neither there nor stated is in `missing`.
#}
{% macro touch_rows(relation, stated={}, missing=[]) -%}
    {%- set columns = [
        'event_id', 'source', 'channel', 'kind', 'is_engagement', 'event_name', 'subject',
        'body_text', 'rating', 'namespace', 'identifier', 'record_id', 'occurred_at',
        'source_file', 'line_number',
    ] -%}
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
