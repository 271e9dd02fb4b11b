{# Every column a touch can have. #}
{% macro touch_columns() -%}
    {{
        return([
            'event_id', 'source', 'channel', 'kind', 'is_engagement', 'event_name', 'subject',
            'body_text', 'rating', 'namespace', 'identifier', 'record_id', 'occurred_at',
            'source_file', 'line_number',
        ])
    }}
{%- endmacro %}


{# The touches of one relation with every column a touch can have; see same_columns. #}
{% macro touch_rows(relation, stated={}, missing=[]) -%}
    {{ same_columns(relation, touch_columns(), stated, missing) }}
{%- endmacro %}
